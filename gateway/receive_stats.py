"""Reception statistics of one SSRC, as receiver reports carry them (RFC 3550 §6.4.1, A.3, A.8)."""

from __future__ import annotations

import math
from typing import Final

from gateway.rtcp import ReportBlock
from gateway.rtp import unwrap

LONGEST_QUEUE_S: Final = 5.0
"""By which a packet may be later than the one before; more is a clock that began anew."""


class ReceiveStats:
    """Give it each packet that came for the first time on the media SSRC itself, not those that came by RTX.

    ``clock_rate`` in Hz. ``jitter`` is in timestamp units; ``fraction_lost`` (0..1) and the block's are those of the
    interval that the last ``report`` closed. ``shortest`` is the shortest journey since it was set to infinity, in
    timestamp units of two clocks, ``restarted`` whether the sender's clock began anew.
    """

    __slots__ = ("_base", "_clock_rate", "_expected_prior", "_highest", "_jitter", "_last_sr", "_received_prior",
                 "_sr_arrival", "_transit", "fraction_lost", "octets", "received", "restarted", "shortest",
                 "ssrc")  # fmt: skip

    def __init__(self, ssrc: int, clock_rate: int) -> None:
        self.ssrc = ssrc
        self._clock_rate = clock_rate
        self._base = self._highest = -1
        self._jitter = 0.0
        self._transit = self.shortest = math.inf
        self.restarted = False
        self.received = self.octets = 0
        self._expected_prior = self._received_prior = 0
        self._last_sr = 0
        self._sr_arrival: float | None = None
        self.fraction_lost = 0.0

    def on_packet(self, sequence: int, timestamp: int, octets: int, now: float) -> None:
        """``octets`` of payload; ``now`` is the arrival."""
        self.received += 1
        self.octets += octets
        highest = self._highest
        if sequence == (highest + 1) & 0xFFFF and highest >= 0:
            self._highest = highest + 1
        elif highest < 0:
            self._base = self._highest = sequence
        else:
            number = unwrap(sequence, highest)
            if number <= highest:  # a late one: counted, but it says nothing of jitter
                return
            self._highest = number
        transit = now * self._clock_rate - timestamp
        difference = abs(transit - self._transit)
        if difference < self._clock_rate:  # more than a second is a wrap or a new beginning, not jitter
            self._jitter += (difference - self._jitter) / 16
        elif difference > LONGEST_QUEUE_S * self._clock_rate:
            self.restarted, self.shortest = True, math.inf
        self._transit = transit
        if transit < self.shortest:
            self.shortest = transit

    def journey(self) -> float:
        """Seconds that the quickest packet since the last call took, by two clocks; infinite where none came."""
        shortest, self.shortest = self.shortest, math.inf
        return shortest / self._clock_rate

    def on_restart(self) -> None:
        """The sender began anew with other sequence numbers (RFC 3550 A.1 ``init_seq``)."""
        self._base = self._highest = -1
        self.received = self._expected_prior = self._received_prior = 0
        self._transit = self.shortest = math.inf

    def on_sender_report(self, ntp: int, now: float) -> None:
        """Remember what LSR and DLSR are made of; ``ntp`` is the 64-bit timestamp of the sender report."""
        self._last_sr = ntp >> 16 & 0xFFFFFFFF
        self._sr_arrival = now

    @property
    def expected(self) -> int:
        return self._highest - self._base + 1 if self._highest >= 0 else 0

    @property
    def lost(self) -> int:
        """Cumulative; negative where there were more duplicates than losses."""
        return self.expected - self.received

    @property
    def jitter_s(self) -> float:
        return self._jitter / self._clock_rate

    def report(self, now: float) -> ReportBlock:
        """Close the interval since the last report and describe it."""
        expected = self.expected - self._expected_prior
        lost = expected - (self.received - self._received_prior)
        self._expected_prior, self._received_prior = self.expected, self.received
        self.fraction_lost = min(max(lost / expected, 0.0), 1.0) if expected > 0 else 0.0
        delay = int((now - self._sr_arrival) * 65536) if self._sr_arrival is not None else 0
        return ReportBlock(
            self.ssrc,
            min(int(self.fraction_lost * 256), 255),
            min(max(self.lost, -0x800000), 0x7FFFFF),
            max(self._highest, 0) & 0xFFFFFFFF,
            int(self._jitter),
            self._last_sr,
            min(max(delay, 0), 0xFFFFFFFF),
        )


def round_trip(block: ReportBlock, ntp: int) -> float | None:
    """Seconds between our report and its echo, with ``ntp`` (64 bits) at the echo's arrival; None without one."""
    if not block.last_sr:
        return None
    spent = ((ntp >> 16) - block.last_sr - block.delay_since_last_sr) & 0xFFFFFFFF
    return spent / 65536 if spent < 0x80000000 else 0.0
