"""What may listen to a track, and what the gateway asks of a recorder. Nothing here may block or raise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from gateway.packet import Packet, SenderReport, TrackInfo


class Sink(Protocol):
    """A reader of one track. All calls come from the media loop's thread and must return at once."""

    def on_packet(self, packet: Packet) -> None:
        """A packet of the layer that the gateway chose for this sink; a changed ``ssrc`` is a changed layer, which
        starts at a key frame. An empty payload is padding: it only fills its place in the sequence."""

    def on_sender_report(self, report: SenderReport) -> None: ...

    def on_end(self) -> None:
        """The track is over, or may no longer be heard by this sink. Called once, last."""


@dataclass(frozen=True, slots=True)
class SittingInfo:
    """One day's sitting of a hearing, to which the AVR belongs. ``started_utc`` is ISO 8601 with a zone."""

    court: str
    hearing: str
    sitting: str
    number: str
    started_utc: str


class Recording(Protocol):
    """The record of one sitting: its journal, and a sink per recorded track."""

    def sink(self, track: TrackInfo, title: str, request_keyframe: Callable[[], None]) -> Sink: ...

    async def append_events(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Journal hearing events; on disk when it returns; an event whose ``id`` is there already is skipped."""

    def health(self) -> Mapping[str, Any]:
        """``{"seconds": {seat: s}, "received_seconds": {seat: s}, "failed": reason or None}``; never blocks."""

    async def close(self) -> None: ...


class Recorder(Protocol):
    def open(self, sitting: SittingInfo) -> Recording:
        """Open a sitting's record, or go on with the one that an earlier process left."""
