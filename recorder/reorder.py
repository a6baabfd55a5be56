"""Packets back in sequence: a hole waits for its retransmission, then it is a gap. Pure; not a jitter buffer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.packet import Packet

MAX_LATE = 3000  # older than this is a sender that began anew, not a late packet; ≈ 30 s of video
MAX_HELD = 2048


@dataclass(frozen=True, slots=True)
class Gap:
    """Packets that never came: ``first`` … ``last`` are 16-bit sequence numbers, ``count`` how many (RFC 3550)."""

    first: int
    last: int
    count: int


class Reorder:
    """The packets of one SSRC in order. ``wait``: how long a hole may stay open, in seconds.

    ``push`` and ``expire`` return what is now in order. Duplicates, and packets later than their gap, vanish.
    """

    def __init__(self, wait: float = 0.5) -> None:
        self._wait = wait
        self._next = -1  # unwrapped; -1 before the first packet
        self._held: dict[int, Packet] = {}
        self._hole_since = 0.0
        self._restart = -1

    @property
    def waiting(self) -> bool:
        return bool(self._held)

    @property
    def last(self) -> int:
        """The newest sequence number given out, 16 bits."""
        return (self._next - 1) & 0xFFFF

    def push(self, packet: Packet) -> Sequence[Packet | Gap]:
        ahead = (packet.sequence - self._next) & 0xFFFF
        if ahead == 0 and not self._held and self._next >= 0:
            self._next += 1
            return (packet,)
        return self._push_slow(packet, ahead)

    def expire(self, now: float) -> Sequence[Packet | Gap]:
        """What stands behind holes that have been open for ``wait``."""
        out: list[Packet | Gap] = []
        while self._held and now - self._hole_since >= self._wait:
            out.append(self._give_up())
            self._drain(out)
        return out

    def flush(self) -> Sequence[Packet | Gap]:
        """Everything still held, with its gaps: the end."""
        return self.expire(float("inf"))

    def _push_slow(self, packet: Packet, ahead: int) -> Sequence[Packet | Gap]:
        if self._next < 0:
            self._next = packet.sequence + 1
            return (packet,)
        if ahead >= 0x8000:
            return self._late(packet, 0x10000 - ahead)
        if ahead:
            return self._hold(packet, self._next + ahead)
        out: list[Packet | Gap] = [packet]
        self._next += 1
        self._drain(out)
        out.extend(self.expire(packet.arrival))
        return out

    def _late(self, packet: Packet, behind: int) -> Sequence[Packet | Gap]:
        """A duplicate or too late; two in a row from far behind are a sender that began anew (RFC 3550 §A.1)."""
        if behind <= MAX_LATE:
            return ()
        if packet.sequence != self._restart:
            self._restart = (packet.sequence + 1) & 0xFFFF
            return ()
        out = list(self.flush())
        self._next, self._restart = packet.sequence + 1, -1
        return [*out, Gap(packet.sequence, packet.sequence, 0), packet]

    def _hold(self, packet: Packet, index: int) -> Sequence[Packet | Gap]:
        if not self._held:
            self._hole_since = packet.arrival
        self._held.setdefault(index, packet)
        if len(self._held) > MAX_HELD:
            self._hole_since = float("-inf")
        return self.expire(packet.arrival)

    def _give_up(self) -> Gap:
        first, self._next = self._next, min(self._held)
        return Gap(first & 0xFFFF, (self._next - 1) & 0xFFFF, self._next - first)

    def _drain(self, out: list[Packet | Gap]) -> None:
        held = self._held
        while (packet := held.pop(self._next, None)) is not None:
            out.append(packet)
            self._next += 1
        if held:
            self._hole_since = min(packet.arrival for packet in held.values())
