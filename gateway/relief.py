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
DRAIN: Final = 0.7  # of what arrives, until the queue is gone
PATIENCE: Final = 2.5  # s in which less must have come, and the queue have shrunk
SHRUNK: Final = 0.8
LOOK_S: Final = 0.3
CARRIED: Final = 0.9  # of what the full link carried, once the queue is gone
GROWTH: Final = 0.03  # a second
FREE: Final = 1.5  # times what was carried: the sender has found its own way
LEAST: Final = 60_000.0  # bit/s: sound must go on
SEEN: Final = 0.9  # of what arrived: so much less, and the sender has heard
BACK_OFF: Final = 30.0  # s after it was of no use
UNBOUND: Final = 1e8


class Relief:
    """Give it every 100 ms what has come; ``bps`` is what the sender may send at most, None where it is free."""

    __slots__ = ("_began", "_carried", "_draining", "_grew", "_next", "_queue", "_received", "_told", "_was", "bps")

    def __init__(self, now: float) -> None:
        self.bps: float | None = None
        self._told: float | None = None
        self._queue = QueueDelay()
        self._received = Throughput()
        self._draining = False
        self._began = self._next = self._grew = now
        self._carried = self._was = 0.0

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
        self._draining, self._began = True, now
        self._was, self._carried = self._queue.standing(STANDING_S, now), self._received.bps
        self.bps = max(DRAIN * self._carried, LEAST)

    def _wait(self, now: float) -> None:
        queue = self._queue.standing(LOOK_S, now)
        if queue < DRAINED:
            self._draining, self._grew = False, now
            self.bps = max(CARRIED * self._carried, LEAST)
        elif now - self._began >= PATIENCE:
            if queue <= SHRUNK * self._was:  # on its way
                self._was, self._began = queue, now
                return
            if self._received.bps < SEEN * self._carried:  # less came, and it is as long: it is not the sender's
                self._queue.rebase(now)
            self._draining, self.bps, self._next = False, None, now + BACK_OFF

    def _grow(self, now: float) -> None:
        if self._stands(now):
            self._drain(now)
            return
        passed, self._grew = now - self._grew, now
        self.bps = (self.bps or 0.0) * (1 + GROWTH * passed)
        if self.bps > FREE * self._carried:
            self.bps = None
