"""When each packet left for one listener, by its transport-wide number, and what became of it (draft-holmer-rmcat-
transport-wide-cc-extensions-01): what the listener's feedback is read with."""

from __future__ import annotations

from array import array
from typing import Final

from gateway.train import Train
from gateway.twcc import TICKS_PER_SECOND, Feedback

SIZE: Final = 8192
"""Packets that are remembered: 3 s of the most that a connection sends."""
_MASK: Final = SIZE - 1
OVERHEAD: Final = 28
"""Octets of IPv4 and UDP headers: a link carries them too, and of sound they are a third."""
_WRAP: Final = 1 << 32
"""The reference time's 24 bits count 256 ticks each."""


class Told:
    """What one feedback says of packets that nothing was said of before: how many octets were ``sent``, and when the
    last of them ``left``; how many ``octets`` arrived, when the last of them did, and the shortest ``journey``.
    Seconds, by our clock, by the listener's and by both."""

    __slots__ = ("arrived", "journey", "left", "octets", "sent")

    def __init__(self) -> None:
        self.sent = 0
        self.left = 0.0
        self.octets = 0
        self.arrived = 0.0
        self.journey = 0.0


class Departures:
    """``next`` is the number that the next packet carries, unwrapped; ``lost`` and ``arrived`` count what is known.

    A packet is told of once: what comes after it was told lost came again, or too late.
    """

    __slots__ = ("_left", "_octets", "_ticks", "_untold", "arrived", "lost", "next")

    def __init__(self) -> None:
        self.next = 0
        self.lost = 0
        self.arrived = 0
        self._untold = 0
        # Not a list of pairs: what is freed long after it was made has left the processor's cache.
        self._left = array("d", bytes(8 * SIZE))
        self._octets = array("H", bytes(2 * SIZE))
        self._ticks = -1

    def depart(self, sealed: int, now: float) -> None:
        """The packet with the number ``next`` has left, ``sealed`` octets long."""
        at = self.next & _MASK
        self._left[at] = now
        self._octets[at] = sealed + OVERHEAD
        self.next += 1

    def octets_between(self, first: int, last: int) -> int:
        """Octets of the packets after ``first``, up to ``last``; all are still remembered."""
        octets = 0
        for number in range(first + 1, last + 1):
            octets += self._octets[number & _MASK]
        return octets

    def read(self, feedback: Feedback, train: Train | None = None) -> Told:
        """What it tells; the arrivals of ``train``'s packets are given to that."""
        told = Told()
        highest, untold = self.next - 1, max(self._untold, self.next - SIZE)
        number = highest + ((feedback.base - highest + 0x8000) & 0xFFFF) - 0x8000
        shift = self._unwrapped(feedback)
        octets = arrived = lost = 0
        shortest = 1e18
        latest = -1e18
        for ticks in feedback.arrivals:
            if untold <= number <= highest:
                untold = number + 1
                if ticks is None:
                    self.lost += 1
                    lost += self._octets[number & _MASK]
                else:
                    at = (ticks + shift) / TICKS_PER_SECOND
                    octets += self._octets[number & _MASK]
                    arrived += 1
                    shortest = min(shortest, at - self._left[number & _MASK])
                    latest = max(latest, at)
                    if train is not None:
                        train.take(number, at)
            number += 1
        if untold > self._untold:
            told.sent, told.left = octets + lost, self._left[(untold - 1) & _MASK]
        self._untold = untold
        self.arrived += arrived
        if arrived:
            told.octets, told.arrived, told.journey = octets, latest, shortest
        return told

    def _unwrapped(self, feedback: Feedback) -> int:
        """What to add to this feedback's ticks so that they go on from those before."""
        first = -1
        for ticks in feedback.arrivals:
            if ticks is not None:
                first = ticks
                break
        if first < 0:
            return 0
        before = self._ticks if self._ticks >= 0 else first
        unwrapped = before + ((first - before + _WRAP // 2) & (_WRAP - 1)) - _WRAP // 2
        self._ticks = unwrapped
        return unwrapped - first
