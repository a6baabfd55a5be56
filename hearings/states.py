"""The table of hearing states: who may join, what is forwarded, what is recorded, whether it is broadcast.

What a row does not name is denied. A new state is a new name in `terms.State` and a new row here, and the acts that
lead to it in `acts.py`; nothing else in the program decides on a state's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from hearings.terms import (
    COURTROOM,
    IDENTIFIERS,
    PLACES,
    ROLES,
    SPEAKERS,
    STAFF,
    Kinds,
    Place,
    Position,
    Role,
    Standing,
    State,
    positions,
)


@dataclass(frozen=True, slots=True)
class Flow:
    """Media of ``kinds`` from every ``source`` to every other ``target``."""

    source: frozenset[Position]
    target: frozenset[Position]
    kinds: Kinds


@dataclass(frozen=True, slots=True)
class Row:
    """One state. ``join`` gives the standing that entering brings, per role, at one of ``places``; who is not there is
    turned away with the problem ``closed`` and the paragraph of the Rules behind it. ``recorded`` are positions whose
    media is recorded while they speak."""

    join: Mapping[Role, Standing] = field(default_factory=dict)
    places: frozenset[Place] = PLACES
    closed: str = "not-permitted"
    paragraph: str = ""
    forward: tuple[Flow, ...] = ()
    recorded: frozenset[Position] = frozenset()
    broadcast: bool = False


STAFF_ONLY: Final[Mapping[Role, Standing]] = dict.fromkeys(STAFF, "admitted")
EVERYBODY: Final[Mapping[Role, Standing]] = {**dict.fromkeys(ROLES, "waiting"), **STAFF_ONLY}
TESTERS: Final[Mapping[Role, Standing]] = dict.fromkeys(ROLES - {"observer"}, "admitted")


def _conversation(places: frozenset[Place] = PLACES) -> Flow:
    return Flow(positions(SPEAKERS, "admitted", places), positions(ROLES, "admitted", places), "av")


def _seen(standing: Standing, places: frozenset[Place] = PLACES) -> Flow:
    """Their picture to those who establish identity, and nothing back."""
    return Flow(positions(SPEAKERS, standing, places), positions(IDENTIFIERS, "admitted", places), "v")


# Rules ¶9: the photo beside the live face, before admission. The waiting one sees and hears nothing. Rules ¶28-1: a
# witness who is not yet called sends and receives nothing at all, and so is in no flow.
OPEN: Final = (_conversation(), _seen("waiting"))
# Rules ¶6: the court's own room goes on, without video conferencing.
CLOSED: Final = (_conversation(COURTROOM), _seen("waiting", COURTROOM))

TABLE: Final[Mapping[State, Row]] = {
    "scheduled": Row(join=STAFF_ONLY, closed="not-yet-open", paragraph="16"),
    "test_session": Row(join=TESTERS, closed="not-yet-open", paragraph="15", forward=(_conversation(),)),
    "ready": Row(join=EVERYBODY, forward=OPEN),
    "in_session": Row(join=EVERYBODY, forward=OPEN, recorded=positions(SPEAKERS, "admitted"), broadcast=True),
    "technical_adjournment": Row(join=EVERYBODY, forward=OPEN),
    "recess": Row(join=EVERYBODY),
    "closed_session": Row(
        join=EVERYBODY, places=COURTROOM, closed="closed-session", paragraph="6", forward=CLOSED,
        recorded=positions(SPEAKERS, "admitted", COURTROOM),
    ),
    "concluded": Row(closed="ended"),
    "postponed": Row(join=STAFF_ONLY, closed="postponed", paragraph="10"),
}  # fmt: skip


def joining(state: State, place: Place, role: Role) -> Standing | None:
    """The standing that entering brings, or None for those who may not be in."""
    row = TABLE[state]
    return row.join.get(role) if place in row.places else None


def forwarded(state: State, source: Position, target: Position) -> Kinds | None:
    """What goes from one position to another in a state: "av", "a", "v", or None for nothing."""
    kinds = {
        kind for flow in TABLE[state].forward if source in flow.source and target in flow.target for kind in flow.kinds
    }
    return _KINDS.get(frozenset(kinds))


def recorded(state: State, position: Position) -> bool:
    return position in TABLE[state].recorded


_KINDS: Final[Mapping[frozenset[str], Kinds]] = {
    frozenset("av"): "av",
    frozenset("a"): "a",
    frozenset("v"): "v",
}
