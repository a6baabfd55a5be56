"""The table of an application's states: what each waits for, from whom, and which documents may still be needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hearings.office.terms import STATES, Means, Side, State

Position = tuple[str, Side]
"""A role at one of the two courts."""


@dataclass(frozen=True, slots=True)
class Row:
    """``inbox``: whose turn it is; ``over``: nothing more will happen, and personal documents are no longer needed."""

    inbox: frozenset[Position] = frozenset()
    over: bool = False


def _turn(*positions: Position) -> Row:
    return Row(frozenset(positions))


TABLE: Final[Mapping[State, Row]] = {
    "submitted": _turn(("judge", "hearing")),
    "granted": _turn(("clerk", "hearing")),
    "refused": Row(over=True),
    "sent": _turn(("organiser", "hearing"), ("organiser", "receiving")),
    "feasible": _turn(("clerk", "hearing")),
    "infeasible": _turn(("judge", "hearing")),
    "acknowledged": _turn(("judge", "hearing")),
    "scheduled": _turn(("organiser", "hearing")),
    "withdrawn": Row(over=True),
}

OPEN: Final[frozenset[State]] = frozenset(state for state in STATES if not TABLE[state].over)
NOT_HEARD: Final[frozenset[State]] = OPEN - {"scheduled"}

SIDES: Final[Mapping[Means, tuple[Side, ...]]] = {
    "personal_device": ("hearing",),
    "other_court": ("hearing", "receiving"),
    "institution": ("hearing", "receiving"),
}
"""On which sides the link must be feasible (Rules ¶7)."""
