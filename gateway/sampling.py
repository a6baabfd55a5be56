"""Sound and the lowest picture of those whom the policy has looked at, undecoded, on their way to a worker process.

Nothing waits for the worker: what it does not read in time is left out, and counted. What somebody sends in floods is
not its slowness, and goes uncounted.
"""

from __future__ import annotations

from typing import Final, Protocol

from gateway.budget import Budget
from gateway.messages import Look
from gateway.packet import Packet, SenderReport
from gateway.samples import Origin, pack
from gateway.track import Layer, Track, Wanted

MOST: Final = 128
"""Packets of one track between two messages, 200 ms apart: a low layer's key frame has 30 at most."""
KEYFRAME_EVERY_S: Final = 60.0
"""So rarely a participant is asked for a key frame on the worker's account."""


class Outlet(Protocol):
    """Where samples go. ``send`` is False where they cannot, for want of a reader or of room."""

    @property
    def open(self) -> bool: ...

    def send(self, message: bytes) -> bool: ...


class NoOutlet:
    """Where nobody looks at light and noise."""

    open = False

    def send(self, message: bytes) -> bool:
        return False


class SampleTap:
    """A listener of one track. It takes the lowest layer from a key frame on that others have asked for."""

    wanted: Wanted = "spare"

    def __init__(self, track: Track, outlet: Outlet) -> None:
        self.track = track
        self.packets: list[Packet] = []
        self.left_out = 0
        self.keyframe_wanted = False
        self._outlet = outlet

    def send(self, packet: Packet) -> None:
        if packet.keyframe:
            self.keyframe_wanted = False
        if len(self.packets) < MOST:
            self.packets.append(packet)

    def sender_report(self, report: SenderReport) -> None:
        pass

    def switched(self, layer: Layer | None) -> None:
        if layer is None:  # perhaps it may no longer be looked at
            self.packets.clear()

    def failed(self) -> None:
        self.packets.clear()

    def flush(self, look: Look, floor: bool) -> None:
        """Hand over what has come (``Origin``)."""
        packets, self.packets = self.packets, []
        if not packets or not self._outlet.open:
            self.left_out = 0
            return
        info = self.track.info
        origin = Origin(info.hearing, info.seat, info.track, info.kind, info.codec, look, self.left_out, floor)
        sent = self._outlet.send(pack(origin, packets))
        self.left_out = 0 if sent else self.left_out + len(packets)

    @property
    def needs_keyframe(self) -> bool:
        waits = any(self in layer.waiting for layer in self.track.layers.values())
        return self._outlet.open and (self.keyframe_wanted or waits)


class Sampling:
    """One room's."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        self._taps: dict[Track, SampleTap] = {}
        self._budgets: dict[str, Budget] = {}

    def tap(self, track: Track) -> SampleTap:
        tap = self._taps.get(track)
        if tap is None:
            tap = self._taps[track] = SampleTap(track, self._outlet)
        return tap

    def over(self, track: Track) -> None:
        self._taps.pop(track, None)

    def want_keyframe(self, track: str) -> None:
        """The worker cannot decode: named by the track's id."""
        for tap in self._taps.values():
            if tap.track.info.track == track and tap.track.info.kind == "video":
                tap.keyframe_wanted = True

    def turn(self, track: Track, look: Look | None, floor: bool, now: float) -> None:
        """Every 200 ms; ``look`` None: the policy no longer has it looked at. ``floor``: its seat speaks now."""
        tap = self._taps.get(track)
        if tap is None or look is None:
            return
        tap.flush(look, floor)
        if track.info.kind == "video" and tap.needs_keyframe:
            self._ask(tap, now)

    def _ask(self, tap: SampleTap, now: float) -> None:
        flowing = [layer for layer in tap.track.layers.values() if layer.flowing(now)]
        if not flowing:
            return
        budget = self._budgets.setdefault(tap.track.info.seat, Budget(1 / KEYFRAME_EVERY_S, 1))
        if budget.take(now):
            tap.keyframe_wanted = False
            min(flowing, key=lambda layer: layer.rank).ask_keyframe()
