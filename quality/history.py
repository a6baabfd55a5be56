"""What a link's figures were: each second of the last minute, and the whole hearing in a bounded number of points
(pure)."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, Final

MINUTE_S: Final = 60
POINTS: Final = 300
"""The whole hearing's, at most; when there are more, two become one, with the least, the most and the mean of both."""


class History:
    """One direction's. ``names`` are the figures' names; times are whole seconds since the epoch."""

    __slots__ = ("_minute", "names", "whole")

    def __init__(self, names: Sequence[str], points: int = POINTS) -> None:
        self.names = tuple(names)
        self.whole = Thinned(self.names, points)
        self._minute: deque[tuple[int, int, tuple[float | None, ...]]] = deque(maxlen=MINUTE_S)

    def add(self, at: int, level: int, values: Sequence[float | None]) -> None:
        """``values`` in the order of ``names``, None where one is not known; ``level`` is the verdict's, 0 to 2."""
        self._minute.append((at, level, tuple(values)))
        self.whole.add(at, level, values)

    def minute(self, now: int) -> dict[str, Any]:
        """``{at: […], level: […], NAME: […]}`` of the last 60 s."""
        kept = [one for one in self._minute if now - MINUTE_S < one[0] <= now]
        columns = {name: [values[index] for _, _, values in kept] for index, name in enumerate(self.names)}
        return {"at": [at for at, _, _ in kept], "level": [level for _, level, _ in kept], **columns}


class Thinned:
    """Points of ``width`` seconds each, which doubles when there would be more than ``most``."""

    __slots__ = ("_at", "_figures", "_level", "most", "names", "width")

    def __init__(self, names: Sequence[str], most: int = POINTS) -> None:
        self.names = tuple(names)
        self.most = most
        self.width = 1
        self._at = array("q")
        self._level = array("b")
        self._figures = [_Figure() for _ in self.names]

    def __len__(self) -> int:
        return len(self._at)

    def add(self, at: int, level: int, values: Sequence[float | None]) -> None:
        """A clock that was set back adds to the newest point."""
        at -= at % self.width
        if not self._at or at > self._at[-1]:
            self._at.append(at)
            self._level.append(level)
            for figure in self._figures:
                figure.begin()
        self._level[-1] = max(self._level[-1], level)
        for figure, value in zip(self._figures, values, strict=True):
            if value is not None:
                figure.take(value)
        while len(self._at) > self.most:
            self._halve()

    def view(self) -> dict[str, Any]:
        """``{width, at: […], level: […], NAME: {min: […], mean: […], max: […]}}``; None where nothing was known."""
        figures = {name: figure.view() for name, figure in zip(self.names, self._figures, strict=True)}
        return {"width": self.width, "at": list(self._at), "level": list(self._level), **figures}

    def _halve(self) -> None:
        self.width *= 2
        groups: list[list[int]] = []
        for index, at in enumerate(self._at):
            at -= at % self.width
            if groups and self._at[groups[-1][0]] // self.width * self.width == at:
                groups[-1].append(index)
            else:
                groups.append([index])
        self._level = array("b", (max(self._level[index] for index in group) for group in groups))
        for figure in self._figures:
            figure.join(groups)
        self._at = array("q", (self._at[group[0]] // self.width * self.width for group in groups))


class _Figure:
    """Least, most, sum and number of what was known, by point."""

    __slots__ = ("known", "least", "most", "total")

    def __init__(self) -> None:
        self.least, self.most, self.total, self.known = array("f"), array("f"), array("d"), array("I")

    def begin(self) -> None:
        self.least.append(float("inf"))
        self.most.append(float("-inf"))
        self.total.append(0.0)
        self.known.append(0)

    def take(self, value: float) -> None:
        self.least[-1] = min(self.least[-1], value)
        self.most[-1] = max(self.most[-1], value)
        self.total[-1] += value
        self.known[-1] += 1

    def join(self, groups: Sequence[Sequence[int]]) -> None:
        self.least = array("f", (min(self.least[index] for index in group) for group in groups))
        self.most = array("f", (max(self.most[index] for index in group) for group in groups))
        self.total = array("d", (sum(self.total[index] for index in group) for group in groups))
        self.known = array("I", (sum(self.known[index] for index in group) for group in groups))

    def view(self) -> dict[str, list[float | None]]:
        means = [total / known if known else 0.0 for total, known in zip(self.total, self.known, strict=True)]
        columns = {"min": self.least, "mean": means, "max": self.most}
        return {name: self._where_known(column) for name, column in columns.items()}

    def _where_known(self, values: Iterable[float]) -> list[float | None]:
        return [round(value, 2) if known else None for value, known in zip(values, self.known, strict=True)]
