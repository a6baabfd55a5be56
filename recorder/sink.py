"""A recorded track: packets in, takes out. Calls come from the media loop's thread, return at once and never raise."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

import structlog

from gateway.packet import Packet, SenderReport, TrackInfo
from recorder.depacketize import AccessUnit, depacketizer
from recorder.matroska import Format
from recorder.reorder import Gap, Reorder
from recorder.take import Take, stream_format

log = structlog.get_logger(__name__)
RETRY = 5.0  # seconds after a failed take until the next is begun
MAX_SSRCS = 16
TAKES_AT_ONCE = 30  # in as many seconds: a sender that has more of them begun fills the disk with files
GAPS = 4  # journalled in one tick one by one; what comes after them is one line
NOTES = 50  # of other kinds in one tick
ASK = 1.0  # seconds between requests for a key frame


class Keeper(Protocol):
    """Where a sink's takes and notes go: the recording."""

    def begin_take(self, sink: TrackSink, ssrc: int, unit: AccessUnit, stream: Format) -> Take: ...

    def end_take(self, take: Take, reason: str) -> None: ...

    def note(self, kind: str, fields: dict[str, Any]) -> None: ...


class TrackSink:
    """Implements `gateway.sink.Sink`. ``wait``: seconds that a hole waits for its retransmission.

    ``received`` and ``seconds``: media that came, and that was handed to the disk; ``failed`` as in `DiskFile`, or
    ``unsteady`` (a sender that begins anew all the time) or ``error`` (a mistake of ours).
    """

    def __init__(
        self, keeper: Keeper, track: TrackInfo, title: str, request_keyframe: Callable[[], None], wait: float = 0.5
    ) -> None:
        self.track, self.title = track, title
        self.received = 0.0
        self.failed: str | None = None
        self._keeper, self._request, self._wait = keeper, request_keyframe, wait
        self._video = track.kind == "video"
        self._take: Take | None = None
        self._recorded = 0.0  # by earlier takes
        self._arrival = float("-inf")
        self._asked = self._failed_at = float("-inf")
        self._reports: dict[int, SenderReport] = {}  # the newest of each SSRC: a layer's may come before its packets
        self._past: dict[int, int] = {}  # earlier SSRCs: their last sequence number
        self._begun: deque[float] = deque(maxlen=TAKES_AT_ONCE)
        self._gaps = self._notes = 0
        self._merged: dict[str, Any] | None = None
        self.ended = False
        self._start(-1)

    @property
    def seconds(self) -> float:
        return self._recorded + (self._take.seconds if self._take else 0.0)

    def on_packet(self, packet: Packet) -> None:
        if self.ended:
            return
        try:
            self._receive(packet)
        except Exception as error:
            self._break(packet.arrival, error)

    def _receive(self, packet: Packet) -> None:
        pause = packet.arrival - self._arrival
        if pause > 0:
            self._arrival = packet.arrival
            if pause < 1:
                self.received += pause
        if packet.ssrc != self._ssrc and not self._switch(packet):
            return
        for item in self._reorder.push(packet):
            self._accept(item)

    def on_sender_report(self, report: SenderReport) -> None:
        if len(self._reports) > MAX_SSRCS:
            self._reports.clear()
        self._reports[report.ssrc] = report
        if self._take and report.ssrc == self._take.ssrc:
            self._take.report(report)

    def on_end(self) -> None:
        try:
            self._finish("end")
        except Exception as error:
            self._break(self._arrival, error)
        self.ended = True

    def tick(self, now: float) -> None:
        """Called several times a second: what must happen although no packet comes. ``now``: monotonic seconds."""
        try:
            self._tick(now)
        except Exception as error:
            self._break(now, error)

    def _tick(self, now: float) -> None:
        self._note_gaps()
        self._gaps = self._notes = 0
        for item in self._reorder.expire(now):
            self._accept(item)
        if self._needs_key and now - self._arrival < 1:
            self._ask(now)
        if take := self._take:
            take.flush_older_than(now)
            if take.file.failed:
                self._fail(take, now)
            elif take.file.written:
                self.failed = None

    @property
    def _needs_key(self) -> bool:
        return self._video and (self._take is None or self._damaged)

    def _start(self, ssrc: int) -> None:
        self._ssrc = ssrc
        self._reorder = Reorder(self._wait)
        self._depacketizer = depacketizer(self.track.codec)
        self._dropped = 0
        self._damaged = False
        self._damaged_from: int | None = None

    def _switch(self, packet: Packet) -> bool:
        """Go over to another SSRC; not back for a late packet of an earlier one, nor before a key frame."""
        if (last := self._past.get(packet.ssrc)) is not None and (last - packet.sequence) & 0xFFFF < 0x8000:
            return False
        if self._video and not packet.keyframe:
            self._ask(packet.arrival)
            return False
        self._finish("layer")
        self._start(packet.ssrc)
        return True

    def _finish(self, reason: str) -> None:
        for item in self._reorder.flush():
            self._accept(item)
        if self._ssrc >= 0:
            self._past[self._ssrc] = self._reorder.last
            if len(self._past) > MAX_SSRCS:
                del self._past[next(iter(self._past))]
        self._end_take(reason)

    def _accept(self, item: Packet | Gap) -> None:
        if isinstance(item, Gap):
            self._on_gap(item)
            return
        depacketizer = self._depacketizer
        for unit in depacketizer.push(item):
            self._write(unit)
        if depacketizer.dropped != self._dropped:
            self._dropped = depacketizer.dropped
            self._damage(item.arrival)

    def _on_gap(self, gap: Gap) -> None:
        if self._take:
            self._gaps += 1
            if self._merged:
                self._merged |= {"to": gap.last, "lost": self._merged["lost"] + gap.count}
            else:
                self._merged = {
                    "take": self._take.name,
                    "after_ms": self._take.pts,
                    "from": gap.first,
                    "to": gap.last,
                    "lost": gap.count,
                }
            if self._gaps <= GAPS:
                self._note_gaps()
        self._depacketizer.lost()
        self._dropped = self._depacketizer.dropped
        self._damage(self._arrival)

    def _note_gaps(self) -> None:
        if self._merged:
            self._keeper.note("gap", self._merged)
        self._merged = None

    def _note(self, kind: str, fields: dict[str, Any]) -> None:
        self._notes += 1
        if self._notes <= NOTES:
            self._keeper.note(kind, fields)
        else:
            self.failed = "unsteady"

    def _damage(self, now: float) -> None:
        if self._video and self._take:
            self._damaged = True
            self._ask(now)

    def _write(self, unit: AccessUnit) -> None:
        take = self._take
        if take is None:
            self._begin(unit)
        elif take.file.failed:
            self._fail(take, unit.arrival)
        else:
            if self._damaged:
                self._note_damage(take, unit)
            if not take.add(unit):
                self._end_take("jump")
                self._begin(unit)

    def _begin(self, unit: AccessUnit) -> None:
        stream = stream_format(self.track.codec, unit)
        if stream is None:
            self._ask(unit.arrival)
        elif len(self._begun) == TAKES_AT_ONCE and unit.arrival - self._begun[0] < TAKES_AT_ONCE:
            self.failed = "unsteady"
        elif unit.arrival - self._failed_at >= RETRY:
            self._begun.append(unit.arrival)
            self._take = self._keeper.begin_take(self, self._ssrc, unit, stream)
            self._damaged, self._damaged_from = False, None
            if report := self._reports.get(self._ssrc):
                self._take.report(report)
            self._take.add(unit)

    def _fail(self, take: Take, now: float) -> None:
        self.failed, self._failed_at = take.file.failed, now
        self._end_take(take.file.failed or "failed")

    def _break(self, now: float, error: Exception) -> None:
        """A mistake of ours costs this take, never the rest of the record."""
        log.error("sink_failed", track=self.track.track, error=type(error).__name__, exc_info=error)
        self.failed, self._failed_at = "error", now
        try:
            self._end_take("error")
        except Exception as again:
            log.error("take_not_ended", track=self.track.track, error=type(again).__name__)
            self._take = None
        self._start(-1)

    def _end_take(self, reason: str) -> None:
        if not (take := self._take):
            return
        self._note_gaps()
        take.flush()
        self._close_damage(take, take.pts)
        self._recorded += take.seconds
        self._take = None
        self._keeper.end_take(take, reason)

    def _note_damage(self, take: Take, unit: AccessUnit) -> None:
        """Frames from the first after a loss up to the next key frame may show what was never there."""
        if unit.key:
            self._close_damage(take, take.pts)
            self._damaged = False
            return
        if self._damaged_from is None:
            self._damaged_from = take.pts
        self._ask(unit.arrival)

    def _close_damage(self, take: Take, until: int) -> None:
        if self._damaged_from is not None:
            self._note("damage", {"take": take.name, "from_ms": self._damaged_from, "to_ms": until})
        self._damaged_from = None

    def _ask(self, now: float) -> None:
        if now - self._asked >= ASK:
            self._asked = now
            self._request()
