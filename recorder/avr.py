"""The AVR: all takes of a sitting in one Matroska file on the hearing clock, not transcoded; muxed by FFmpeg (PyAV).

Runs in a worker process; works on a sitting that a crash cut short, and on one that still goes on.
"""

from __future__ import annotations

import gzip
import heapq
import io
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import av.error
from av.container import OutputContainer
from av.stream import Stream
from av.video.stream import VideoStream

from recorder.chapters import chapters
from recorder.claim import UNFINISHED, claimed
from recorder.disk import sync_folder
from recorder.errors import RecordError
from recorder.journal import NAME, is_written, read
from recorder.matroska import Block, read_blocks
from recorder.sitting import SittingRecord, TakeRecord, load

if TYPE_CHECKING:
    from av.container.core import Chapter  # in PyAV's stubs only

MS = Fraction(1, 1000)
OVERLAP = 0.5  # seconds by which the next take of a source may begin before the last one's end
PLAIN = 32 << 20  # bytes of journal that are attached as they are
CLOSING_S = 60.0  # at most, for the record of a sitting that is over to be closed
LOOK_S = 0.1
FRAME_MS = {"audio": 20, "video": 40}  # how long the last frame is taken to last


@dataclass(frozen=True, slots=True)
class AvrTrack:
    """``width`` and ``height`` in pixels, 0 for sound."""

    title: str
    kind: str
    codec: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class AvrInfo:
    """``duration`` in seconds of hearing time; ``chapters`` are (start in seconds, title)."""

    path: Path
    number: str
    duration: float
    bytes: int
    tracks: tuple[AvrTrack, ...]
    chapters: tuple[tuple[float, str], ...]
    attachments: tuple[str, ...]


@dataclass
class Lane:
    """What becomes one track: a source's takes one after the other. ``end`` in seconds of hearing time."""

    takes: list[TakeRecord] = field(default_factory=list)
    end: float = 0.0


@dataclass(frozen=True, slots=True, order=True)
class Frame:
    """A frame on the hearing clock, in ms; ``lane`` is the index of its track."""

    pts_ms: int
    lane: int
    block: Block = field(compare=False)


def avr_path(sitting_dir: Path) -> Path:
    """Where a sitting's AVR belongs: ``avr/<hearing number>.mkv``, the number's slashes made dashes."""
    number = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in _number(sitting_dir))
    return sitting_dir / "avr" / f"{number.lstrip('.') or 'avr'}.mkv"


def incomplete_path(sitting_dir: Path) -> Path:
    """Where a part of it is put, so that it is never taken for the whole."""
    return avr_path(sitting_dir).with_suffix(".incomplete.mkv")


def _number(sitting_dir: Path) -> str:
    number = next(read(sitting_dir), {}).get("number")
    if not isinstance(number, str):
        raise RecordError("the journal is empty, or none of ours")
    return number


def build_sitting(
    sitting_dir: Path, over: bool, progress: Callable[[float], None] | None = None, wait: bool = False
) -> AvrInfo:
    """Build a sitting's AVR where it belongs, if it is whole: the sitting is ``over``, with all its events in the
    journal, and nobody writes its record any more. What can only be a part goes to `incomplete_path`. ``wait``: for the
    record to be closed, and for another process that builds the same."""
    if not over or not _closed(sitting_dir, CLOSING_S if wait else 0.0):
        return build(sitting_dir, incomplete_path(sitting_dir), progress, wait)
    info = build(sitting_dir, avr_path(sitting_dir), progress, wait)
    incomplete_path(sitting_dir).unlink(missing_ok=True)
    return info


def _closed(sitting_dir: Path, patience: float) -> bool:
    end = time.monotonic() + patience
    while is_written(sitting_dir):
        if time.monotonic() >= end:
            return False
        time.sleep(LOOK_S)
    return True


def build(sitting_dir: Path, out: Path, progress: Callable[[float], None] | None = None, wait: bool = False) -> AvrInfo:
    """Build the AVR of ``sitting_dir`` at ``out`` (replaced in one step). ``progress`` gets 0 … 1.

    Raises `RecordError` where there is no readable journal, nothing was recorded, or another process builds there and
    is not to be waited for.
    """
    record = load(sitting_dir)
    times = record.timelines()
    lanes = _lanes(record, times)
    if not lanes:
        raise RecordError("nothing was recorded in this sitting")
    try:
        out.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with claimed(out.parent, wait):
            _write(out, lambda path: _mux(record, lanes, times, path, progress or (lambda _: None)))
    except (OSError, av.error.FFmpegError) as error:
        raise RecordError(f"the AVR could not be written: {type(error).__name__} {error.strerror or ''}") from error
    return show(out)


def _write(out: Path, mux: Callable[[Path], None]) -> None:
    temporary = out.with_name(out.name + UNFINISHED)
    try:
        mux(temporary)
        temporary.chmod(0o600)
        _sync(temporary)
        temporary.replace(out)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(out.parent)


def show(path: Path) -> AvrInfo:
    """What an AVR file holds. Raises `RecordError` where it cannot be read."""
    try:
        with av.open(str(path)) as container:
            tracks = tuple(_track(stream) for stream in container.streams if stream.type in ("audio", "video"))
            names = tuple(s.metadata.get("filename", "") for s in container.streams if s.type == "attachment")
            found = tuple((_seconds(chapter), chapter["metadata"].get("title", "")) for chapter in container.chapters())
            number, duration = container.metadata.get("title", ""), (container.duration or 0) / av.time_base
    except (OSError, av.error.FFmpegError) as error:
        raise RecordError(f"the AVR cannot be read: {type(error).__name__}") from error
    return AvrInfo(path, number, duration, path.stat().st_size, tracks, found, names)


def _seconds(chapter: Chapter) -> float:
    return float(chapter["start"] * (chapter["time_base"] or 1))


def _track(stream: Stream) -> AvrTrack:
    size = (stream.codec_context.width, stream.codec_context.height) if isinstance(stream, VideoStream) else (0, 0)
    return AvrTrack(stream.metadata.get("title", ""), stream.type, stream.codec_context.name, *size)


Times = dict[str, Callable[[float], float]]


def _lanes(record: SittingRecord, times: Times) -> list[Lane]:
    """Takes by seat, kind and codec, in order of time. Those that truly overlap (two devices) get a lane each."""
    sources: dict[tuple[str, str, str], list[Lane]] = {}
    for take in sorted(record.takes.values(), key=lambda take: times[take.name](0.0)):
        if (end := _last_pts(take.path)) is None:
            continue
        start, stop = times[take.name](0.0), times[take.name](end / 1000) + FRAME_MS[take.media] / 1000
        lanes = sources.setdefault((take.seat, take.media, take.codec), [])
        lane = next((lane for lane in lanes if lane.end <= start + OVERLAP), None)
        if lane is None:
            lanes.append(lane := Lane())
        lane.takes.append(take)
        lane.end = max(lane.end, stop)
    return [lane for key in sorted(sources, key=lambda key: (key[0], key[1])) for lane in sources[key]]


def _last_pts(path: Path) -> int | None:
    """The last frame's time in ms; None for a take that holds none (killed at its very beginning)."""
    if not path.exists():
        return None
    last = None
    with path.open("rb") as stream:
        for block in read_blocks(stream):
            last = block.pts_ms
    return last


def _mux(record: SittingRecord, lanes: list[Lane], times: Times, path: Path, progress: Callable[[float], None]) -> None:
    duration = max(lane.end for lane in lanes)
    total = sum(take.path.stat().st_size for lane in lanes for take in lane.takes)
    with av.open(str(path), "w", format="matroska", options={"max_interleave_delta": "1000000"}) as container:
        container.metadata.update(_metadata(record))
        streams = [_add_stream(container, lane) for lane in lanes]
        container.add_attachment(*_journal(record.folder / NAME))
        container.set_chapters(_chapters(record, duration))
        frames = heapq.merge(*(_frames(index, lane, times) for index, lane in enumerate(lanes)))
        done = 0
        for count, frame in enumerate(frames):
            container.mux(_packet(streams[frame.lane], frame))
            done += len(frame.block.data)
            if count % 1000 == 0:
                progress(min(1.0, done / total))
    progress(1.0)


def _journal(path: Path) -> tuple[str, str, bytes]:
    """File name, type and bytes of the attached journal, its whole lines only.

    FFmpeg reads no attachment of 256 MB and keeps copies in memory: that of a day with twenty people is compressed.
    """
    if path.stat().st_size <= PLAIN:
        journal = path.read_bytes()
        return NAME, "application/json", journal[: journal.rfind(b"\n") + 1]
    out = io.BytesIO()
    with path.open("rb") as lines, gzip.GzipFile("", "wb", 6, out, mtime=0) as compressed:
        for line in lines:
            if line.endswith(b"\n"):
                compressed.write(line)
    return NAME + ".gz", "application/gzip", out.getvalue()


def _chapters(record: SittingRecord, duration: float) -> list[Chapter]:
    return [
        {"id": n, "start": round(start * 1000), "end": round(end * 1000), "time_base": MS, "metadata": {"title": title}}
        for n, (start, end, title) in enumerate(chapters(record.events, record.at, duration), 1)
    ]


def _metadata(record: SittingRecord) -> dict[str, str]:
    head = record.head
    return {
        "title": record.number,
        "creation_time": head["started_utc"],
        "COURT": head["court"],
        "HEARING": head["hearing"],
        "SITTING": head["sitting"],
    }


def _add_stream(container: OutputContainer, lane: Lane) -> Stream:
    """A track like the lane's largest picture, or its first sound; parameter sets of the others stand in the stream."""
    take = max(lane.takes, key=lambda take: take.width * take.height)
    with av.open(str(take.path)) as template:
        stream = container.add_stream_from_template(template.streams[0])
    stream.time_base = MS
    stream.metadata.clear()
    title = lane.takes[-1].title
    stream.metadata["title"] = title if title.startswith(take.seat) else f"{take.seat} — {title}".rstrip(" —")
    return stream


def _frames(index: int, lane: Lane, times: Times) -> Iterator[Frame]:
    """A lane's frames in file order, their times rising by at least 1 ms."""
    last = -1
    for take in lane.takes:
        at = times[take.name]
        with take.path.open("rb") as stream:
            for block in read_blocks(stream):
                last = max(round(at(block.pts_ms / 1000) * 1000), last + 1)
                yield Frame(last, index, block)


def _packet(stream: Stream, frame: Frame) -> av.Packet[Stream]:
    packet = av.Packet(frame.block.data)
    packet.stream, packet.time_base = stream, MS
    packet.pts = packet.dts = frame.pts_ms
    packet.is_keyframe = frame.block.key
    packet.duration = FRAME_MS[stream.type]
    return packet


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
