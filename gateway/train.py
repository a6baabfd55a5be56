"""A few packets sent at once, and how far apart they arrive: as far as the narrowest link on their way puts them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from gateway.departures import Arrival, Departures

LEAST: Final = 3  # of its packets must arrive
TICK: Final = 0.00025  # s: arrivals are told in these


class Train:
    """Of the packets with the transport-wide numbers ``first`` to ``last``."""

    __slots__ = ("_arrivals", "first", "last")

    def __init__(self, first: int, last: int) -> None:
        self.first = first
        self.last = last
        self._arrivals: list[Arrival] = []

    def take(self, arrivals: Sequence[Arrival]) -> bool:
        """What a feedback told; True once the whole train is told of."""
        over = False
        for arrival in arrivals:
            if self.first <= arrival.number <= self.last:
                self._arrivals.append(arrival)
            over = over or arrival.number >= self.last
        return over

    def bps(self, departures: Departures) -> float:
        """Bit/s at which it arrived; 0 where too little of it did. What was lost between had its place as well."""
        if len(self._arrivals) < LEAST:
            return 0.0
        first, last = self._arrivals[0], self._arrivals[-1]
        apart = max(last.arrived - first.arrived, TICK)
        return 8 * departures.octets_between(first.number, last.number) / apart
