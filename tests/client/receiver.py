"""One RTP stream that we receive: what is missing, what to ask for again, what to report."""

from __future__ import annotations

from dataclasses import dataclass

from tests.client.rtcp import RtcpReceiverInfo
from tests.client.rtp import SequenceUnwrapper

MAX_GAP = 512
"""A jump by more is a new beginning, not a loss."""
FIRST_NACK = 0.010
"""Seconds that a missing packet may be merely late."""
RETRY_NACK = 0.100
MAX_NACKS = 10
WINDOW = 4096


@dataclass
class _Missing:
    next_at: float
    tries: int = 0


class ReceiveStream:
    """Counts and gaps of one SSRC. ``take`` says whether a packet is new; duplicates are not."""

    def __init__(self, ssrc: int, clock_rate: int) -> None:
        self.ssrc = ssrc
        self.received = 0
        self.recovered = 0
        self.duplicates = 0
        self.nacked = 0
        self.jitter = 0.0
        self._rate = clock_rate
        self._unwrap = SequenceUnwrapper()
        self._first: int | None = None
        self._highest = 0
        self._seen: set[int] = set()
        self._missing: dict[int, _Missing] = {}
        self._transit: float | None = None
        self._reported = (0, 0)
        self._sender_report: tuple[int, float] | None = None

    @property
    def lost(self) -> int:
        return 0 if self._first is None else self._highest - self._first + 1 - self.received

    def take(self, sequence: int, timestamp: int, now: float, repaired: bool = False) -> bool:
        extended = self._unwrap.unwrap(sequence)
        if self._first is None:
            self._begin(extended)
        elif extended in self._seen or extended < self._highest - WINDOW:
            self.duplicates += 1
            return False
        if extended > self._highest:
            self._advance(extended, now)
        else:
            gap = self._missing.pop(extended, None)
            self.recovered += gap is not None and gap.tries > 0
        self._seen.add(extended)
        self.received += 1
        if not repaired:
            self._measure_jitter(timestamp, now)
        return True

    def nacks(self, now: float) -> list[int]:
        """Sequence numbers to ask for now; each is asked for again until it comes or is given up."""
        due = [sequence for sequence, gap in self._missing.items() if gap.next_at <= now]
        for sequence in due:
            gap = self._missing[sequence]
            gap.tries += 1
            gap.next_at = now + RETRY_NACK
            if gap.tries >= MAX_NACKS:
                del self._missing[sequence]
        self.nacked += len(due)
        return [sequence & 0xFFFF for sequence in sorted(due)]

    def on_sender_report(self, ntp: int, now: float) -> None:
        self._sender_report = ntp >> 16 & 0xFFFFFFFF, now

    def block(self, now: float) -> RtcpReceiverInfo | None:
        """The report block since the one before (RFC 3550 §6.4.1)."""
        if self._first is None:
            return None
        expected = self._highest - self._first + 1
        new_expected, new_received = expected - self._reported[0], self.received - self._reported[1]
        self._reported = expected, self.received
        fraction = max(0, new_expected - new_received) * 256 // new_expected if new_expected else 0
        lsr, at = self._sender_report or (0, now)
        dlsr = int((now - at) * 65536) if self._sender_report else 0
        return RtcpReceiverInfo(
            self.ssrc, min(fraction, 255), max(0, self.lost), self._highest & 0xFFFFFFFF, int(self.jitter), lsr, dlsr
        )

    def _begin(self, extended: int) -> None:
        self._first, self._highest = extended, extended

    def _advance(self, extended: int, now: float) -> None:
        if extended - self._highest > MAX_GAP:
            self._missing.clear()
            self._seen.clear()
            self._first = extended - self.received
        else:
            for sequence in range(self._highest + 1, extended):
                self._missing[sequence] = _Missing(now + FIRST_NACK)
        self._highest = extended
        if len(self._seen) > 2 * WINDOW:
            self._seen = {sequence for sequence in self._seen if sequence > extended - WINDOW}

    def _measure_jitter(self, timestamp: int, now: float) -> None:
        """RFC 3550 appendix A.8."""
        transit = now * self._rate - timestamp
        if self._transit is not None:
            difference = abs(transit - self._transit)
            if difference < self._rate:  # not across a wrap or a switch of source
                self.jitter += (difference - self.jitter) / 16
        self._transit = transit
