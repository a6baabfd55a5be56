"""One outgoing stream out of several incoming ones: the listener sees unbroken sequence numbers and timestamps."""

from __future__ import annotations

from typing import Final

from gateway.rtp import unwrap

MAX_SHIFTS: Final = 16
MAX_LATENESS: Final = 0.5  # s by which the first packet of a source may be late; more is a clock that is wrong
MAX_MISORDER: Final = 1000  # further behind than this, the sender has begun anew (RFC 3550 A.1)


class Rewriter:
    """Numbers the packets of one listener's stream while its source (layer, codec, attendance) changes.

    ``switch`` begins a source at one of its packets, a key frame's first for video; from then on ``map`` takes only
    that source's packets, from that one on. Across a switch the sequence goes on by one, the timestamp by the time
    that has passed: ``elapsed`` (s) where the sender's clock is known, else between the arrivals. Real losses stay
    visible as holes, so that the listener can ask for them; a packet that ``drop`` takes out leaves none. Late packets
    get the number that was left for them; those from before a switch get None, as nobody can decode them any more.
    Duplicates must have been sorted out before.
    """

    __slots__ = ("_clock_rate", "_first", "_highest", "_offset", "_out_sequence", "_out_timestamp", "_shifts", "_time",
                 "_timestamp_offset", "source")  # fmt: skip

    def __init__(self, clock_rate: int, sequence: int = 0, timestamp: int = 0) -> None:
        """``sequence`` and ``timestamp`` are what the first packet gets (RFC 3550 §5.1 wants them random)."""
        self._clock_rate = clock_rate
        self._out_sequence = sequence - 1
        self._out_timestamp = timestamp
        self._time: float | None = None
        self.source = -1
        self._first = self._highest = 0  # unwrapped numbers of the source
        self._offset = self._timestamp_offset = 0
        self._shifts: list[tuple[int, int]] = []  # (first number, offset), after drops within the source

    def switch(self, source: int, sequence: int, timestamp: int, now: float, elapsed: float | None = None) -> None:
        """Take ``source`` (its SSRC) from the packet of ``sequence`` and ``timestamp`` on; ``map`` that one next."""
        self.source = source
        self._first = sequence + 0x10000
        self._highest = self._first - 1
        self._offset = self._out_sequence - self._highest
        self._shifts = [(self._first, self._offset)]
        advance = 0
        if self._time is not None:
            passed = now - self._time
            if elapsed is not None and abs(elapsed - passed) < MAX_LATENESS:
                passed = elapsed
            advance = max(round(passed * self._clock_rate), 1)
        self._timestamp_offset = self._out_timestamp + advance - timestamp

    def map(self, source: int, sequence: int, timestamp: int, now: float) -> tuple[int, int] | None:
        """(sequence, timestamp) to send a packet with, or None where it must not be sent."""
        if source != self.source:
            return None
        ahead = (sequence - self._highest) & 0xFFFF
        if ahead == 0 or ahead > 0x7FFF:
            return self._late(sequence, timestamp, now)
        self._highest += ahead
        self._out_sequence = self._highest + self._offset
        self._out_timestamp = timestamp + self._timestamp_offset
        self._time = now
        return self._out_sequence & 0xFFFF, self._out_timestamp & 0xFFFFFFFF

    def _late(self, sequence: int, timestamp: int, now: float) -> tuple[int, int] | None:
        number = unwrap(sequence, self._highest)
        if number < self._highest - MAX_MISORDER:
            self.switch(self.source, sequence, timestamp, now)
            return self.map(self.source, sequence, timestamp, now)
        for first, offset in reversed(self._shifts):
            if number >= first:
                return (number + offset) & 0xFFFF, (timestamp + self._timestamp_offset) & 0xFFFFFFFF
        return None

    def drop(self, source: int, sequence: int) -> None:
        """Leave a packet out (padding, say) without a hole. One that comes late leaves the hole that it was."""
        if source != self.source:
            return
        ahead = (sequence - self._highest) & 0xFFFF
        if ahead == 0 or ahead > 0x7FFF:
            return
        self._highest += ahead
        self._offset -= 1
        self._out_sequence = self._highest + self._offset
        if self._shifts[-1][0] == self._highest:
            self._shifts.pop()
        self._shifts.append((self._highest + 1, self._offset))
        del self._shifts[:-MAX_SHIFTS]

    def take_back(self, sequence: int) -> None:
        """What was numbered after ``sequence`` was never sent: the next ``switch`` goes on from there."""
        self._out_sequence -= (self._out_sequence - sequence) & 0xFFFF

    @property
    def next(self) -> int:
        """The source's next packet, if none is lost: all of them until the next switch, drop or hole may be numbered
        by adding ``offsets``; the newest of them goes through ``map`` before anything else does."""
        return (self._highest + 1) & 0xFFFF

    @property
    def offsets(self) -> tuple[int, int]:
        """What to add to the source's sequence numbers (mod 2^16) and timestamps (mod 2^32)."""
        return self._offset, self._timestamp_offset

    @property
    def newest(self) -> int:
        """The timestamp of the source's newest packet, as the source gave it."""
        return self._out_timestamp - self._timestamp_offset

    def timestamp(self, timestamp: int) -> int:
        """The outgoing timestamp of the source's ``timestamp``: what turns its sender reports into ours."""
        return (timestamp + self._timestamp_offset) & 0xFFFFFFFF
