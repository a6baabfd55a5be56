"""Whose turn it is: one of each crowd after another, and every second time who has waited longest. Pure."""

from __future__ import annotations

from typing import Generic, TypeVar

from signaling.crowd import Path

T = TypeVar("T")


class Line(Generic[T]):
    """By crowds alone, who stands far back in a large one could be passed by again and again; by waiting alone, a large
    one would delay everybody. How many may wait is the caller's to bound."""

    def __init__(self) -> None:
        self._moment = 0
        self._longest = False
        self._waiting: dict[int, tuple[Path, T]] = {}
        """By the moment of coming, the longest first."""
        self._served: dict[Path, int] = {}
        """When each crowd that waits had its last turn."""

    def join(self, path: Path, who: T) -> int:
        self._moment += 1
        self._waiting[self._moment] = path, who
        return self._moment

    def leave(self, moment: int) -> None:
        self._waiting.pop(moment, None)

    def next(self) -> T | None:
        if not self._waiting:
            return None
        self._longest = not self._longest
        moment = next(iter(self._waiting)) if self._longest else self._by_crowds()
        path, who = self._waiting.pop(moment)
        self._note(path)
        return who

    def __len__(self) -> int:
        return len(self._waiting)

    def _by_crowds(self) -> int:
        moments, level = list(self._waiting), 0
        while len({self._waiting[moment][0] for moment in moments}) > 1:
            level += 1
            since: dict[Path, int] = {}
            for moment in moments:
                crowd = self._waiting[moment][0][:level]
                since.setdefault(crowd, max(moment, self._served.get(crowd, 0)))
            first = min(since, key=since.__getitem__)
            moments = [moment for moment in moments if self._waiting[moment][0][:level] == first]
        return moments[0]

    def _note(self, path: Path) -> None:
        self._moment += 1
        for level in range(1, len(path) + 1):
            self._served[path[:level]] = self._moment
        there = {where[:level] for where, _ in self._waiting.values() for level in range(1, len(where) + 1)}
        self._served = {crowd: when for crowd, when in self._served.items() if crowd in there}
