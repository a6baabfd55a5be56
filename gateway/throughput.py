"""How much arrives at a listener, from transport-wide feedback (pure; by the listener's clock)."""

from __future__ import annotations

from collections import deque
from typing import Final

SPAN: Final = 0.5  # s
LEAST_SPAN: Final = 0.1  # s: less at the beginning says too little
MOST: Final = 4096


class Throughput:
    __slots__ = ("_arrivals", "_octets", "_since")

    def __init__(self) -> None:
        self._arrivals: deque[tuple[float, int]] = deque()
        self._octets = 0
        self._since = -1.0

    def add(self, arrived: float, octets: int) -> None:
        if self._since < 0:
            self._since = arrived
        self._arrivals.append((arrived, octets))
        self._octets += octets
        while self._arrivals[0][0] < arrived - SPAN or len(self._arrivals) > MOST:
            self._octets -= self._arrivals.popleft()[1]

    @property
    def bps(self) -> float:
        """Bit/s of the last half second; 0 where nothing has arrived yet."""
        if not self._arrivals:
            return 0.0
        span = min(max(self._arrivals[-1][0] - self._since, LEAST_SPAN), SPAN)
        return 8 * self._octets / span
