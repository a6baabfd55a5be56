"""What a receiver asks to have sent again (RFC 4585 §6.2.1): one ``NackGenerator`` per incoming SSRC."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

from gateway.rtp import unwrap

MIN_INTERVAL: Final = 0.020
MAX_MISORDER: Final = 1000  # further behind than this, or
MAX_DROPOUT: Final = 3000  # further ahead, the sender has begun anew (RFC 3550 A.1)
STARTING: Final = 16  # packets that may overtake the very first one


class Arrival(Enum):
    """What a packet was to the receiver.

    ``RECOVERED`` filled a gap, late; ``DUPLICATE`` (seen already, or given up long ago) goes no further; ``RESTART`` is
    the first of a sender that began anew with other numbers.
    """

    NEXT = auto()
    RECOVERED = auto()
    RESTART = auto()
    DUPLICATE = auto()


# Enum attribute look-ups cost more than the rest of the hot path
_NEXT: Final = Arrival.NEXT
_RECOVERED: Final = Arrival.RECOVERED
_RESTART: Final = Arrival.RESTART
_DUPLICATE: Final = Arrival.DUPLICATE


class NackGenerator:
    """Follows the sequence numbers of one SSRC.

    ``tolerance`` (s) is how long a packet may be late before it is asked for. ``max_missing`` bounds the list: a wider
    gap, or a silence of ``max_age`` (s) with a gap behind it, is not worth filling. After that, and after giving up a
    packet for its ``max_tries`` or ``max_age``, ``lost_too_much`` asks for a key frame. ``was_asked`` tells of the
    latest ``RECOVERED`` packet whether it had been asked for, and so was lost and not only overtaken. Unless it is
    ``busy``, neither ``due`` nor ``lost_too_much`` has anything to tell.
    """

    __slots__ = ("_bad", "_first", "_floor", "_highest", "_keyframe", "_last", "_lost_too_much", "_max_age",
                 "_max_missing", "_max_tries", "_missing", "_tolerance", "busy", "requested", "was_asked")  # fmt: skip

    def __init__(
        self, tolerance: float = 0.0, max_missing: int = 250, max_tries: int = 10, max_age: float = 1.0
    ) -> None:
        self._tolerance = tolerance
        self._max_missing = max_missing
        self._max_tries = max_tries
        self._max_age = max_age
        self._highest = -1  # unwrapped; -1 before the first packet
        self._first = 0
        self._floor = 0  # below it everything was seen, or given up, before a new beginning
        self._keyframe = 0
        self._bad = -1
        self._last = 0.0
        self._missing: dict[int, tuple[float, float, int]] = {}  # unwrapped → (noticed, due, tries)
        self._lost_too_much = False
        self.busy = False
        self.requested = 0
        self.was_asked = False

    def on_packet(self, sequence: int, now: float) -> Arrival:
        """Take note of an incoming packet, retransmissions (under their original number) included."""
        if sequence == (self._highest + 1) & 0xFFFF and self._highest >= 0:
            self._highest += 1
            self._last = now
            return _NEXT
        return self._out_of_order(sequence, now)

    def _out_of_order(self, sequence: int, now: float) -> Arrival:
        if self._highest < 0:
            self._highest = self._first = sequence + 0x10000
            self._last = now
            return _NEXT
        number = unwrap(sequence, self._highest)
        if number > self._highest:
            return self._gap(number, now)
        noted = self._missing.pop(number, None)
        if noted is not None:
            self.was_asked = noted[2] > 0
            return _RECOVERED
        if max(self._first - STARTING, self._floor) <= number < self._first:
            self._note(number + 1, self._first, now)
            self._first = number
            self.was_asked = False
            return _RECOVERED
        if number < self._highest - MAX_MISORDER:
            return self._far_behind(sequence, now)
        return _DUPLICATE

    def _gap(self, number: int, now: float) -> Arrival:
        silence = now - self._last
        gap = number - self._highest - 1
        if gap > MAX_DROPOUT:
            return self._begin(number, now)
        if gap + len(self._missing) > self._max_missing or silence > self._max_age:
            self._begin(number, now)
            return _NEXT
        self._note(self._highest + 1, number, now)
        self._highest = number
        self._last = now
        return _NEXT

    def _note(self, start: int, stop: int, now: float) -> None:
        self.busy = True
        entry = (now, now + self._tolerance, 0)
        for number in range(start, stop):
            self._missing[number] = entry

    def _far_behind(self, sequence: int, now: float) -> Arrival:
        if sequence != self._bad:  # one stray packet is no new beginning, two in order are
            self._bad = (sequence + 1) & 0xFFFF
            return _DUPLICATE
        return self._begin(self._highest + ((sequence - self._highest) & 0xFFFF), now)

    def _begin(self, number: int, now: float) -> Arrival:
        self._missing.clear()
        self._floor = self._highest + 1
        self._highest = self._first = number
        self._last = now
        self._lost_too_much = self.busy = True
        return _RESTART

    def due(self, now: float, rtt: float) -> list[int]:
        """The 16-bit sequence numbers to ask for now, oldest first; again every ``rtt`` (s, at least 20 ms)."""
        if not self._missing:
            return []
        wanted, given_up = [], []
        again = now + max(rtt, MIN_INTERVAL)
        for number, (noticed, due, tries) in self._missing.items():
            if now - noticed > self._max_age or tries >= self._max_tries:
                given_up.append(number)
            elif due <= now:
                self._missing[number] = (noticed, again, tries + 1)
                wanted.append(number)
        for number in given_up:
            del self._missing[number]
            self._lost_too_much |= number > self._keyframe
        self.requested += len(wanted)
        wanted.sort()
        return [number & 0xFFFF for number in wanted]

    def expects(self, sequence: int) -> bool:
        """Whether it is the next, and nothing before it is missing."""
        return sequence == (self._highest + 1) & 0xFFFF and not self._missing

    def lacks(self, sequence: int) -> bool:
        """Whether it has not come, of a sender that has begun."""
        number = unwrap(sequence, self._highest)
        return number in self._missing or number > self._highest >= 0

    @property
    def missing(self) -> int:
        """How many packets are being waited for."""
        return len(self._missing)

    def lost_too_much(self) -> bool:
        """Whether something was lost for good since the last call: the decoder needs a key frame."""
        lost, self._lost_too_much = self._lost_too_much, False
        self.busy = bool(self._missing)
        return lost

    def on_keyframe(self, sequence: int) -> None:
        """A key frame begins at ``sequence``, a packet just taken note of: a loss before it calls for no other."""
        self._keyframe = unwrap(sequence, self._highest)
