"""When each packet left for one listener, by its transport-wide number, and what became of it (draft-holmer-rmcat-
transport-wide-cc-extensions-01): what the listener's feedback is read with."""

from __future__ import annotations

from typing import Final, NamedTuple

from gateway.twcc import TICKS_PER_SECOND, Feedback

SIZE: Final = 8192
"""Packets that are remembered: 3 s of the most that a connection sends."""
_MASK: Final = SIZE - 1
OVERHEAD: Final = 28
"""Octets of IPv4 and UDP headers: a link carries them too, and of sound they are a third."""
_WRAP: Final = 1 << 32
"""The reference time's 24 bits count 256 ticks each."""
_UNKNOWN, _LOST, _ARRIVED = 0, 1, 2


class Arrival(NamedTuple):
    """One packet that arrived: ``sent`` by our clock, ``arrived`` by the listener's, both in seconds."""

    number: int
    sent: float
    arrived: float
    octets: int


class Departures:
    """``next`` is the number that the next packet carries, unwrapped; ``lost`` and ``arrived`` count what is known."""

    __slots__ = ("_at", "_octets", "_state", "_ticks", "arrived", "lost", "next", "octets")

    def __init__(self) -> None:
        self.next = 0
        self.octets = 0
        self.lost = 0
        self.arrived = 0
        self._at: list[float] = [0.0] * SIZE
        self._octets: list[int] = [0] * SIZE
        self._state = bytearray(SIZE)
        self._ticks = -1

    def depart(self, sealed: int, now: float) -> None:
        """The packet with the number ``next`` has left, ``sealed`` octets long."""
        place = self.next & _MASK
        self._at[place] = now
        self._octets[place] = sealed + OVERHEAD
        self._state[place] = _UNKNOWN
        self.octets += sealed + OVERHEAD
        self.next += 1

    def octets_between(self, first: int, last: int) -> int:
        """Octets of the packets after ``first``, up to ``last``; both are still remembered."""
        return sum([self._octets[number & _MASK] for number in range(first + 1, last + 1)])

    def read(self, feedback: Feedback) -> list[Arrival]:
        """The packets that are now known to have arrived, in the order of their numbers; each is told once."""
        highest = self.next - 1
        number = highest + ((feedback.base - highest + 0x8000) & 0xFFFF) - 0x8000
        shift = self._unwrapped(feedback)
        found: list[Arrival] = []
        for ticks in feedback.arrivals:
            if highest - SIZE < number <= highest and number >= 0:
                arrival = self._one(number, ticks, shift)
                if arrival is not None:
                    found.append(arrival)
            number += 1
        return found

    def _one(self, number: int, ticks: int | None, shift: int) -> Arrival | None:
        place = number & _MASK
        state = self._state[place]
        if ticks is None:
            if state == _UNKNOWN:
                self._state[place] = _LOST
                self.lost += 1
            return None
        if state != _UNKNOWN:  # what comes after it was told lost came again, or too late
            return None
        self._state[place] = _ARRIVED
        self.arrived += 1
        return Arrival(number, self._at[place], (ticks + shift) / TICKS_PER_SECOND, self._octets[place])

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
