"""Shares and how sure they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

Z = 1.959964
"""Of 95 %."""


@dataclass(frozen=True)
class Share:
    """``interval`` is of 95 % after Wilson; it takes all cases for independent ones, which those of one person are not:
    it is too narrow rather than too wide."""

    right: int
    of: int

    @property
    def value(self) -> float | None:
        return round(self.right / self.of, 4) if self.of else None

    @property
    def interval(self) -> list[float] | None:
        if not self.of:
            return None
        share, n = self.right / self.of, self.of
        middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
        half = Z * sqrt(share * (1 - share) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
        return [round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)]


def share(outcomes: Sequence[bool]) -> Share:
    return Share(sum(outcomes), len(outcomes))
