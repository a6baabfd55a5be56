"""Words to those who are connected, from the technician who helps them or the clerk (Rules ¶27); they are kept.

A technician writes from a seat in the hearing, or from the console, where nobody has a seat.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hearings import acts, states
from hearings.model import SYSTEM, Event, Hearing, Seat
from hearings.procedure.step import Ask, Fold, Step, unchanged
from hearings.terms import PRESENT, Act


def reaches(hearing: Hearing, seat: Seat) -> bool:
    """Who waits or is held is helped too; who is shut out of a closed session hears nothing from it (Rules ¶6)."""
    return seat.standing in PRESENT and states.joining(hearing.state, seat.place, seat.role) is not None


def _sent(hearing: Hearing, ask: Ask) -> dict[str, Any]:
    """``to`` a seat, or to everybody where there is none."""
    to, text = ask.data.get("to"), ask.text("text")
    if not text:
        raise ask.refused("bad-request", field="text")
    if to is not None and not isinstance(to, str):
        raise ask.refused("bad-request", field="to")
    if to is not None and to not in hearing.seats:
        raise ask.refused("not-found", seat=to)
    if to is not None and not reaches(hearing, hearing.seats[to]):
        raise ask.refused("changed", seat=to, standing=hearing.seats[to].standing)
    return {"to": to, "text": text}


_CONSOLE: Final = Seat("technician", "technician", "")
"""Stands for whoever is at the console: a role without a place in the hearing."""


def from_console(hearing: Hearing, staff: str, data: Mapping[str, Any], at: str) -> list[Event]:
    """The words of a technician who has no seat; ``staff`` is their id, ``data`` as of the act. Raises `Refused`."""
    rule = acts.check("message", "technician", "admitted", hearing.state)
    said = _sent(hearing, Ask(rule, _CONSOLE, at, data=data))
    return [Event(rule.event, hearing.version + 1, at, SYSTEM, {**said, "role": _CONSOLE.role, "staff": staff})]


STEPS: Final[Mapping[Act, Step]] = {"message": Step(_sent)}

FOLDS: Final[Mapping[str, Fold]] = {"message_sent": unchanged}
