"""How much arrives at a listener, from transport-wide feedback (pure; by the listener's clock)."""

from __future__ import annotations

from collections import deque
from typing import Final

SPAN: Final = 0.5  # s
LEAST_SPAN: Final = 0.1  # s: less at the beginning says too little


class Throughput:
    """``bps`` of the last half second; 0 where nothing has arrived yet."""

    __slots__ = ("_begin", "_octets", "_told", "bps")

    def __init__(self) -> None:
        self._told: deque[tuple[float, int]] = deque()
        self._octets = 0
        self._begin = 0.0
        self.bps = 0.0

    def add(self, arrived: float, octets: int) -> None:
        """``octets`` have arrived since the last time, the last of them at ``arrived`` (s)."""
        if not self._told:
            self._begin = arrived - LEAST_SPAN
        self._told.append((arrived, octets))
        self._octets += octets
        while self._told[0][0] <= arrived - SPAN and len(self._told) > 1:
            self._begin, gone = self._told.popleft()
            self._octets -= gone
        self.bps = 8 * self._octets / max(arrived - self._begin, LEAST_SPAN)
