from __future__ import annotations

import asyncio
import errno
import hashlib
import json
import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.packet import Codec, Packet
from gateway.sink import SittingInfo
from recorder import matroska
from recorder.disk import Disk
from recorder.errors import RecordError
from recorder.h264 import nals
from recorder.journal import read
from recorder.writer import TakeRecorder
from tests.media import material, packetize
from tests.recorder.source import BASE, SITTING, FakeClock, Source, feed, folder, recording


def lines(root: Path, kind: str) -> list[dict[str, Any]]:
    return [line for line in read(folder(root)) if line["kind"] == kind]


def blocks(root: Path, take: str) -> list[matroska.Block]:
    with (folder(root) / "takes" / f"{take}.mkv").open("rb") as stream:
        return list(matroska.read_blocks(stream))


def only_take(root: Path) -> str:
    (take,) = lines(root, "take")
    return str(take["take"])


def content(codec: Codec, data: bytes) -> list[bytes]:
    return list(nals(data)) if codec == "H264" else [data]


def sent(source: Source) -> list[list[bytes]]:
    return [packetize.annexb_nals(unit.data) if source.codec == "H264" else [unit.data] for unit in source.units]


async def record(root: Path, source: Source, lose: frozenset[int] = frozenset()) -> list[float]:
    """Record ``source``; the times at which the sink asked for key frames are counted."""
    clock, asked = FakeClock(), list[float]()
    recorder, sitting = recording(root, clock)
    feed(sitting.sink(source.info(), "party-1 — A. B.", lambda: asked.append(clock.now)), source, 0.0, lose)
    await recorder.close()
    return asked


@pytest.mark.parametrize("codec", ["opus", "H264", "VP8"])
async def test_a_take_holds_what_was_sent_byte_for_byte(codec: Codec, tmp_path: Path) -> None:
    source = Source(codec, material.opus(2) if codec == "opus" else material.video(codec, 2))
    await record(tmp_path, source)
    written = blocks(tmp_path, only_take(tmp_path))
    assert [content(codec, block.data) for block in written] == sent(source)
    assert all(abs(block.pts_ms - unit.time * 1000) <= 1 for block, unit in zip(written, source.units, strict=True))
    assert [block.key for block in written] == [unit.key for unit in source.units]


async def test_every_byte_of_a_take_is_covered_by_the_seconds_digests(tmp_path: Path) -> None:
    await record(tmp_path, Source("VP8", material.video("VP8", 2)))
    take = only_take(tmp_path)
    data, covered = (folder(tmp_path) / "takes" / f"{take}.mkv").read_bytes(), 0
    for second in lines(tmp_path, "second"):
        start, end, sha256 = second["takes"][take]
        assert start == covered
        assert sha256 == (hashlib.sha256(data[start:end]).hexdigest() if end > start else None)
        covered = end
    assert covered == len(data) == lines(tmp_path, "take_end")[0]["bytes"]


async def test_a_picture_take_opens_at_a_key_frame_and_asks_for_one(tmp_path: Path) -> None:
    source = Source("H264", material.video("H264", 2)[5:])
    source.units = source.units[:40]
    clock, asked = FakeClock(), list[int]()
    recorder, sitting = recording(tmp_path, clock)
    sink = sitting.sink(source.info(), "", lambda: asked.append(1))
    for packet in source.packets():
        packet.keyframe = True  # the gateway may be wrong: the picture decides
        sink.on_packet(packet)
    await recorder.close()
    assert len(asked) == 1
    assert blocks(tmp_path, only_take(tmp_path))[0].key
    assert len(blocks(tmp_path, only_take(tmp_path))) == 20


async def test_lost_packets_are_journalled_and_a_key_frame_is_asked_for(tmp_path: Path) -> None:
    source = Source("H264", material.video("H264", 2))
    counts = [len(packetize.payloads("H264", unit.data)) for unit in source.units]
    first = sum(counts[:10])
    asked = await record(tmp_path, source, lose=frozenset({first}))
    (gap,) = lines(tmp_path, "gap")
    (damage,) = lines(tmp_path, "damage")
    assert gap["from"] == gap["to"] == (source.sequence - sum(counts) + first) & 0xFFFF
    assert abs(gap["after_ms"] - 360) <= 1
    assert abs(damage["from_ms"] - 360) <= 1
    assert abs(damage["to_ms"] - 960) <= 1
    assert len(asked) == 1
    assert len(blocks(tmp_path, only_take(tmp_path))) == 49


async def test_a_retransmission_leaves_no_trace(tmp_path: Path) -> None:
    source = Source("VP8", material.video("VP8", 2))
    stream = list(source.packets())
    late = stream.pop(40)
    index = next(n for n, packet in enumerate(stream) if packet.arrival > late.arrival + 0.2)
    retransmitted = Packet(
        late.ssrc, late.sequence, late.timestamp, late.marker, 96, late.payload, stream[index].arrival
    )
    stream.insert(index, retransmitted)
    recorder, sitting = recording(tmp_path, FakeClock())
    sink = sitting.sink(source.info(), "", lambda: None)
    for packet in stream:
        sink.on_packet(packet)
    await recorder.close()
    assert [[block.data] for block in blocks(tmp_path, only_take(tmp_path))] == sent(source)
    assert lines(tmp_path, "gap") == []


async def test_another_layer_is_another_take_and_late_packets_of_the_first_do_not_bring_it_back(tmp_path: Path) -> None:
    low = Source("VP8", material.video("VP8", 1), ssrc=1)
    high = Source("VP8", material.video("VP8", 1, 640, 360), ssrc=2)
    recorder, sitting = recording(tmp_path, FakeClock())
    sink = sitting.sink(low.info(), "", lambda: None)
    before, after = list(low.packets(0.0)), list(high.packets(1.0))
    for packet in [*before, *after[:30], before[0], before[-1], *after[30:]]:
        sink.on_packet(packet)
    await recorder.close()
    takes = lines(tmp_path, "take")
    assert [(take["ssrc"], take["width"], take["height"]) for take in takes] == [(1, 320, 180), (2, 640, 360)]
    assert [end["reason"] for end in lines(tmp_path, "take_end")] == ["layer", "end"]
    assert [len(blocks(tmp_path, take["take"])) for take in takes] == [25, 25]


async def test_a_jump_of_the_senders_time_base_begins_a_new_take(tmp_path: Path) -> None:
    source = Source("opus", material.opus(1))
    recorder, sitting = recording(tmp_path, FakeClock())
    sink = sitting.sink(source.info(), "", lambda: None)
    for packet in source.packets():
        jumped = packet.arrival > BASE + 0.5
        sink.on_packet(
            Packet(
                1,
                packet.sequence,
                packet.timestamp + 10_000_000 * jumped & 0xFFFFFFFF,
                False,
                96,
                packet.payload,
                packet.arrival,
            )
        )
    await recorder.close()
    assert [end["reason"] for end in lines(tmp_path, "take_end")] == ["jump", "end"]
    assert sum(end["frames"] for end in lines(tmp_path, "take_end")) == 50


async def test_sender_reports_are_journalled_as_received_even_those_before_the_first_packet(tmp_path: Path) -> None:
    source = Source("opus", material.opus(2))
    recorder, sitting = recording(tmp_path, FakeClock())
    sink = sitting.sink(source.info(), "", lambda: None)
    early = source.report(-0.5)
    sink.on_sender_report(early)
    for packet in source.packets():
        sink.on_packet(packet)
    await recorder.close()
    reports = [
        report for second in lines(tmp_path, "second") for found in second["reports"].values() for report in found
    ]
    assert reports[0] == [f"{early.ntp:016x}", early.rtp, round(early.arrival, 6)]


async def test_an_event_is_journalled_once_even_across_a_restart(tmp_path: Path) -> None:
    for _ in range(2):
        recorder, sitting = recording(tmp_path, FakeClock())
        await sitting.append_events([{"id": "e1", "kind": "started", "at": SITTING.started_utc}] * 2)
        await recorder.close()
    assert [line["event"]["id"] for line in lines(tmp_path, "event")] == ["e1"]
    assert len(lines(tmp_path, "anchor")) == 2


async def test_an_event_is_on_disk_when_it_is_acknowledged(tmp_path: Path) -> None:
    recorder, sitting = recording(tmp_path, FakeClock())
    await sitting.append_events([{"id": "e1", "kind": "started", "at": SITTING.started_utc}])
    assert [line["event"]["id"] for line in lines(tmp_path, "event")] == ["e1"]
    await recorder.close()


async def test_an_event_without_an_id_is_refused_with_a_clear_text(tmp_path: Path) -> None:
    recorder, sitting = recording(tmp_path, FakeClock())
    with pytest.raises(RecordError, match="needs an id"):
        await sitting.append_events([{"kind": "started"}])
    await recorder.close()


async def test_the_same_sitting_is_opened_once_and_again_after_its_close(tmp_path: Path) -> None:
    recorder, sitting = recording(tmp_path, FakeClock())
    assert recorder.open(SITTING) is sitting
    closing = asyncio.ensure_future(sitting.close())
    await asyncio.sleep(0)
    again = recorder.open(SITTING)
    assert again is not sitting
    await again.append_events([{"id": "e1", "kind": "resumed", "at": SITTING.started_utc}])
    await closing
    await recorder.close()
    assert [line["kind"] for line in read(folder(tmp_path))] == ["sitting", "anchor", "anchor", "event"]


@pytest.mark.parametrize("name", ["..", "a/b", "", ".hidden", "a\0b"])
async def test_a_name_that_would_leave_the_data_folder_is_refused(name: str, tmp_path: Path) -> None:
    recorder = TakeRecorder(tmp_path, FakeClock().clock())
    with pytest.raises(RecordError):
        recorder.open(SittingInfo("almaty", name, "s", "1", SITTING.started_utc))
    await recorder.close()


async def test_a_second_process_may_not_write_the_same_journal(tmp_path: Path) -> None:
    first, sitting = recording(tmp_path, FakeClock())
    await sitting.append_events([])
    second, intruder = recording(tmp_path, FakeClock())
    with pytest.raises(RecordError):
        await intruder.append_events([])
    assert intruder.health()["failed"] == "journal"
    await second.close()
    await first.close()


class FailingWrite:
    """`os.write` that fails while ``broken``, after half the bytes."""

    def __init__(self, error: int = errno.ENOSPC) -> None:
        self.broken, self.error = False, error

    def __call__(self, fd: int, data: bytes) -> int:
        if self.broken and len(data) < 2:
            raise OSError(self.error, os.strerror(self.error))
        return os.write(fd, data[: len(data) // 2] if self.broken else data)


@pytest.mark.parametrize(("error", "reason"), [(errno.ENOSPC, "disk-full"), (errno.EIO, "disk-error")])
async def test_a_failing_disk_raises_the_alarm_and_nothing_else_and_is_recovered_from(
    error: int, reason: str, tmp_path: Path
) -> None:
    write, clock = FailingWrite(error), FakeClock()
    disk = Disk(write=write, gather=0)
    recorder = TakeRecorder(tmp_path, clock.clock(), disk)
    sitting, source = recorder.open(SITTING), Source("opus", material.opus(10))
    await sitting.append_events([])
    sink, stream = sitting.sink(source.info(), "", lambda: None), source.packets()

    async def play(seconds: float) -> None:
        clock.now += seconds
        for packet in stream:
            sink.on_packet(packet)
            if packet.arrival - BASE >= clock.now:
                break
        done = threading.Event()
        disk.mark([], lambda _: done.set())
        await asyncio.to_thread(done.wait)
        sink.tick(BASE + clock.now)

    await play(1)
    assert sitting.health()["failed"] is None
    write.broken = True
    await play(1)
    assert sitting.health()["failed"] == reason
    await play(3)
    write.broken = False
    await play(3)
    await play(1)
    await play(0.5)
    health = sitting.health()
    assert health["failed"] is None
    assert health["received_seconds"]["party-1"] - health["seconds"]["party-1"] > 4
    await recorder.close()
    ends = lines(tmp_path, "take_end")
    assert [end["reason"] for end in ends] == [reason, "end"]
    for end in ends:
        path = folder(tmp_path) / "takes" / f"{end['take']}.mkv"
        assert path.stat().st_size == end["bytes"]
        assert b"".join(b.data for b in blocks(tmp_path, end["take"])) in b"".join(u.data for u in source.units)


async def test_a_journal_that_cannot_be_written_is_an_alarm_and_is_written_later_without_loss(tmp_path: Path) -> None:
    write = FailingWrite()
    recorder = TakeRecorder(tmp_path, FakeClock().clock(), Disk(write=write, gather=0))
    sitting = recorder.open(SITTING)
    await sitting.append_events([])
    write.broken = True
    waiting = asyncio.ensure_future(sitting.append_events([{"id": "e1", "kind": "started", "at": SITTING.started_utc}]))
    while sitting.health()["failed"] is None:
        await asyncio.sleep(0)
    assert not waiting.done()
    write.broken = False
    await waiting
    assert sitting.health()["failed"] is None
    await recorder.close()
    assert [line["kind"] for line in read(folder(tmp_path))] == ["sitting", "anchor", "event"]


async def test_a_disk_too_slow_fails_the_take_and_never_holds_more_than_its_limit(tmp_path: Path) -> None:
    stuck = threading.Event()
    disk = Disk(limit=100_000, write=lambda fd, data: os.write(fd, data) if stuck.wait() else 0)
    recorder = TakeRecorder(tmp_path, FakeClock().clock(), disk)
    sitting, source = recorder.open(SITTING), Source("VP8", material.video("VP8", 2))
    sink = sitting.sink(source.info(), "", lambda: None)
    for packet in source.packets():
        sink.on_packet(packet)
        assert disk.pending <= 100_000
    assert sitting.health()["failed"] == "disk-slow"
    stuck.set()
    await recorder.close()


def damaged(rng: random.Random, stream: Iterator[Packet]) -> Iterator[Packet]:
    """Packets lost, doubled, swapped, cut and filled with noise."""
    held: list[Packet] = []
    for packet in stream:
        fate = rng.random()
        if fate < 0.1:
            continue
        if fate < 0.2:
            packet.payload = rng.randbytes(rng.randrange(40))
        if fate < 0.3:
            packet.timestamp, packet.sequence = rng.getrandbits(32), rng.getrandbits(16)
        yield from held
        held = [packet] * rng.randrange(1, 3)
    yield from held


@pytest.mark.parametrize("codec", ["opus", "H264", "VP8"])
@pytest.mark.parametrize("seed", range(3))
async def test_no_packets_make_a_sink_raise_and_the_take_stays_readable(
    codec: Codec, seed: int, tmp_path: Path
) -> None:
    source = Source(codec, material.opus(2) if codec == "opus" else material.video(codec, 2), seed=seed)
    recorder, sitting = recording(tmp_path, FakeClock())
    sink = sitting.sink(source.info(), "", lambda: None)
    for packet in damaged(random.Random(seed), source.packets()):
        sink.on_packet(packet)
        assert sink.failed != "error"
    await recorder.close()
    ends = {end["take"]: end["frames"] for end in lines(tmp_path, "take_end")}
    assert {take: len(blocks(tmp_path, take)) for take in ends} == ends


async def test_the_chain_names_the_line_that_was_changed(tmp_path: Path) -> None:
    await record(tmp_path, Source("opus", material.opus(1)))
    path = folder(tmp_path) / "journal.jsonl"
    changed = path.read_bytes().splitlines(keepends=True)
    changed[1] = json.dumps({**json.loads(changed[1]), "utc": "2026-01-01T00:00:00+00:00"}).encode() + b"\n"
    path.write_bytes(b"".join(changed))
    with pytest.raises(RecordError, match="line 3 "):
        list(read(folder(tmp_path)))


@pytest.mark.parametrize("rest", [b'{"kind":"sec', b"\0" * 4096, b'{"kind":"event","n":9}\n{"kind', b"}\n"])
async def test_a_torn_last_line_is_kept_aside_and_the_chain_goes_on(rest: bytes, tmp_path: Path) -> None:
    await record(tmp_path, Source("opus", material.opus(1)))
    with (folder(tmp_path) / "journal.jsonl").open("ab") as stream:
        stream.write(rest)
    recorder, sitting = recording(tmp_path, FakeClock())
    await sitting.append_events([{"id": "e1", "kind": "resumed", "at": SITTING.started_utc}])
    await recorder.close()
    (torn,) = lines(tmp_path, "torn")
    assert (folder(tmp_path) / torn["file"]).read_bytes() == rest
    assert torn["sha256"] == hashlib.sha256(rest).hexdigest()
    assert [line["kind"] for line in read(folder(tmp_path))][-3:] == ["torn", "anchor", "event"]
