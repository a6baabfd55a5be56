"""What the modules of this package are written with."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, TypeVar

from hearings import states
from hearings.acts import Rule
from hearings.entry_check import Mode
from hearings.model import Event, Fault, Hearing, RecordingRequest, Seat
from hearings.problems import BrokenLog, Refused
from hearings.texts import is_text

T = TypeVar("T", Fault, RecordingRequest)

REASON: Final = 500
"""Characters of a reason, or of any other text that somebody types, at most."""


@dataclass(frozen=True, slots=True)
class Ask:
    """An act as it was asked for: ``by`` whom, at what time, on which ``seat``. ``data`` are the act's own fields, as
    they came. From the program: the id of a ``sitting`` that may start, the actor's ``link`` figures of this moment,
    what the actor ``receives`` as ``{source: {"audio": bool, "video": bool}}``, what the test session ``tested``
    of each seat, per listener what was ``received`` and played of the seat's last speech as
    ``{"seconds": int, "share": per cent or None}``, and what the court wants of a check before entry that fails."""

    rule: Rule
    by: Seat
    at: str
    seat: Seat | None = None
    reason: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    sitting: str | None = None
    link: Mapping[str, Any] | None = None
    receives: Mapping[str, Any] | None = None
    tested: Mapping[str, Any] | None = None
    received: Mapping[str, Any] | None = None
    entry_check: Mode = "hold"

    @property
    def target(self) -> Seat:
        if self.seat is None:
            raise ValueError("this act is done to a seat")
        return self.seat

    def refused(self, code: str, **params: Any) -> Refused:
        return Refused(code, self.rule.paragraph, **params)

    def flag(self, name: str) -> bool:
        value = self.data.get(name)
        if not isinstance(value, bool):
            raise self.refused("bad-request", field=name)
        return value

    def number(self, name: str, most: int) -> int:
        value = self.data.get(name)
        if type(value) is not int or not 1 <= value <= most:
            raise self.refused("bad-request", field=name)
        return value

    def choice(self, name: str, of: Collection[str]) -> str:
        value = self.data.get(name)
        if not isinstance(value, str) or value not in of:
            raise self.refused("bad-request", field=name)
        return value

    def text(self, name: str) -> str:
        """A text that may be empty or not there."""
        value = self.data.get(name, "")
        if not isinstance(value, str) or len(value) > REASON or not is_text(value):
            raise self.refused("bad-request", field=name)
        return value.strip()


def always(hearing: Hearing, by: Seat) -> bool:
    return True


def nothing(hearing: Hearing, ask: Ask) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Step:
    """``data`` says what the event carries beside seat and reason, or raises `Refused`; ``able`` whether the act makes
    sense now for the one who acts, and ``fits`` for the seat that it would be done to; ``require`` raises the `Refused`
    that says what this seat still lacks."""

    data: Callable[[Hearing, Ask], dict[str, Any]] = nothing
    able: Callable[[Hearing, Seat], bool] = always
    fits: Callable[[Hearing, Seat, Seat], bool] = lambda hearing, by, seat: True
    require: Callable[[Hearing, Seat], None] = lambda hearing, seat: None


Fold = Callable[[Hearing, Event], Hearing]


def require_in(hearing: Hearing, seat: Seat) -> None:
    """The seat may be in the hearing in its state, as the state table says."""
    if states.joining(hearing.state, seat.place, seat.role) is None:
        row = states.TABLE[hearing.state]
        raise Refused(row.closed, row.paragraph, scheduled_at=hearing.appointed_at)


def seat_of(hearing: Hearing, event: Event) -> Seat:
    try:
        return hearing.seats[event.data["seat"]]
    except KeyError:
        raise BrokenLog(f"event {event.kind} names no seat of the hearing") from None


def with_seat(hearing: Hearing, seat: Seat) -> Hearing:
    """The hearing with this seat; who does not hold it any more neither has nor asks for the floor."""
    hearing = replace(hearing, seats=MappingProxyType({**hearing.seats, seat.code: seat}))
    if seat.standing == "admitted" or seat.code not in (hearing.floor, *hearing.queue):
        return hearing
    floor = None if hearing.floor == seat.code else hearing.floor
    return replace(hearing, floor=floor, queue=tuple(code for code in hearing.queue if code != seat.code))


def change_seat(hearing: Hearing, event: Event, **changes: Any) -> Hearing:
    return with_seat(hearing, replace(seat_of(hearing, event), **changes))


def numbered(ask: Ask, name: str, of: tuple[T, ...], most: int) -> T:
    """The one of these whose number the act gives; numbers count from 1."""
    number = ask.number(name, most)
    if number > len(of):
        raise ask.refused("not-found")
    return of[number - 1]


def change_numbered(of: tuple[T, ...], event: Event, name: str, **changes: Any) -> tuple[T, ...]:
    index = event.data[name] - 1
    if not 0 <= index < len(of):
        raise BrokenLog(f"event {event.kind} names no {name} of the hearing")
    after = list(of)
    after[index] = replace(of[index], **changes)
    return tuple(after)


def unchanged(hearing: Hearing, event: Event) -> Hearing:
    return hearing
