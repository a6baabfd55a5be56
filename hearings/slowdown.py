"""Wrong code words slow down, and never lock out. Pure: the time is an argument, in seconds of any monotonic clock.

Nothing is ever refused for the number of wrong words: each try waits, at most 30 s, and then is checked. Tries are
counted per hearing, seat and client network, so that neither an opponent elsewhere nor a neighbour behind the same
address (a prison) slows a defendant down; a small part that is common to the seat makes a crowd of addresses costly.
How many may wait at the same time is not said here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

FIRST: Final = 0.5
LONGEST: Final = 30.0
SEAT_LONGEST: Final = 2.0
SEAT_FREE: Final = 10
"""Wrong words at a seat, from anywhere, that add nothing yet."""
DECAY: Final = 60.0
"""Seconds in which one wrong word is forgiven."""
TELL: Final = 3
_LEVELS: Final = 12
_SEAT_LEVELS: Final = 40

Key = tuple[str, ...]


@dataclass(slots=True)
class _Count:
    """Wrong words not yet forgiven, and since when; ``pending`` tries are waiting or being checked."""

    level: float = 0.0
    at: float = 0.0
    pending: int = 0

    def decayed(self, now: float) -> float:
        return max(0.0, self.level - max(0.0, now - self.at) / DECAY)

    def add(self, now: float, most: int) -> None:
        self.level, self.at = min(float(most), self.decayed(now) + 1), now


@dataclass(slots=True)
class _Telling:
    """Wrong words at a seat that the clerk has not been told of, and how many there must be to tell."""

    untold: int = 0
    due: int = TELL


def network(address: str) -> str:
    """The client's network: one IPv4 address, or an IPv6 /64, of which one subscriber has all addresses."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    return str(ip.ipv4_mapped or ip_network((ip, 64), strict=False))


def neighbourhood(address: str) -> str:
    """The networks around it that one customer often has all of: an IPv4 /24, an IPv6 /48."""
    where = network(address)
    try:
        ip = ip_network(where)
    except ValueError:
        return where
    return str(ip.supernet(new_prefix=48 if ip.version == 6 else 24))


def delay(level: float) -> float:
    """Seconds that a try waits after ``level`` wrong words: 0, 0.5, 1, 2, … 30."""
    return 0.0 if level < 1 else min(LONGEST, FIRST * 2.0 ** (min(int(level), _LEVELS) - 1))


def seat_delay(level: float) -> float:
    return min(SEAT_LONGEST, 0.1 * max(0.0, level - SEAT_FREE))


class Slowdown:
    """What is remembered of the tries: at most ``capacity`` counts each per network and per seat."""

    def __init__(self, capacity: int = 20_000) -> None:
        self._capacity = capacity
        self._networks: dict[Key, _Count] = defaultdict(_Count)
        self._seats: dict[Key, _Count] = defaultdict(_Count)
        self._telling: dict[Key, _Telling] = defaultdict(_Telling)

    def attempt(self, hearing: str, seat: str, address: str, now: float) -> float:
        """Seconds to wait before this try's word is checked, at most 30. Every attempt ends as `done` or as `gone`.

        ``hearing`` and ``seat`` are as typed (normalised), whether they exist or not. While it waits it counts as
        wrong, so that many at once gain nothing.
        """
        self._make_room(now)
        count = self._networks[hearing, seat, network(address)]
        common = self._seats[hearing, seat]
        wait = max(delay(count.decayed(now) + count.pending), seat_delay(common.decayed(now)))
        count.pending += 1
        return wait

    def done(self, hearing: str, seat: str, address: str, right: bool, now: float) -> int:
        """The word was checked. Answers how many wrong words the clerk should be told of now, mostly 0.

        The clerk is told at the 3rd and then ever more rarely, so that a flood cannot fill the hearing's log.
        """
        self.gone(hearing, seat, address)
        count = self._networks[hearing, seat, network(address)]
        if right:
            count.level = 0.0
            return 0
        count.add(now, _LEVELS)
        return self._wrong((hearing, seat), now)

    def gone(self, hearing: str, seat: str, address: str) -> None:
        """It went unchecked, and is held against nobody."""
        key = hearing, seat, network(address)
        if key in self._networks:
            self._networks[key].pending = max(0, self._networks[key].pending - 1)

    def _wrong(self, key: Key, now: float) -> int:
        common = self._seats[key]
        if common.decayed(now) <= 0:
            self._telling.pop(key, None)
        common.add(now, _SEAT_LEVELS)
        telling = self._telling[key]
        telling.untold += 1
        if telling.untold < telling.due:
            return 0
        count, telling.untold, telling.due = telling.untold, 0, telling.due * 2
        return count

    def _make_room(self, now: float) -> None:
        """Forget what is forgiven; where that is not enough, the half that is nearest to it."""
        for counts in (self._networks, self._seats):
            if len(counts) >= self._capacity:
                _halve(counts, now, self._capacity)
        if len(self._telling) >= self._capacity:
            self._telling = defaultdict(_Telling, {k: v for k, v in self._telling.items() if k in self._seats})

    def __len__(self) -> int:
        return len(self._networks) + len(self._seats) + len(self._telling)


def _halve(counts: dict[Key, _Count], now: float, capacity: int) -> None:
    order = sorted(counts, key=lambda key: (counts[key].pending > 0, counts[key].decayed(now)))
    for key in order[: len(order) - capacity // 2]:
        del counts[key]
