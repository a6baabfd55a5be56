"""A hearing and the state table, expanded into the gateway's policy (ARCHITECTURE.md, "Control protocol")."""

from __future__ import annotations

from typing import Any

from hearings import states
from hearings.hearing import Hearing, Seat
from hearings.terms import SENT_AWAY, STAFF, Kinds


def policy(hearing: Hearing) -> dict[str, Any]:
    """What may be forwarded and recorded from now on. What it does not name is denied.

    ``seats`` are all that may connect in the hearing's state, held or not, so that a listener's slots can be ready
    before somebody comes, but not one that was sent away; ``record`` says which kinds of a seat are recorded while it
    sends; ``speaker_first`` are the listeners who get the speaker's picture before all else; ``inside`` are those who
    come back even to a machine that takes nobody new.
    """
    seats = [seat for seat in hearing.seats.values() if _may_connect(hearing, seat)]
    taken = [seat for seat in seats if seat.taken]
    return {
        "hearing": hearing.id,
        "version": hearing.version,
        "capacity": hearing.capacity,
        "sitting": _sitting(hearing),
        "seats": {seat.code: {"title": seat.title, "role": seat.role} for seat in seats},
        "links": {source.code: links for source in taken if (links := _links(hearing, source, taken))},
        "record": {seat.code: _unmuted(seat, "av") for seat in taken if states.recorded(hearing.state, seat.position)},
        "speaker_first": [seat.code for seat in seats if seat.role in ("judge", "panel")],
        "inside": [seat.code for seat in taken if _was_let_in(hearing, seat)],
    }


def _was_let_in(hearing: Hearing, seat: Seat) -> bool:
    """The court's own people and those whom it has admitted, but not who was so by entering, as in a test session."""
    by_entering = states.joining(hearing.state, seat.place, seat.role) == "admitted"
    return seat.standing in ("admitted", "held") and (seat.role in STAFF or not by_entering)


def _may_connect(hearing: Hearing, seat: Seat) -> bool:
    return states.joining(hearing.state, seat.place, seat.role) is not None and seat.standing not in SENT_AWAY


def _links(hearing: Hearing, source: Seat, taken: list[Seat]) -> dict[str, Kinds]:
    links = {
        target.code: states.forwarded(hearing.state, source.position, target.position)
        for target in taken
        if target is not source
    }
    return {code: heard for code, kinds in links.items() if kinds and (heard := _unmuted(source, kinds))}


def _unmuted(seat: Seat, kinds: Kinds) -> Kinds | None:
    """The presiding judge has taken the sound away (Rules ¶28-1): the picture stays."""
    if not seat.muted:
        return kinds
    return "v" if "v" in kinds else None


def _sitting(hearing: Hearing) -> dict[str, str] | None:
    """The open sitting; its ``number`` is the hearing's, which names the AVR."""
    if hearing.open_sitting is None:
        return None
    return {
        "court": hearing.court,
        "sitting": hearing.open_sitting.sitting,
        "number": hearing.number,
        "started_utc": hearing.open_sitting.started_at,
    }
