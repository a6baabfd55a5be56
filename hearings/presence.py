"""Losing a necessary participant (Rules ¶19). Pure: how long each seat has been silent is an argument.

Whether something comes from a seat is not in the log: the caller knows its connections, and says for how long nothing
has come. What is decided is appended: that a seat was lost, with what was measured, and that it is back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hearings import states
from hearings.hearing import SYSTEM, Event, Hearing, Seat
from hearings.terms import State
from hearings.times import iso, seconds

LOST_AFTER_S: Final = 4.0
"""Told within five seconds: one is left for noticing."""
_WATCHED: Final[frozenset[State]] = frozenset({"in_session", "closed_session"})


def watch(
    hearing: Hearing, silent: Mapping[str, float], links: Mapping[str, Any], at: str, *, auto_adjourn: bool = False
) -> list[Event]:
    """The events that follow from what is heard at the time ``at`` (ISO 8601).

    ``silent``: seconds since anything came, per seat that is held, 0 where something does; ``links`` the last figures
    per seat; ``auto_adjourn``: the court wants an adjournment for technical reasons at once.
    """
    lost = [seat for seat in hearing.seats.values() if _is_lost(hearing, seat, silent)]
    back = [seat for seat in hearing.seats.values() if seat.lost and silent.get(seat.code) == 0]
    told = [("lost", _lost(seat, silent[seat.code], links.get(seat.code), at)) for seat in lost]
    told += [("returned", {"seat": seat.code, "since": seat.lost}) for seat in back]
    if lost and auto_adjourn and hearing.state == "in_session":
        told.append(("adjourned", {"automatic": True, "seats": [seat.code for seat in lost]}))
    return [Event(kind, hearing.version + step, at, SYSTEM, data) for step, (kind, data) in enumerate(told, 1)]


def _is_lost(hearing: Hearing, seat: Seat, silent: Mapping[str, float]) -> bool:
    if hearing.state not in _WATCHED or not seat.necessary or seat.standing != "admitted" or seat.lost:
        return False
    joins = states.joining(hearing.state, seat.place, seat.role) is not None
    return joins and silent.get(seat.code, 0.0) >= LOST_AFTER_S


def _lost(seat: Seat, silent_s: float, link: Any, at: str) -> dict[str, Any]:
    since = iso(seconds(at) - silent_s)
    return {"seat": seat.code, "since": since, "measured": {"silent_s": round(silent_s, 1), "link": link or None}}
