"""The recorder as the gateway uses it: a recording per sitting, a sink per recorded track."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
import uuid
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from gateway.packet import Kind, TrackInfo
from gateway.sink import SittingInfo
from recorder.depacketize import AccessUnit
from recorder.disk import Disk, DiskFile, Extent
from recorder.errors import RecordError
from recorder.journal import TAKES, Recovered
from recorder.ledger import Ledger
from recorder.matroska import PROGRAM, Format
from recorder.sink import TrackSink
from recorder.take import Take

log = structlog.get_logger(__name__)
TICK = 0.25
FORMAT_VERSION = 1
Seconds = dict[tuple[str, Kind], tuple[float, float]]
"""(seat, kind): seconds recorded, seconds received."""
_SAFE = re.compile(r"\w[\w.\-]{0,127}", re.ASCII)


def _boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


@dataclass(frozen=True)
class Clock:
    """What time it is; tests give their own. ``boot`` names the run of the machine to which ``monotonic`` belongs."""

    monotonic: Callable[[], float] = time.monotonic
    utc: Callable[[], datetime] = lambda: datetime.now(UTC)
    boot: Callable[[], str] = _boot_id


class TakeRecorder:
    """Implements `gateway.sink.Recorder`. ``root`` is ``DATA/courts``. One per media process, in its event loop."""

    def __init__(self, root: Path, clock: Clock | None = None, disk: Disk | None = None, wait: float = 0.5) -> None:
        self._root, self._clock, self._disk, self._wait = root, clock or Clock(), disk or Disk(), wait
        self._recordings: list[SittingRecording] = []

    def open(self, sitting: SittingInfo) -> SittingRecording:
        """Open a sitting's record, or go on with what an earlier process left. Raises `RecordError` on unsafe names."""
        for name in (sitting.court, sitting.hearing, sitting.sitting):
            if not _SAFE.fullmatch(name):
                raise RecordError("a court, hearing or sitting has a name that cannot be a folder")
        folder = self._root / sitting.court / sitting.hearing / sitting.sitting
        same = [recording for recording in self._recordings if recording.folder == folder]
        if same and not same[-1].closed:
            return same[-1]
        after = same[-1].close() if same else None
        recording = SittingRecording(folder, sitting, self._disk, self._clock, self._wait, after)
        self._recordings = [other for other in self._recordings if not other.finished] + [recording]
        return recording

    async def close(self) -> None:
        """Close every recording and finish the disk's queue."""
        await asyncio.gather(*(recording.close() for recording in self._recordings))
        await asyncio.to_thread(self._disk.stop)


class SittingRecording:
    """Implements `gateway.sink.Recording` and `recorder.sink.Keeper`."""

    def __init__(
        self,
        folder: Path,
        sitting: SittingInfo,
        disk: Disk,
        clock: Clock,
        wait: float,
        after: Coroutine[Any, Any, None] | None = None,
    ) -> None:
        """``after``: the closing of the same sitting's earlier recording, whose journal this one goes on with."""
        self.folder = folder
        self._closing: asyncio.Task[None] | None = None
        self._sitting, self._disk, self._clock, self._wait = sitting, disk, clock, wait
        self._loop = asyncio.get_running_loop()
        self._sinks: list[TrackSink] = []
        self._past: Seconds = {}  # of ended sinks
        self._takes: dict[str, Take] = {}
        self._ending: list[tuple[Take, str]] = []
        self._attesting: set[asyncio.Future[None]] = set()
        self._ticks = 0
        self._ledger = Ledger(folder, disk, self._utc, self._greet, after)
        self._timer = self._loop.call_later(TICK, self._tick)

    def sink(self, track: TrackInfo, title: str, request_keyframe: Callable[[], None]) -> TrackSink:
        sink = TrackSink(self, track, title, request_keyframe, self._wait)
        self._sinks.append(sink)
        return sink

    async def append_events(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Raises `RecordError` where the journal does not reach the disk; the same events may be tried again."""
        await self._ledger.opened()
        if self.closed:
            raise RecordError("the sitting's record is closed")
        for event in events:
            if "id" not in event:
                raise RecordError("a hearing event needs an id")
            self._ledger.append_event(event)
        await self._ledger.lasting()

    def health(self) -> Mapping[str, Any]:
        """Per seat the kind whose recorded seconds fall short the most. ``failed``: ``disk-full``, ``disk-slow``,
        ``disk-error``, ``journal``, ``unsteady``, ``error`` or None."""
        tracks = _sum(self._past, self._sinks)
        seats = {seat: pair for (seat, _), pair in sorted(tracks.items(), key=lambda item: item[1][1] - item[1][0])}
        failed = self._ledger.failed or next((sink.failed for sink in self._sinks if sink.failed), None)
        return {
            "seconds": {seat: round(pair[0], 1) for seat, pair in seats.items()},
            "received_seconds": {seat: round(pair[1], 1) for seat, pair in seats.items()},
            "failed": failed,
        }

    @property
    def closed(self) -> bool:
        return self._closing is not None

    @property
    def finished(self) -> bool:
        return self._closing is not None and self._closing.done()

    def close(self) -> Coroutine[Any, Any, None]:
        """End every take; everything is on disk once it was awaited, or the disk has failed.

        It is closed from the call on, so that who opens the sitting after it has another recording.
        """
        if self._closing is None:
            self._timer.cancel()
            self._closing = self._loop.create_task(self._close())
        return _shielded(self._closing)

    async def _close(self) -> None:
        for sink in self._sinks:
            sink.on_end()
        self._attest()
        if self._attesting:
            await asyncio.wait(self._attesting, timeout=10)
        with contextlib.suppress(RecordError):  # health and the log have told it
            await self._ledger.opened()
            await self._ledger.lasting()
        await self._ledger.close()

    # Keeper

    def begin_take(self, sink: TrackSink, ssrc: int, unit: AccessUnit, stream: Format) -> Take:
        name, began, track = self._take_name(sink.track), self._clock.utc(), sink.track
        file = DiskFile(self.folder / TAKES / f"{name}.mkv")
        take = Take(name, file, self._disk, ssrc, track.clock_rate, unit, stream, began)
        self._takes[name] = take
        self.note("take", {
            "take": name, "track": track.track, "seat": track.seat, "title": sink.title,
            "media": track.kind, "codec": track.codec, "clock_rate": track.clock_rate, "cname": track.cname,
            "ssrc": ssrc, "rtp": take.rtp, "arrival": round(take.arrival, 6),
            "width": stream.width, "height": stream.height,
        })  # fmt: skip
        log.info("take_begun", take=name)
        return take

    def end_take(self, take: Take, reason: str) -> None:
        self._takes.pop(take.name, None)
        self._ending.append((take, reason))
        if take.file.failed:
            log.error("take_failed", take=take.name, reason=reason)

    def note(self, kind: str, fields: dict[str, Any]) -> None:
        self._ledger.append(kind, fields)

    def _take_name(self, track: TrackInfo) -> str:
        seat = re.sub(r"[^\w\-]", "_", track.seat, flags=re.ASCII)
        stem = name = f"{seat}-{track.kind}-{self._clock.utc():%Y%m%dT%H%M%S.%f}"[:-3] + "Z"
        taken = {*self._takes, *(take.name for take, _ in self._ending)}
        number = 1
        while name in taken:
            name, number = f"{stem}-{number + 1}", number + 1
        return name

    # The journal

    def _utc(self) -> str:
        return self._clock.utc().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _greet(self, ledger: Ledger, recovered: Recovered) -> None:
        if not recovered.chain.number:
            ledger.append("sitting", {"format": FORMAT_VERSION, "program": PROGRAM, **asdict(self._sitting)})
        if recovered.torn:
            ledger.append("torn", recovered.torn)
        for take, extent in recovered.open_takes.items():
            ledger.append("recovered", {"take": take, "extent": extent})
        anchor = {"monotonic": round(self._clock.monotonic(), 6), "utc": self._clock.utc().isoformat()}
        ledger.append("anchor", {**anchor, "boot": self._clock.boot(), "process": str(uuid.uuid4())})

    def _tick(self) -> None:
        self._timer = self._loop.call_later(TICK, self._tick)
        self._ticks += 1
        now = self._clock.monotonic()
        ended = [sink for sink in self._sinks if sink.ended]
        self._past = _sum(self._past, ended)
        self._sinks = [sink for sink in self._sinks if not sink.ended]
        for sink in self._sinks:
            sink.tick(now)
        if self._ticks % round(1 / TICK) == 0:
            self._attest()
        self._ledger.send()

    def _attest(self) -> None:
        """Have the last second's bytes synced and hashed, then journal it."""
        takes, ending = list(self._takes.values()), self._ending
        every = [*takes, *(take for take, _ in ending)]
        if not every or (len(self._attesting) >= 10 and not self.closed):
            return
        self._ending = []
        seconds = [take.second() for take in every]
        fields: dict[str, Any] = {
            "monotonic": round(self._clock.monotonic(), 6),
            "reports": {
                take.name: second.reports for take, second in zip(every, seconds, strict=True) if second.reports
            },
            "arrivals": {
                take.name: second.arrival for take, second in zip(every, seconds, strict=True) if second.arrival
            },
        }
        done = self._loop.create_future()
        self._attesting.add(done)
        done.add_done_callback(self._attesting.discard)

        def synced(extents: list[Extent]) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._attested, done, every, ending, fields, extents)

        self._disk.mark([take.file for take in every], synced)

    def _attested(
        self,
        done: asyncio.Future[None],
        every: list[Take],
        ending: list[tuple[Take, str]],
        fields: dict[str, Any],
        extents: list[Extent],
    ) -> None:
        takes = {take.name: [e.start, e.end, e.sha256] for take, e in zip(every, extents, strict=True)}
        self.note("second", {**fields, "takes": takes})
        for take, reason in ending:
            self.note("take_end", {
                "take": take.name, "reason": take.file.failed or reason, "bytes": takes[take.name][1],
                "frames": take.frames, "end_ms": take.pts,
            })  # fmt: skip
            self._disk.close_file(take.file)
        if not done.done():
            done.set_result(None)


async def _shielded(task: asyncio.Task[None]) -> None:
    await asyncio.shield(task)


def _sum(past: Seconds, sinks: Sequence[TrackSink]) -> Seconds:
    total = dict(past)
    for sink in sinks:
        seconds, received = total.get(key := (sink.track.seat, sink.track.kind), (0.0, 0.0))
        total[key] = seconds + sink.seconds, received + sink.received
    return total
