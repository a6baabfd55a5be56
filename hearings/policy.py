"""A hearing and the state table, expanded into the gateway's policy (ARCHITECTURE.md, "Control protocol")."""

from __future__ import annotations

from typing import Any

from hearings import states
from hearings.hearing import Hearing, Seat
from hearings.terms import SENT_AWAY, Kinds


def policy(hearing: Hearing) -> dict[str, Any]:
    """What may be forwarded and recorded from now on. What it does not name is denied.

    ``seats`` are all that may connect in the hearing's state, held or not, so that a listener's slots can be ready
    before somebody comes, but not one that was refused or removed; ``record`` the seats that are recorded while they
    send; ``speaker_first`` the listeners who get the speaker's picture before all else.
    """
    row = states.TABLE[hearing.state]
    seats = [seat for seat in hearing.seats.values() if seat.role in row.join and seat.standing not in SENT_AWAY]
    held = [seat for seat in seats if seat.held]
    return {
        "hearing": hearing.id,
        "version": hearing.version,
        "capacity": hearing.capacity,
        "sitting": _sitting(hearing),
        "seats": {seat.code: {"title": seat.title, "role": seat.role} for seat in seats},
        "links": {source.code: links for source in held if (links := _links(hearing, source, held))},
        "record": [seat.code for seat in held if states.recorded(hearing.state, (seat.role, seat.standing))],
        "speaker_first": [seat.code for seat in seats if seat.role in ("judge", "panel")],
    }


def _links(hearing: Hearing, source: Seat, held: list[Seat]) -> dict[str, Kinds]:
    links = {
        target.code: states.forwarded(hearing.state, (source.role, source.standing), (target.role, target.standing))
        for target in held
        if target is not source
    }
    return {code: kinds for code, kinds in links.items() if kinds}


def _sitting(hearing: Hearing) -> dict[str, str] | None:
    """The open sitting; its ``number`` is the hearing's, which names the AVR."""
    if hearing.sitting is None or hearing.state == "concluded":
        return None
    return {
        "court": hearing.court,
        "sitting": hearing.sitting.sitting,
        "number": hearing.number,
        "started_utc": hearing.sitting.started_at,
    }
