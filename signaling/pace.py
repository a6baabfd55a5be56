"""How often somebody may do something that costs others attention. No clock: ``now`` is in seconds."""

from __future__ import annotations

import math
from collections import deque

from signaling.problems import Problem


class Pace:
    """``most`` in any ``window_s`` for each key."""

    def __init__(self, most: int, window_s: float) -> None:
        self._most = most
        self._window_s = window_s
        self._done: dict[str, deque[float]] = {}

    def take(self, key: str, now: float) -> None:
        """Problem ``slow-down``, with the seconds until the next."""
        together(now, (self, key))

    def wait(self, key: str, now: float) -> int:
        """Whole seconds until the next: whoever comes after them is let in. 0: it may be now."""
        self._forget(now)
        done = self._done.get(key) or deque[float]()
        return math.ceil(self._window_s - (now - done[0])) if len(done) == self._most else 0

    def _forget(self, now: float) -> None:
        """Of whoever did nothing for a window nothing is kept."""
        for key, done in list(self._done.items()):
            while done and now - done[0] >= self._window_s:
                done.popleft()
            if not done:
                del self._done[key]

    def _note(self, key: str, now: float) -> None:
        self._done.setdefault(key, deque()).append(now)


def together(now: float, *bounds: tuple[Pace, str]) -> None:
    """Within all of them, or counted in none. Problem ``slow-down``, with the seconds until all allow it."""
    if seconds := max(pace.wait(key, now) for pace, key in bounds):
        raise Problem("slow-down", seconds=seconds)
    for pace, key in bounds:
        pace._note(key, now)
