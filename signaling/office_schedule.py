"""An application becomes a seat in a hearing: a new one, or one that is scheduled already (Rules ¶10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from hearings import creation
from hearings.creation import normal_number
from hearings.hearing import Hearing, fold
from hearings.office.application import Application
from hearings.office.terms import Means
from hearings.problems import Refused
from hearings.store import NewSeatRow, Store
from hearings.store.base import new_id
from hearings.store.events import Also
from hearings.store.office_also import new_hearing, new_seats
from hearings.terms import Place
from signaling.office_changes import problem
from signaling.problems import Problem
from signaling.security import optional_text, text

_PLACES: Final[Mapping[Means, Place]] = {
    "other_court": "receiving_court",
    "institution": "institution",
    "personal_device": "personal_device",
}


@dataclass(frozen=True, slots=True)
class Scheduling:
    """What the act `schedule` needs to know of the hearing, and what is written with it. ``place``: the hearing, its
    number and the seat; ``data`` is the act's, with the hearing's own time where the hearing is there already."""

    place: dict[str, str]
    data: dict[str, Any]
    also: Also


async def scheduling(store: Store, application: Application, data: Mapping[str, Any], at: str) -> Scheduling:
    """``data``: ``hearing`` that is scheduled already, or ``scheduled_at`` (ISO 8601 in UTC) and, where they are
    not the case's own, ``number`` and ``title``. Raises Problem."""
    existing = optional_text(data, "hearing", 36)
    try:
        if existing:
            return await _joining(store, application, existing, dict(data), at)
        return await _opening(store, application, dict(data), at)
    except Refused as refused:
        raise problem(refused) from refused


async def _joining(store: Store, application: Application, existing: str, data: dict[str, Any], at: str) -> Scheduling:
    hearing = await store.load(existing)
    if hearing is None or hearing.court != application.court:
        raise Problem("not-found")
    if hearing.state != "scheduled":
        raise Refused("wrong-state", "10", state=hearing.state)
    seat, after, events = _seat(application, hearing), hearing, []
    rows = [seat, *await _site_seats(store, application, hearing)]
    for row in rows:
        events += creation.add_seat(after, row.domain, at)
        after = fold(events[-1:], after)
    place = {"hearing": hearing.id, "number": hearing.number, "seat": seat.code}
    return Scheduling(place, data | {"scheduled_at": hearing.scheduled_at}, new_seats(hearing, events, rows))


async def _opening(store: Store, application: Application, data: dict[str, Any], at: str) -> Scheduling:
    number = normal_number(optional_text(data, "number", 64) or application.case)
    title = optional_text(data, "title", 300) or application.case
    if await store.hearing_by_number(number):
        raise Refused("bad-request", "10", field="number")
    seat, names, hearing_id = _seat(application, None), await store.courts(), new_id()
    rows = [*_court_seats(application), seat, *await _site_seats(store, application, None)]
    events = creation.create(
        hearing_id, application.court, names[application.court], number, title, text(data, "scheduled_at"),
        [row.domain for row in rows], at,
    )  # fmt: skip
    place = {"hearing": hearing_id, "number": number, "seat": seat.code}
    return Scheduling(place, data, new_hearing(fold(events), events, rows))


def _court_seats(application: Application) -> list[NewSeatRow]:
    presiding = application.resolution.presiding if application.resolution else ""
    seats = [NewSeatRow("judge", "judge", presiding), NewSeatRow("clerk", "clerk", "")]
    return [*seats, NewSeatRow("technician", "technician", "")]


def _seat(application: Application, hearing: Hearing | None) -> NewSeatRow:
    """With the applicant's photo and code word (Rules ¶9)."""
    applicant = application.applicant
    taken = hearing.seats if hearing else {}
    code = next(code for n in range(1, 1000) if (code := f"{applicant.role}-{n}") not in taken)
    photo, place = application.documents.get("photo"), _PLACES[application.means]
    return NewSeatRow(code, applicant.role, applicant.name, application.word_hash, photo, place=place)


async def _site_seats(store: Store, application: Application, hearing: Hearing | None) -> list[NewSeatRow]:
    """The clerk of the receiving court, or the institution's official, who reports who is there (Rules ¶26)."""
    if application.means == "personal_device":
        return []
    codes = [code for code, seat in hearing.seats.items() if seat.role == "site_clerk"] if hearing else []
    entries = [await store.seat(hearing.id, code) for code in codes] if hearing else []
    if any(entry and entry.site == application.receiver for entry in entries):
        return []
    code, place = f"site-clerk-{len(codes) + 1}", _PLACES[application.means]
    return [NewSeatRow(code, "site_clerk", application.provider, site=application.receiver, place=place)]
