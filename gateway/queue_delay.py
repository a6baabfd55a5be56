"""How long packets stand before a full link, from how much longer than the shortest each was on its way (pure).

The clocks of the two ends differ by a constant that is not known and drifts by some parts in 100,000, so that only what
a journey took more than the shortest of the last minutes says something. A device or radio that is late for a moment
delays some packets; a queue delays all of them. So what counts is the shortest journey of each look.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final

KEEP: Final = 1.0  # s
MEMORY: Final = 60.0  # s for which the shortest is remembered, once over: clocks drift by 6 ms in it


class QueueDelay:
    __slots__ = ("_before", "_began", "_looks", "_shortest")

    def __init__(self) -> None:
        self._looks: deque[tuple[float, float]] = deque()
        self._began = -math.inf
        self._shortest = self._before = math.inf

    def add(self, journey: float, now: float) -> None:
        """``journey`` (s, by two clocks) is the shortest of what one feedback told."""
        if now - self._began >= MEMORY:
            self._began, self._before, self._shortest = now, self._shortest, math.inf
        self._shortest = min(self._shortest, journey)
        self._looks.append((now, journey))
        while now - self._looks[0][0] > KEEP:
            self._looks.popleft()

    def standing(self, span: float, now: float) -> float:
        """Seconds that every packet of the last ``span`` (s) stood at least; 0 where nothing was told."""
        shortest, since = math.inf, now - span
        for at, journey in self._looks:
            if at >= since:
                shortest = min(shortest, journey)
        return shortest - min(self._shortest, self._before) if shortest < math.inf else 0.0

    def rebase(self, now: float) -> None:
        """The way itself is longer now, or somebody else's packets stand before ours: what is, is the shortest."""
        journeys = [journey for _, journey in self._looks]
        self._began, self._before = now, math.inf
        self._shortest = min(journeys) if journeys else math.inf

    def forget(self) -> None:
        """Another network: nothing is known of it."""
        self._looks.clear()
        self._began = -math.inf
        self._shortest = self._before = math.inf
