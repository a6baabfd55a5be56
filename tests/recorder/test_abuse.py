"""A sender who means ill, or a mistake of ours: the record of everybody else goes on, and bounded in everything."""

from __future__ import annotations

import asyncio
import os
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.packet import Packet
from recorder import h264, journal
from recorder.depacketize import H264, MAX_UNIT, Vp8
from recorder.journal import TAKES, recover
from recorder.sink import TAKES_AT_ONCE
from recorder.sitting import load
from recorder.writer import TakeRecorder
from tests.media import material, packetize
from tests.recorder.source import BASE, SITTING, FakeClock, Source, feed, folder, recording
from tests.recorder.test_recording import lines

_KEY = {nal[0] & 0x1F: nal for nal in packetize.annexb_nals(material.video("H264", 1)[0].data)}
SPS, PPS, IDR = _KEY[7], _KEY[8], _KEY[5]


def unit(*nals: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(nal)) + nal for nal in nals)


def packet(sequence: int, timestamp: int, payload: bytes, ssrc: int = 1, arrival: float = BASE) -> Packet:
    return Packet(ssrc, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, False, 96, payload, arrival, True)


@pytest.mark.parametrize("codec", [H264, Vp8])
def test_a_picture_that_never_ends_is_not_kept(codec: type[H264] | type[Vp8]) -> None:
    depacketizer, payload = codec(), (b"\x41" if codec is H264 else b"\x10") + bytes(1200)
    for sequence in range(MAX_UNIT // 1200 + 10):
        depacketizer.push(packet(sequence, 1, payload if not sequence or codec is H264 else b"\x00" + payload[1:]))
    assert sum(map(len, depacketizer._parts)) <= MAX_UNIT
    assert depacketizer.push(packet(0, 2, payload)) == ()
    assert depacketizer.dropped == 1


@pytest.mark.parametrize(
    "nals",
    [
        [SPS + bytes((0, n // 250 + 1, n % 250 + 1)) for n in range(300)] + [PPS, IDR],
        [SPS + b"\1" * 70_000, PPS, IDR],
        [SPS, *(PPS + bytes((n // 250 + 1, n % 250 + 1)) for n in range(300)), IDR],
    ],
    ids=["many SPS", "a long SPS", "many PPS"],
)
def test_parameter_sets_that_no_avcc_holds_are_no_format(nals: list[bytes]) -> None:
    assert h264.stream_format(unit(SPS, PPS, IDR)) is not None
    assert h264.stream_format(unit(*nals)) is None


def golomb(number: int) -> str:
    return "0" * (len(bits := f"{number + 1:b}") - 1) + bits


def by_cycle(frames: int, padding: int = 0) -> bytes:
    """A baseline SPS whose pictures' order repeats after so many frames; all that follows is ones."""
    bits = "11" + golomb(1) + "111" + golomb(frames)
    bits += "1" * (frames + 40 + (-len(bits) - frames - 40) % 8)
    return bytes((0x67, 66, 0, 30)) + int(bits, 2).to_bytes(len(bits) // 8, "big") + b"\xff" * padding


@pytest.mark.parametrize(
    ("frames", "padding", "good"), [(3, 0, True), (255, 0, True), (256, 0, False), (3, 1100, False)]
)
def test_a_parameter_set_that_takes_long_to_read_is_not_read(frames: int, padding: int, good: bool) -> None:
    assert (h264.stream_format(unit(by_cycle(frames, padding), PPS, IDR)) is not None) == good


def test_a_number_of_zeros_without_end_is_none() -> None:
    with pytest.raises(ValueError, match="no number"):
        h264.Bits(bytes(100) + b"\xff").ue()


async def test_a_sender_whose_clock_jumps_with_every_packet_does_not_fill_the_disk_with_takes(tmp_path: Path) -> None:
    recorder, sitting = recording(tmp_path, FakeClock())
    sink = sitting.sink(Source("opus", ()).info(), "", lambda: None)
    for n in range(500):
        sink.on_packet(packet(n, n * 1_000_000_000, b"sound", arrival=BASE + n / 100))
    assert sitting.health()["failed"] == "unsteady"
    await recorder.close()
    assert len(lines(tmp_path, "take")) <= TAKES_AT_ONCE + 5


async def test_a_sender_whose_ssrc_changes_with_every_packet_does_not_either(tmp_path: Path) -> None:
    recorder, sitting = recording(tmp_path, FakeClock())
    sink = sitting.sink(Source("opus", ()).info(), "", lambda: None)
    for n in range(500):
        sink.on_packet(packet(n, n * 960, b"sound", ssrc=n, arrival=BASE + n / 100))
    await recorder.close()
    assert len(lines(tmp_path, "take")) <= TAKES_AT_ONCE + 5
    assert len(sink._past) <= 16


async def test_many_gaps_at_once_are_few_lines_that_name_every_lost_packet(tmp_path: Path) -> None:
    recorder, sitting = recording(tmp_path, FakeClock())
    sink = sitting.sink(Source("opus", ()).info(), "", lambda: None)
    sink.on_packet(packet(0, 0, b"sound"))
    for n in range(1, 600):
        sink.on_packet(packet(2 * n, n * 1920, b"sound", arrival=BASE + n / 25))
    await recorder.close()
    gaps = lines(tmp_path, "gap")
    assert sum(gap["lost"] for gap in gaps) == 599
    assert (gaps[0]["from"], gaps[-1]["to"]) == (1, 1197)
    assert len(gaps) < 200


@pytest.mark.interpreted
async def test_a_mistake_of_ours_costs_a_take_and_not_the_rest_of_the_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder, sitting = recording(tmp_path, FakeClock())
    source = Source("opus", material.opus(1))
    sink = sitting.sink(source.info(), "", lambda: None)
    feed(sink, source)
    with monkeypatch.context() as broken:
        broken.setattr(sink, "_write", lambda unit: 1 / 0)
        sink.on_packet(packet(source.sequence, 0, b"sound", arrival=BASE + 2))
    assert sitting.health()["failed"] == "error"
    feed(sink, source, 10.0)
    await recorder.close()
    assert [line["reason"] for line in lines(tmp_path, "take_end")] == ["error", "end"]


async def crash(root: Path, clock: FakeClock) -> None:
    """A process writes a take and is gone."""
    recorder, sitting = recording(root, clock)
    feed(sitting.sink(Source("opus", material.opus(2)).info(), "", lambda: None), Source("opus", material.opus(2)))
    await sitting.append_events([{"id": str(clock.now), "kind": "x", "at": SITTING.started_utc}])
    sitting._timer.cancel()
    recorder._disk.stop()
    os.close(sitting._ledger._file.fd)


async def test_what_one_crash_left_is_recovered_once(tmp_path: Path) -> None:
    for start in range(3):
        await crash(tmp_path, FakeClock(float(start)))
    recorder, sitting = recording(tmp_path, FakeClock(9.0))
    await sitting.append_events([{"id": "last", "kind": "x", "at": SITTING.started_utc}])
    await recorder.close()
    recovered = [line["take"] for line in lines(tmp_path, "recovered")]
    assert len(recovered) == len(set(recovered)) == 3


def test_what_a_crash_left_is_not_read_into_memory_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / TAKES).mkdir()
    (tmp_path / TAKES / "t.mkv").write_bytes(bytes(10_000))
    monkeypatch.setattr(journal, "PIECE", 1000)
    chain = journal.Chain()
    (tmp_path / journal.NAME).write_bytes(chain.link("take", "now", {"take": "t"}))
    recovered = recover(tmp_path)
    assert recovered.open_takes["t"] == [0, 10_000, journal.digest(bytes(10_000))]


async def test_a_sitting_opened_while_it_closes_is_another_recording(tmp_path: Path) -> None:
    recorder = TakeRecorder(tmp_path, FakeClock().clock())
    first = recorder.open(SITTING)
    closing = asyncio.ensure_future(first.close())
    second = recorder.open(SITTING)
    assert second is not first
    await closing
    await second.append_events([{"id": "e", "kind": "x", "at": SITTING.started_utc}])
    await recorder.close()


async def test_the_record_is_readable_where_a_take_line_was_lost(tmp_path: Path) -> None:
    clock = FakeClock()
    recorder, sitting = recording(tmp_path, clock)
    feed(sitting.sink(Source("opus", material.opus(1)).info(), "", lambda: None), Source("opus", material.opus(1)))
    sitting.note("second", {"monotonic": 1.0, "reports": {"lost": []}, "arrivals": {"lost": [1, 1.0]}, "takes": {}})
    await recorder.close()
    assert len(load(folder(tmp_path)).takes) == 1


async def test_a_borrowed_cname_does_not_move_anothers_record(tmp_path: Path) -> None:
    """Two participants who name themselves alike: only one seat's own reports tell of its clock."""

    async def build(root: Path, *sources: Source) -> Any:
        recorder, sitting = recording(root, FakeClock())
        for source in sources:
            feed(sitting.sink(source.info(), "", lambda: None), source)
        await recorder.close()
        record = load(folder(root))
        take = next(take for take in record.takes.values() if take.seat == "party-1")
        return record.timelines()[take.name](1.0)

    honest = Source("opus", material.opus(3), wall=3_900_000_000.0)
    alone = await build(tmp_path / "a", replace(honest))
    thief = Source("opus", material.opus(3), seat="party-2", ssrc=2, track="t2", wall=3_900_000_000.8)
    assert await build(tmp_path / "b", replace(honest), thief) == pytest.approx(alone, abs=0.001)
