"""A few packets sent at once, and how far apart they arrive: as far as the narrowest link on their way puts them."""

from __future__ import annotations

from typing import Final

LEAST: Final = 3  # of its packets must arrive
TICK: Final = 0.00025  # s: arrivals are told in these


class Train:
    """Of the packets with the transport-wide numbers ``first`` to ``last``; ``over`` once all of it is told of."""

    __slots__ = ("_arrivals", "first", "last", "over")

    def __init__(self, first: int, last: int) -> None:
        self.first = first
        self.last = last
        self.over = False
        self._arrivals: list[tuple[int, float]] = []

    def take(self, number: int, arrived: float) -> None:
        """A packet has arrived, by the listener's clock; in the order of their numbers."""
        if self.first <= number <= self.last:
            self._arrivals.append((number, arrived))
        self.over = self.over or number >= self.last

    @property
    def span(self) -> tuple[int, int, float]:
        """Which packets arrived first and last, and how many seconds apart; 0 where too little arrived."""
        if len(self._arrivals) < LEAST:
            return self.first, self.first, 0.0
        first, last = self._arrivals[0], self._arrivals[-1]
        return first[0], last[0], max(last[1] - first[1], TICK)
