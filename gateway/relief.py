"""Takes a sender out of a queue of its own that it does not see (pure).

A browser's congestion control looks for delays that grow (draft-ietf-rmcat-gcc-02 §4). In a queue that is full they
grow no more: what does not fit is lost, a few per cent, which it takes for the radio's; and so all sound is late for as
long as the picture is sent. Sound has a clock, and says by when it comes how long the queue is. So the sender is told
to send less (draft-alvestrand-rmcat-remb-03) until the queue is gone and for a while after that.
"""

from __future__ import annotations

import math
from typing import Final

from gateway.queue_delay import QueueDelay
from gateway.throughput import Throughput

BEGUN_S: Final = 5.0  # a browser that begins finds out what the link carries, and makes queues
STANDING: Final = 0.15  # s, for so long that the browser's own control would have answered:
STANDING_S: Final = 1.0
DRAINED: Final = 0.03
LOOK_S: Final = 0.3
DRAIN: Final = 0.75  # of what arrives at most, until the queue is gone;
GONE_S: Final = 2.0  # of a long one so much less that it is gone by then,
DEEPEST: Final = 0.3  # but never less than this
STEP_S: Final = 1.5  # in which the sender has heard, and what was queued before has come
FALLS: Final = 0.08  # s by which the queue must have become shorter in that time; else
LONGER: Final = 0.1  # s: a queue that stays and is shorter is none, the way is longer
LESS: Final = 0.85  # of what it was told
PATIENCE_S: Final = 8.0  # after which a queue that is no shorter is not the sender's
MORE: Final = 1.1  # times that with which the queue went, once it is gone, or
HELD: Final = 0.75  # of what came while the link was full,
HOLD_S: Final = 2.0  # for so long; twice as long each time that it comes back
MOST_HOLD_S: Final = 32.0
AGAIN_S: Final = 20.0  # within which it is the same one that has come back
LEAST: Final = 30_000.0  # bit/s: sound must go on
BACK_OFF: Final = 30.0  # s after it was of no use
UNBOUND: Final = 1e8
UNBOUND_TIMES: Final = 30  # it is told, once every 100 ms in which something came
FULL_S: Final = 3.0  # for which nothing is asked for
STILL: Final = 0.01  # s: a queue that does not move is a clock or a way, where less comes than
BUSY: Final = 0.7  # of what came
OTHERS: Final = 0.5  # of what came at first: queues that come again and again are others'
RETURNS: Final = 2  # and so often while the sender kept to what it was told, they are surely others'


class Relief:
    """Give it every 100 ms what has come; ``bps`` is what the sender may send at most, None where it is free."""

    __slots__ = (
        "_at", "_began", "_carried", "_draining", "_freed", "_heard", "_hold", "_next", "_queue", "_received",
        "_returns", "_series", "_untold", "_was", "bps",
    )  # fmt: skip

    def __init__(self, now: float) -> None:
        self.bps: float | None = None
        self._returns = self._untold = 0
        self._queue = QueueDelay()
        self._received = Throughput()
        self._draining = False
        self._at = self._began = now
        self._heard = self._next = math.inf
        self._freed = -math.inf
        self._hold = HOLD_S
        self._carried = self._series = self._was = 0.0

    def heard(self, journey: float, now: float) -> None:
        """The shortest ``journey`` of sound since the last time, seconds by two clocks."""
        if self._next == math.inf:  # the first
            self._next = now + BEGUN_S
        elif now - self._heard > LOOK_S:  # what stood still comes late, and soon no more
            self._next = max(self._next, now + STANDING_S)
        self._heard = now
        self._queue.add(journey, now)

    def restarted(self, now: float) -> None:
        """The sender's clock of sound began anew."""
        self._queue.forget()
        if self._draining:
            self._let_go(now)

    def elsewhere(self, now: float) -> Relief:
        """Of the same sender in another network: what it may send there is not known, but it is to know that it may."""
        new = Relief(now)
        new._untold = self._untold
        return new

    def turn(self, octets: int, now: float) -> float | None:
        """``octets`` came since the last time. Bit/s to tell the sender, `UNBOUND` once it is free again; else None."""
        self._received.add(now, octets)
        if self._draining:
            self._drain(now)
        elif self._queued(STANDING_S, now):
            self._begin(now)
        elif self.bps is not None and now - self._at >= self._hold:
            self.bps, self._freed = None, now
        if self.bps is not None:
            self._untold = UNBOUND_TIMES
        elif self._untold and octets:  # of what is told once, nothing may arrive
            self._untold -= 1
            return UNBOUND
        return self.bps

    def full(self, now: float) -> bool:
        """Whether there is a queue that whatever else is asked for makes longer; for `FULL_S` at most at a time, as it
        may not be the sender's."""
        if self._draining:
            return now - self._began < FULL_S
        return self._queued(LOOK_S, now)

    def _queued(self, span: float, now: float) -> bool:
        judged = now >= self._next and self._received.bps > LEAST
        return judged and self._queue.standing(span, now) > STANDING

    def _begin(self, now: float) -> None:
        self._returns = self._returns + 1 if self.bps is not None else 0
        if self._returns > RETURNS:
            self._let_be(now)
            return
        again = self.bps is not None or now - self._freed < AGAIN_S
        self._hold = min(2 * self._hold, MOST_HOLD_S) if again else HOLD_S
        self._draining, self._began, self._at = True, now, now
        self._was, self._carried = self._queue.standing(LOOK_S, now), self._received.bps
        self._series = max(self._carried, OTHERS * self._series if again else 0.0)
        share = max(min(DRAIN, 1 - self._was / GONE_S), DEEPEST)
        self.bps = max(share * min(self.bps or self._carried, self._carried), LEAST)

    def _drain(self, now: float) -> None:
        queue, bps = self._queue.standing(LOOK_S, now), self.bps or LEAST
        if queue < DRAINED:
            self._let_go(now)
        elif now - self._at >= STEP_S:
            moved, self._was, self._at = queue - self._was, queue, now
            if moved <= -FALLS:
                return
            self.bps = max(LESS * bps, LEAST)
            # A full link carries as much as before, and its queue wavers by a packet.
            still = abs(moved) < STILL and self._received.bps < BUSY * self._carried
            if queue < LONGER or still:
                self._queue.rebase(now)
                self._let_go(now)
            elif now - self._began >= PATIENCE_S:
                self._let_be(now)

    def _let_be(self, now: float) -> None:
        self._queue.rebase(now)
        self._draining, self.bps, self._next = False, None, now + BACK_OFF
        self._returns = 0

    def _let_go(self, now: float) -> None:
        self._draining, self._at = False, now
        self.bps = max(MORE * (self.bps or LEAST), HELD * self._carried, OTHERS * self._series)
