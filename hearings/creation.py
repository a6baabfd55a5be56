"""Making a hearing and its seats."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, cast

from hearings.hearing import SYSTEM, Event, Hearing
from hearings.problems import Refused
from hearings.terms import NECESSARY, PLACE_OF, PLACES, ROLES, Role
from hearings.texts import is_text

CAPACITY: Final = 32
SEATS: Final = 100
_SEAT_CODE: Final = re.compile(r"[a-z][a-z0-9-]{0,31}")
_TEXT: Final = 300


@dataclass(frozen=True, slots=True)
class NewSeat:
    """``place`` and ``necessary`` are the role's (`terms.PLACE_OF`, `terms.NECESSARY`) where they are None."""

    code: str
    role: str
    name: str
    photo: bool = False
    place: str | None = None
    necessary: bool | None = None
    under_sixteen: bool = False
    """Involved in the case or a witness, who alone may be present (Rules ¶29)."""


def normal_number(number: str) -> str:
    """A hearing number as it is kept and compared: NFKC, upper case, without spaces. People type it by hand."""
    return _normal(number, str.upper)


def normal_seat(code: str) -> str:
    """A seat code as it is kept and compared: NFKC, lower case, without spaces."""
    return _normal(code, str.lower)


def _normal(text: str, case: Callable[[str], str]) -> str:
    folded = "".join(case(unicodedata.normalize("NFKC", text)).split())
    return unicodedata.normalize("NFKC", folded)  # what stood apart may compose now


def create(
    hearing: str, court: str, court_name: str, number: str, title: str, scheduled_at: str, seats: Sequence[NewSeat],
    at: str, capacity: int = CAPACITY,
) -> list[Event]:  # fmt: skip
    """The first events of a hearing; `Refused` with `bad-request` and the field that is wrong."""
    number = normal_number(number)
    _require(0 < len(number) <= 64 and number.isprintable(), "number")
    _require(len(title) <= _TEXT and is_text(title), "title")
    _require(1 <= capacity <= SEATS, "capacity")
    codes = [seat.code for seat in seats]
    _require(len(set(codes)) == len(codes) <= SEATS, "seats")
    data = {
        "hearing": hearing, "court": court, "court_name": court_name, "number": number, "title": title,
        "scheduled_at": scheduled_at, "capacity": capacity,
    }  # fmt: skip
    created = Event("created", 1, at, SYSTEM, data)
    return [created, *(_seat_added(seat, 2 + place, at, SYSTEM) for place, seat in enumerate(seats))]


def add_seat(hearing: Hearing, seat: NewSeat, at: str, actor: str = SYSTEM) -> list[Event]:
    if hearing.state == "concluded":
        raise Refused("ended")
    _require(seat.code not in hearing.seats, "seat")
    _require(len(hearing.seats) < SEATS, "seats")
    return [_seat_added(seat, hearing.version + 1, at, actor)]


def _seat_added(seat: NewSeat, version: int, at: str, actor: str) -> Event:
    _require(_SEAT_CODE.fullmatch(seat.code) is not None, "seat")
    _require(seat.role in ROLES, "role")
    _require(len(seat.name) <= _TEXT and is_text(seat.name), "name")
    role = cast(Role, seat.role)
    place = PLACE_OF[role] if seat.place is None else seat.place
    _require(place in PLACES, "place")
    data = {
        "seat": seat.code, "role": role, "name": seat.name, "photo": seat.photo, "place": place,
        "necessary": role in NECESSARY if seat.necessary is None else seat.necessary,
        "under_sixteen": seat.under_sixteen,
    }  # fmt: skip
    return Event("seat_added", version, at, actor, data)


def _require(condition: bool, field: str) -> None:
    if not condition:
        raise Refused("bad-request", field=field)
