"""How often somebody may do something that costs others attention. No clock: ``now`` is in seconds."""

from __future__ import annotations

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
        self._forget(now)
        done = self._done.setdefault(key, deque(maxlen=self._most))
        if len(done) == self._most:
            raise Problem("slow-down", seconds=max(1, round(self._window_s - (now - done[0]))))
        done.append(now)

    def _forget(self, now: float) -> None:
        """Of whoever did nothing for a window nothing is kept."""
        for key, done in list(self._done.items()):
            while done and now - done[0] >= self._window_s:
                done.popleft()
            if not done:
                del self._done[key]
