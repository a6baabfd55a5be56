from __future__ import annotations

import gzip
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import av
import pytest
from av.stream import AttachmentStream

from gateway.packet import Codec
from recorder import avr
from recorder.claim import claimed
from recorder.errors import RecordError
from recorder.h264 import nals
from tests.media import material, packetize
from tests.recorder.source import STARTED, FakeClock, Source, feed, folder, recording


def event(kind: str, at: float, **data: Any) -> dict[str, Any]:
    return {"id": f"{kind}-{at}", "kind": kind, "at": (STARTED + timedelta(seconds=at)).isoformat(), **data}


async def hearing(root: Path, *plays: tuple[Source, float], events: tuple[dict[str, Any], ...] = ()) -> avr.AvrInfo:
    """Record each source from its hearing time on, one after the other in one sitting, and build the AVR."""
    recorder, sitting = recording(root, FakeClock())
    for source, at in plays:
        sink = sitting.sink(source.info(), f"{source.seat} — A. B.", lambda: None)
        feed(sink, source, at)
        sink.on_end()
    await sitting.append_events(events)
    await recorder.close()
    return avr.build(folder(root), root / "avr.mkv")


def frames(path: Path, index: int = 0) -> list[tuple[float, bytes]]:
    with av.open(str(path)) as container:
        stream = container.streams[index]
        assert stream.time_base
        return [(float(p.pts * stream.time_base), bytes(p)) for p in container.demux(stream) if p.pts is not None]


def content(codec: str, data: bytes) -> list[bytes]:
    return list(nals(data)) if codec == "H264" else [data]


def sent(source: Source) -> list[list[bytes]]:
    return [packetize.annexb_nals(unit.data) if source.codec == "H264" else [unit.data] for unit in source.units]


def assert_clean(path: Path) -> None:
    """Neither the reader nor a whole decoding has anything to complain of."""
    for command in (
        ["ffprobe", "-v", "error", str(path)],
        ["ffmpeg", "-v", "error", "-i", str(path), "-f", "null", "-"],
    ):
        result = subprocess.run(command, capture_output=True, text=True, check=True)
        assert result.stderr == ""


@pytest.mark.parametrize("codec", ["opus", "H264", "VP8"])
async def test_access_units_in_the_avr_are_those_that_were_sent(codec: Codec, tmp_path: Path) -> None:
    source = Source(codec, material.opus(2) if codec == "opus" else material.video(codec, 2))
    info = await hearing(tmp_path, (source, 1.0))
    found = frames(info.path)
    assert [content(codec, data) for _, data in found] == sent(source)
    assert all(
        abs(time - 1.0 - unit.time - source.delay) <= 0.002 for (time, _), unit in zip(found, source.units, strict=True)
    )
    assert_clean(info.path)


@pytest.mark.parametrize("codec", ["H264", "VP8"])
async def test_sound_and_picture_of_a_sender_are_in_sync_whatever_its_offsets_clock_and_network(
    codec: Codec, tmp_path: Path
) -> None:
    """The network delays the picture by 300 ms more than the sound; the sender's clock is an hour off and drifts."""
    clock = {"wall": 3_900_003_600.0, "drift": 80e-6, "jitter": 0.03}
    audio = Source("opus", material.opus(4), ssrc=11, delay=0.03, track="a", **clock)  # type: ignore[arg-type]
    video = Source(codec, material.video(codec, 4), ssrc=12, delay=0.33, track="v", **clock)  # type: ignore[arg-type]
    info = await hearing(tmp_path, (audio, 2.0), (video, 2.0))
    heard, seen = frames(info.path, 0), frames(info.path, 1)
    error = [
        (seen[n][0] - video.units[n].time) - (heard[2 * n][0] - audio.units[2 * n].time)
        for n in range(len(video.units))
    ]
    assert max(map(abs, error)) <= 0.010
    assert abs(heard[0][0] - 2.03) <= 0.035


async def test_tracks_are_titled_by_seat_and_name_chapters_follow_the_events_and_the_journal_is_attached(
    tmp_path: Path,
) -> None:
    events = (
        event("started", 0.02),
        event("entered", 0.5, seat="party-1"),
        event("admitted", 1.0, seat="party-1"),
        event("recessed", 2.0),
        event("resumed", 3.0, title="Жалғасты"),
        event("concluded", 9.0),
    )
    judge = Source("opus", material.opus(4), "judge", 1, cname="j", track="j")
    party = Source("VP8", material.video("VP8", 2), "party-1", 2, cname="p", track="p")
    info = await hearing(tmp_path, (judge, 0.0), (party, 1.5), events=events)
    assert [(t.title, t.kind, t.codec, t.width, t.height) for t in info.tracks] == [
        ("judge — A. B.", "audio", "opus", 0, 0),
        ("party-1 — A. B.", "video", "vp8", 320, 180),
    ]
    assert info.chapters == (
        (0.0, "Sitting started"), (1.0, "Admitted: party-1"), (2.0, "Recess"), (3.0, "Жалғасты"),
        (9.0, "Concluded"),
    )  # fmt: skip
    assert info.attachments == ("journal.jsonl",)
    assert info.number == "7204-25-00-2/15"
    assert abs(info.duration - 4.02) < 0.05
    assert_clean(info.path)


async def test_a_long_journal_is_attached_compressed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(avr, "PLAIN", 100)
    info = await hearing(tmp_path, (Source("opus", material.opus(1)), 0.0))
    assert info.attachments == ("journal.jsonl.gz",)
    with av.open(str(info.path)) as container:
        attached = next(stream for stream in container.streams if isinstance(stream, AttachmentStream))
        assert gzip.decompress(attached.data) == (folder(tmp_path) / "journal.jsonl").read_bytes()


async def test_a_return_after_a_drop_goes_on_in_the_same_track(tmp_path: Path) -> None:
    plays = [
        (Source("H264", material.video("H264", 1), ssrc=1, cname="first", track="1"), 0.0),
        (Source("H264", material.video("H264", 2, 640, 360), ssrc=2, cname="second", track="2", wall=1e9), 5.0),
    ]
    info = await hearing(tmp_path, *plays)
    assert len(info.tracks) == 1
    found = frames(info.path)
    assert [content("H264", data) for _, data in found] == sent(plays[0][0]) + sent(plays[1][0])
    assert abs(found[25][0] - 5.02) < 0.005
    assert_clean(info.path)


async def test_a_source_whose_takes_overlap_gets_a_track_for_each(tmp_path: Path) -> None:
    first = Source("opus", material.opus(4), ssrc=1, cname="first", track="1")
    second = Source("opus", material.opus(4), ssrc=2, cname="second", track="2")
    info = await hearing(tmp_path, (first, 0.0), (second, 1.0))
    assert len(info.tracks) == 2
    assert [[data] for _, data in frames(info.path, 1)] == sent(second)


async def test_what_came_a_little_before_the_start_is_kept_at_its_very_beginning(tmp_path: Path) -> None:
    source = Source("opus", material.opus(1))
    info = await hearing(tmp_path, (source, -0.1))
    found = frames(info.path)
    assert [[data] for _, data in found] == sent(source)
    assert found[0][0] == 0.0
    assert abs(found[-1][0] - 0.90) < 0.005


async def test_the_record_goes_on_over_a_reboot_on_the_same_hearing_clock(tmp_path: Path) -> None:
    for boot, at in (("boot-1", 0.0), ("boot-2", 10.0)):
        recorder, sitting = recording(tmp_path, FakeClock(at, boot))
        feed(
            sitting.sink(Source("opus", material.opus(1)).info(), "", lambda: None),
            Source("opus", material.opus(1)),
            at,
        )
        await recorder.close()
    found = frames(avr.build(folder(tmp_path), tmp_path / "avr.mkv").path)
    assert abs(found[50][0] - 10.02) < 0.005


async def test_an_avr_is_built_again_over_an_older_one_and_progress_is_told(tmp_path: Path) -> None:
    await hearing(tmp_path, (Source("opus", material.opus(1)), 0.0))
    told: list[float] = []
    info = avr.build(folder(tmp_path), tmp_path / "avr.mkv", told.append)
    assert told[-1] == 1.0
    assert told == sorted(told)
    assert avr.show(info.path) == info
    assert [path.name for path in tmp_path.glob("avr.mkv*")] == ["avr.mkv"]


async def test_a_sitting_without_a_take_has_no_avr_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="nothing was recorded"):
        await hearing(tmp_path, events=(event("started", 0.0),))
    assert list(tmp_path.glob("avr.mkv*")) == []


def test_a_folder_without_a_journal_and_a_file_that_is_no_avr_are_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"no journal\.jsonl"):
        avr.build(tmp_path, tmp_path / "avr.mkv")
    (tmp_path / "x.mkv").write_bytes(b"no Matroska")
    with pytest.raises(RecordError, match="cannot be read"):
        avr.show(tmp_path / "x.mkv")


async def test_an_avr_that_cannot_be_written_is_told_in_words_and_leaves_nothing(tmp_path: Path) -> None:
    info = await hearing(tmp_path, (Source("opus", material.opus(1)), 0.0))
    (tmp_path / "taken").mkdir()
    with pytest.raises(RecordError, match="could not be written"):
        avr.build(folder(tmp_path), tmp_path / "taken")
    assert avr.show(info.path) == info
    assert not (tmp_path / "taken.part").exists()


async def test_the_avrs_own_place_carries_the_hearings_number(tmp_path: Path) -> None:
    await hearing(tmp_path, (Source("opus", material.opus(1)), 0.0))
    assert avr.avr_path(folder(tmp_path)) == folder(tmp_path) / "avr" / "7204-25-00-2-15.mkv"


async def test_a_take_cut_in_the_middle_of_a_cluster_still_goes_into_the_avr(tmp_path: Path) -> None:
    source = Source("VP8", material.video("VP8", 2))
    whole = await hearing(tmp_path, (source, 0.0))
    (take,) = (folder(tmp_path) / "takes").iterdir()
    with take.open("r+b") as stream:
        stream.truncate(take.stat().st_size - 700)
    info = avr.build(folder(tmp_path), tmp_path / "avr.mkv")
    assert 0 < whole.duration - info.duration <= 0.45
    assert [[data] for _, data in frames(info.path)] == sent(source)[: len(frames(info.path))]
    assert_clean(info.path)


async def test_what_is_built_while_the_record_is_written_has_a_name_that_says_so(tmp_path: Path) -> None:
    """Though the sitting is over: media has not closed its record."""
    recorder, sitting = recording(tmp_path, FakeClock())
    source = Source("opus", material.opus(1))
    sink = sitting.sink(source.info(), "", lambda: None)
    feed(sink, source)
    sink.on_end()
    await sitting.append_events([event("concluded", 1.0)])
    assert avr.build_sitting(folder(tmp_path), over=True).path.name == "7204-25-00-2-15.incomplete.mkv"
    assert not avr.avr_path(folder(tmp_path)).exists()
    await recorder.close()
    whole = avr.build_sitting(folder(tmp_path), over=True)
    assert whole.path == avr.avr_path(folder(tmp_path))
    assert [path.name for path in whole.path.parent.glob("*.mkv*")] == ["7204-25-00-2-15.mkv"]


async def test_a_part_never_takes_the_place_of_the_whole(tmp_path: Path) -> None:
    await hearing(tmp_path, (Source("opus", material.opus(1)), 0.0))
    whole = avr.build_sitting(folder(tmp_path), over=True)
    part = avr.build_sitting(folder(tmp_path), over=False)
    assert part.path != whole.path
    assert avr.show(whole.path) == whole


async def test_two_builds_at_once_are_refused_or_wait_for_each_other(tmp_path: Path) -> None:
    info = await hearing(tmp_path, (Source("opus", material.opus(1)), 0.0))
    with ThreadPoolExecutor(1) as other:
        with claimed(tmp_path):
            with pytest.raises(RecordError, match="being built by another process"):
                avr.build(folder(tmp_path), info.path)
            waiting = other.submit(avr.build, folder(tmp_path), info.path, wait=True)
        assert waiting.result(30) == info


async def test_what_a_dead_build_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / "other.mkv.part").write_bytes(b"half")
    await hearing(tmp_path, (Source("opus", material.opus(1)), 0.0))
    assert not (tmp_path / "other.mkv.part").exists()
