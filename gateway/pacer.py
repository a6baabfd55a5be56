"""Lets pictures out no faster than the listener's link takes them, so that sound never waits behind a key frame (pure).

A token bucket of octets. Sound and what is sent again go out at once and take from the bucket what they are; pictures
wait until there is something in it. On a link that is not known to be full nothing waits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

BURST_S: Final = 0.04  # two turns of the timer
LEAST_BURST: Final = 3000  # octets: two packets
DEBT_S: Final = 0.2  # s of the rate that sound may have taken in advance
MOST_WAIT_S: Final = 0.8  # a picture that is later is of no use
MOST_PACKETS: Final = 1024
WIDE: Final = 1e12  # bit/s


class Pacer:
    """``waiting`` octets stand in the queue; ``overrun`` are the owners of packets for which there was no room."""

    __slots__ = ("_burst", "_bytes_per_s", "_left", "_queue", "_then", "overrun", "waiting")

    def __init__(self, now: float) -> None:
        self._bytes_per_s = WIDE / 8
        self._burst = WIDE
        self._left = WIDE
        self._then = now
        self._queue: deque[tuple[object, int, Callable[[], None]]] = deque()
        self.waiting = 0
        self.overrun: set[object] = set()

    def rate(self, bps: float) -> None:
        self._bytes_per_s = bps / 8
        self._burst = max(self._bytes_per_s * BURST_S, LEAST_BURST)
        self._left = min(max(self._left, -self._bytes_per_s * DEBT_S), self._burst)

    def spend(self, octets: int) -> None:
        """They went out without asking."""
        self._left = max(self._left - octets, -self._bytes_per_s * DEBT_S)

    def admits(self, now: float) -> bool:
        """Whether a picture's packet may go out at once."""
        if self._queue:
            return False
        self._refill(now)
        return self._left > 0

    def hold(self, owner: object, octets: int, send: Callable[[], None]) -> None:
        """``send`` will be called, unless ``forget`` comes before."""
        if self.waiting + octets > self._bytes_per_s * MOST_WAIT_S + LEAST_BURST or len(self._queue) >= MOST_PACKETS:
            self.overrun.add(owner)
            return
        self._queue.append((owner, octets, send))
        self.waiting += octets

    def run(self, now: float) -> None:
        """Every turn of the timer: send what there are tokens for."""
        self._refill(now)
        while self._queue and self._left > 0:
            _, octets, send = self._queue.popleft()
            self.waiting -= octets
            send()

    def forget(self, owner: object) -> None:
        """What waits of ``owner`` must not go out any more."""
        self.overrun.discard(owner)
        if self._queue:
            kept = [item for item in self._queue if item[0] is not owner]
            self._queue = deque(kept)
            self.waiting = sum([octets for _, octets, _ in kept])

    def _refill(self, now: float) -> None:
        self._left = min(self._left + max(now - self._then, 0.0) * self._bytes_per_s, self._burst)
        self._then = max(self._then, now)
