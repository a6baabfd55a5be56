"""How often one may cause what others pay for: a token bucket (pure; times in seconds)."""

from __future__ import annotations


class Budget:
    """``burst`` at once, and ``per_second`` in the long run."""

    __slots__ = ("_burst", "_left", "_per_second", "_then")

    def __init__(self, per_second: float, burst: float) -> None:
        self._per_second = per_second
        self._burst = burst
        self._left = burst
        self._then = float("-inf")

    def take(self, now: float, count: int = 1) -> int:
        """How many of ``count`` are granted now."""
        passed = max(now - self._then, 0.0)
        self._left = min(self._left + passed * self._per_second, self._burst)
        self._then = now
        granted = min(count, int(self._left))
        self._left -= granted
        return granted
