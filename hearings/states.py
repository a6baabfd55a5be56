"""The table of hearing states: who may join, what is forwarded, what is recorded, whether it is broadcast.

What a row does not name is denied. A new state is a new name in `terms.State` and a new row here, and the acts that
lead to it in `acts.py`; nothing else in the program decides on a state's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from hearings.terms import IDENTIFIERS, ROLES, SPEAKERS, STAFF, Kinds, Place, Role, Standing, State, places


@dataclass(frozen=True, slots=True)
class Flow:
    """Media of ``kinds`` from every ``source`` to every other ``target``."""

    source: frozenset[Place]
    target: frozenset[Place]
    kinds: Kinds


@dataclass(frozen=True, slots=True)
class Row:
    """One state. ``join`` gives the standing that entering brings, per role; a role that is not there is turned away
    with the problem ``closed`` and the paragraph of the Rules behind it. ``recorded`` are places whose media is
    recorded while they speak."""

    join: Mapping[Role, Standing] = field(default_factory=dict)
    closed: str = "not-permitted"
    paragraph: str = ""
    forward: tuple[Flow, ...] = ()
    recorded: frozenset[Place] = frozenset()
    broadcast: bool = False


STAFF_ONLY: Final[Mapping[Role, Standing]] = dict.fromkeys(STAFF, "admitted")
EVERYBODY: Final[Mapping[Role, Standing]] = {**dict.fromkeys(ROLES, "waiting"), **STAFF_ONLY}

CONVERSATION: Final = Flow(places(SPEAKERS, "admitted"), places(ROLES, "admitted"), "av")
# Rules ¶9: the photo beside the live face, before admission. The waiting one sees and hears nothing.
IDENTIFICATION: Final = Flow(places(SPEAKERS, "waiting"), places(IDENTIFIERS, "admitted"), "v")
OPEN: Final = (CONVERSATION, IDENTIFICATION)

TABLE: Final[Mapping[State, Row]] = {
    "scheduled": Row(join=STAFF_ONLY, closed="not-yet-open", paragraph="16"),
    "ready": Row(join=EVERYBODY, forward=OPEN),
    "in_session": Row(join=EVERYBODY, forward=OPEN, recorded=places(SPEAKERS, "admitted")),
    "technical_adjournment": Row(join=EVERYBODY, forward=OPEN),
    "recess": Row(join=EVERYBODY),
    "concluded": Row(closed="ended"),
}


def forwarded(state: State, source: Place, target: Place) -> Kinds | None:
    """What goes from one place to another in a state: "av", "a", "v", or None for nothing."""
    kinds = {
        kind for flow in TABLE[state].forward if source in flow.source and target in flow.target for kind in flow.kinds
    }
    return _KINDS.get(frozenset(kinds))


def recorded(state: State, place: Place) -> bool:
    return place in TABLE[state].recorded


_KINDS: Final[Mapping[frozenset[str], Kinds]] = {
    frozenset("av"): "av",
    frozenset("a"): "a",
    frozenset("v"): "v",
}
