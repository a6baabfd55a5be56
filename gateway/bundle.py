"""Frames of sound that wait for the next ones, to go to a narrow link in one packet with them."""

from __future__ import annotations

from typing import Final

from gateway import opus
from gateway.packet import PAYLOAD, Packet
from gateway.track import WIRE

STEPS: Final = (1, 3, 6)
"""Frames in a packet, as voices have less and less room: two voices are 115, 81 or 72 kbit/s, and a frame waits for 0,
40 or 100 ms at most."""
A_SECOND: Final = 50
"""Frames, as all browsers make them."""
CALM_S: Final = 10.0
"""For so long there has been room before each frame has its own packet again: a browser that plays must get used to it
each time."""
_HEADERS: Final = 8.0 * A_SECOND * WIRE


def frames_bps(bps: float) -> float:
    """Of a sound of ``bps``, a packet a frame, what is not headers."""
    return max(bps - _HEADERS, 0.0)


def bundled_bps(bps: float, frames: int) -> float:
    """What it takes with so many frames in a packet."""
    return min(bps, frames_bps(bps) + _HEADERS / frames)


class Bundling:
    """How many frames share a packet towards one listener: more at once where there is no room, and fewer only after a
    while."""

    __slots__ = ("_needed", "frames")

    def __init__(self) -> None:
        self.frames = STEPS[0]
        self._needed = 0.0

    def look(self, least: int, now: float) -> int:
        """``least`` of the steps has room for the voices."""
        if least >= self.frames or now - self._needed >= CALM_S:
            self.frames, self._needed = least, now
        return self.frames


class Bundle:
    """``waiting`` packets of one source, one right after the other, that go together."""

    __slots__ = ("frames", "octets", "waiting")

    def __init__(self) -> None:
        self.frames = STEPS[0]
        self.waiting: list[Packet] = []
        self.octets = 0

    @property
    def full(self) -> bool:
        length = opus.ticks(self.waiting[-1].payload) if self.waiting else 0
        more = len(self.waiting) + 1
        return more > self.frames or length == 0 or more * length > opus.LONGEST

    def takes(self, packet: Packet) -> bool:
        """Whether it goes with those that wait: it follows them, and there is room."""
        if not self.waiting:
            return True
        first, last = self.waiting[0], self.waiting[-1]
        length = opus.ticks(last.payload)
        return (
            packet.ssrc == last.ssrc
            and packet.sequence == (last.sequence + 1) & 0xFFFF
            and packet.timestamp == (last.timestamp + length) & 0xFFFFFFFF
            and opus.alike(first.payload, packet.payload)
            and (len(self.waiting) + 1) * length <= opus.LONGEST
            and self.octets + len(packet.payload) + 2 * self.frames <= PAYLOAD
        )

    def add(self, packet: Packet) -> None:
        self.waiting.append(packet)
        self.octets += len(packet.payload)

    def clear(self) -> list[Packet]:
        """What waited, and waits no more."""
        waiting, self.waiting, self.octets = self.waiting, [], 0
        return waiting


def joined(packets: list[Packet]) -> Packet:
    """All in one: at the time of the first, with the number of the last, as loud as the loudest."""
    first, last = packets[0], packets[-1]
    return Packet(
        first.ssrc, last.sequence, first.timestamp, first.marker, first.payload_type,
        opus.join([packet.payload for packet in packets]), last.arrival, False,
        min([packet.level for packet in packets]),
    )  # fmt: skip
