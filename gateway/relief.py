"""Takes a sender out of a queue of its own that it does not see (pure).

A browser's congestion control looks for delays that grow (draft-ietf-rmcat-gcc-02 §4). In a queue that is full they
grow no more: what does not fit is lost, a few per cent, which it takes for the radio's; and so all sound is late for as
long as the picture is sent. Sound has a clock, and says by when it comes how long the queue is. So the sender is told
to send less (draft-alvestrand-rmcat-remb-03) until the queue is gone, and is let go slowly.
"""

from __future__ import annotations

from typing import Final

from gateway.queue_delay import QueueDelay
from gateway.throughput import Throughput

STANDING: Final = 0.15  # s, for so long that the browser's own control would have answered:
STANDING_S: Final = 1.0
DRAINED: Final = 0.03
LOOK_S: Final = 0.3
DRAIN: Final = 0.75  # of what arrives, until the queue is gone
STEP_S: Final = 1.5  # in which the sender has heard, and what was queued before has come
FALLS: Final = 0.08  # s by which the queue must have become shorter in that time; else
LONGER: Final = 0.1  # s: a queue that stays and is shorter is none, the way is longer
LESS: Final = 0.85  # of what it was told
FOREIGN: Final = 0.4  # of what arrived: where so little leaves the queue as long, it is not the sender's
GROWTH: Final = 0.03  # a second, and once what filled the link is near
NEAR: Final = 0.9
SLOW: Final = 0.005
BEYOND: Final = 1.05
FREE: Final = 1.5  # times what filled the link: the sender finds its own way
LEAST: Final = 60_000.0  # bit/s: sound must go on
BACK_OFF: Final = 30.0  # s after it was of no use
UNBOUND: Final = 1e8


class Relief:
    """Give it every 100 ms what has come; ``bps`` is what the sender may send at most, None where it is free."""

    __slots__ = ("_at", "_carried", "_draining", "_full", "_next", "_queue", "_received", "_told", "_was", "bps")

    def __init__(self, now: float) -> None:
        self.bps: float | None = None
        self._told: float | None = None
        self._queue = QueueDelay()
        self._received = Throughput()
        self._draining = False
        self._at = self._next = now
        self._carried = self._full = self._was = 0.0

    def heard(self, journey: float, now: float) -> None:
        """The shortest ``journey`` of sound since the last time, seconds by two clocks."""
        self._queue.add(journey, now)

    def restarted(self) -> None:
        """The sender's clock of sound began anew."""
        self._queue.forget()

    def turn(self, octets: int, now: float) -> float | None:
        """``octets`` came since the last time. Bit/s to tell the sender, `UNBOUND` once it is free again; else None."""
        self._received.add(now, octets)
        if self.bps is None:
            if now >= self._next and self._stands(now) and self._received.bps > LEAST:
                self._drain(now)
        elif self._draining:
            self._wait(now)
        else:
            self._grow(now)
        told, self._told = self._told, self.bps
        return UNBOUND if told is not None and self.bps is None else self.bps

    def _stands(self, now: float) -> bool:
        return self._queue.standing(STANDING_S, now) > STANDING

    def _drain(self, now: float) -> None:
        self._draining, self._at = True, now
        self._was, self._carried = self._queue.standing(LOOK_S, now), self._received.bps
        self._full = self.bps or self._carried
        self.bps = max(DRAIN * min(self._full, self._carried), LEAST)

    def _wait(self, now: float) -> None:
        queue, bps = self._queue.standing(LOOK_S, now), self.bps or 0.0
        if queue < DRAINED:
            self._draining, self._at = False, now
        elif now - self._at >= STEP_S:
            shrinks, self._was, self._at = queue <= self._was - FALLS, queue, now
            if shrinks:
                return
            if queue < LONGER:
                self._queue.rebase(now)
                self._draining = False
                return
            self.bps = max(LESS * bps, LEAST)
            if bps <= max(FOREIGN * self._carried, LEAST):
                self._queue.rebase(now)
                self._draining, self.bps, self._next = False, None, now + BACK_OFF

    def _grow(self, now: float) -> None:
        if self._stands(now):
            self._drain(now)
            return
        passed, self._at = now - self._at, now
        bps = self.bps or 0.0
        bps *= 1 + (SLOW if NEAR <= bps / self._full <= BEYOND else GROWTH) * passed
        self.bps = bps if bps <= FREE * self._full else None
