"""Devices coming to a seat and going from it. An *attendance* is one device's stay (Rules ¶11: one seat, one device).

Whether a device is there right now is not in the log: the caller knows its connections and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hearings import states
from hearings.hearing import SYSTEM, Event, Hearing, Seat
from hearings.problems import Refused
from hearings.procedure.people import declared
from hearings.terms import DECLARING, STAFF, Standing


def enter(
    hearing: Hearing, seat: str, attendance: str, at: str, *, occupied: bool, subject: str | None = None,
    name: str = "",
) -> list[Event]:  # fmt: skip
    """A device has shown the seat's code word, or staff have taken the seat.

    ``occupied``: the device that holds the seat is there, so that this one may only claim it. ``subject`` is the staff
    member's id, and ``name`` becomes the seat's where the order gave it none. The same
    attendance again changes nothing. Raises `Refused`.
    """
    place = _seat(hearing, seat)
    standing = _standing(hearing, place)
    if place.taken and place.attendance == attendance:
        return []
    if place.taken and occupied:
        return _claim(hearing, place, attendance, at)
    _room(hearing, place)
    data = {"seat": seat, "attendance": attendance, "standing": standing, "subject": subject, **_replaced(place)}
    if name and (not place.name or place.named_at_entry):
        data["name"] = name
    return [_event(hearing, "entered", at, seat, data)]


def declare(hearing: Hearing, seat: str, given: Mapping[str, Any], at: str) -> list[Event]:
    """The declarations that came with the entry (Rules ¶11, ¶29, ¶33); none where the role makes none. Raises `Refused`
    where one of the three is missing."""
    if _seat(hearing, seat).role not in DECLARING:
        return []
    return [_event(hearing, "declared", at, seat, {"seat": seat, **declared(given)})]


def leave(hearing: Hearing, seat: str, attendance: str, at: str) -> list[Event]:
    """A device leaves for good. A device that claims the seat takes it, or withdraws its own claim."""
    place = _seat(hearing, seat)
    if attendance == place.claim:
        return [_event(hearing, "claim_left", at, seat, {"seat": seat, "attendance": attendance})]
    if attendance != place.attendance or not place.taken:
        return []
    left = _event(hearing, "left", at, seat, {"seat": seat, "attendance": attendance})
    return [left, *_take_claim(hearing, place, at, 2)]


def gone(hearing: Hearing, seat: str, at: str) -> list[Event]:
    """The device that holds the seat has not been heard of for too long. A device that claims the seat takes it;
    without one nothing changes, so that the same device comes back as it was."""
    return _take_claim(hearing, _seat(hearing, seat), at, 1)


def wrong_words(hearing: Hearing, seat: str, count: int, at: str) -> list[Event]:
    """``count`` more wrong code words were tried at a seat, for the clerk to know."""
    _seat(hearing, seat)
    return [_event(hearing, "wrong_words", at, SYSTEM, {"seat": seat, "count": count})]


def _seat(hearing: Hearing, seat: str) -> Seat:
    if seat not in hearing.seats:
        raise Refused("not-found", seat=seat)
    return hearing.seats[seat]


def _standing(hearing: Hearing, seat: Seat) -> Standing:
    row, standing = states.TABLE[hearing.state], states.joining(hearing.state, seat.place, seat.role)
    if standing is None:
        raise Refused(row.closed, row.paragraph, scheduled_at=hearing.appointed_at, reason=hearing.reason)
    if seat.standing in ("removed", "dismissed"):
        raise Refused(seat.standing, "28-1", reason=seat.reason)
    return standing


def _room(hearing: Hearing, seat: Seat) -> None:
    """A place is kept for every staff seat, so that a full room never keeps the court itself out."""
    if seat.taken or seat.role in STAFF:
        return
    seats = hearing.seats.values()
    kept = sum(other.role in STAFF for other in seats)
    if sum(other.taken and other.role not in STAFF for other in seats) >= hearing.capacity - kept:
        raise Refused("hearing-full", capacity=hearing.capacity)


def _claim(hearing: Hearing, seat: Seat, attendance: str, at: str) -> list[Event]:
    if seat.claim == attendance:
        return []
    data = {"seat": seat.code, "attendance": attendance, "replaced": seat.claim}
    return [_event(hearing, "claimed", at, seat.code, data)]


def _take_claim(hearing: Hearing, seat: Seat, at: str, step: int) -> list[Event]:
    standing = states.joining(hearing.state, seat.place, seat.role)
    if seat.claim is None or standing is None:
        return []
    data = {"seat": seat.code, "attendance": seat.claim, "standing": standing, "subject": None, **_replaced(seat)}
    return [_event(hearing, "entered", at, seat.code, data, step)]


def _replaced(seat: Seat) -> dict[str, Any]:
    return {"replaced": seat.attendance if seat.taken else None}


def _event(hearing: Hearing, kind: str, at: str, actor: str, data: dict[str, Any], step: int = 1) -> Event:
    return Event(kind, hearing.version + step, at, actor, data)
