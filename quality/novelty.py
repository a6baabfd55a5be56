"""When a picture is worth a look: at once where something has changed, else seldom (pure; times in seconds).

A glance is a number or two that cost next to nothing. A look finds faces, and costs a hundred times as much.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

CALM: Final = 3
"""Where nothing changes, one turn of so many has a look."""

Glance = Sequence[float]


class Novelty:
    """One participant's. ``step``: a change of any number of the glance by more is one."""

    __slots__ = ("_before", "_due", "_glance", "_step")

    def __init__(self, step: float) -> None:
        self._step = step
        self._glance: Glance = ()
        self._before: str | None = None
        self._due = float("-inf")

    def wants(self, glance: Glance, now: float) -> bool:
        return now >= self._due or self._changed(glance)

    def looked(self, glance: Glance, verdict: str, now: float, turn_s: float) -> None:
        """What was found. A change, of the place or of the verdict, is looked at again in the next turn."""
        restless = self._changed(glance) or verdict != self._before
        self._glance, self._before = glance, verdict
        self._due = now + turn_s * (1 if restless else CALM)

    def _changed(self, glance: Glance) -> bool:
        return len(glance) != len(self._glance) or any(
            abs(now - before) > self._step for now, before in zip(glance, self._glance, strict=True)
        )
