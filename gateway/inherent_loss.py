"""Tells loss by a full link from loss by a weak radio: the first falls when less is sent, the second does not (pure).

A link that is full and has no queue to show it, as where a provider cuts off what is over the rate, only loses. So when
much more is lost than usual, less is tried for a moment; where that changes nothing, it was the radio, and what was
sent before is sent again: then a picture helps more than a pause.
"""

from __future__ import annotations

from typing import Final

HEAVY: Final = 0.10  # more than usual, as in libwebrtc's loss-based control
VARIES: Final = 1.5  # where loss comes in bursts
STAYS: Final = 0.7  # of the loss that was there before less was sent: it has not fallen
FALLS: Final = 0.2  # a second: a radio has better moments
MOST: Final = 0.5  # of which a hearing can be held at all
TRIAL_S: Final = 1.5


class InherentLoss:
    """``usual`` is the share (0..1) that is lost whatever is sent."""

    __slots__ = ("_before", "_loss", "_since", "usual")

    def __init__(self) -> None:
        self.usual = 0.0
        self._before = 0.0
        self._loss = 0.0
        self._since = -1.0

    @property
    def trying(self) -> bool:
        return self._since >= 0

    def judge(self, loss: float, bps: float, sent_bps: float, now: float) -> float:
        """Bit/s to send from now on, of ``bps`` that is believed; ``loss`` (0..1) is that of the last second, in which
        ``sent_bps`` were sent."""
        if self._since >= 0:
            return self._ended(loss, bps, now)
        if loss < self.usual:
            self.usual += (loss - self.usual) * FALLS
        if loss <= self.usual * VARIES + HEAVY:
            return bps
        self._before, self._loss, self._since = bps, loss, now
        return min(bps, sent_bps) * (1 - loss / 2)

    def _ended(self, loss: float, bps: float, now: float) -> float:
        if now - self._since < TRIAL_S:
            return bps
        self._since = -1.0
        stayed = loss >= STAYS * self._loss
        if not stayed:
            return bps
        self.usual = min(loss, MOST)
        return max(bps, self._before)
