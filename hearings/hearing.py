"""A hearing as its events tell it. Events with version numbers are the truth; `fold` is the only way to a state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from hearings.acts import STATE_AFTER
from hearings.problems import BrokenLog
from hearings.terms import PRESENT, SENT_AWAY, Role, Standing, State

SYSTEM: Final = "system"
"""The actor of what no seat did: the program itself, or its command line."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. ``version`` counts from 1 without gaps; ``at`` is ISO 8601 in UTC; ``actor`` a seat code
    or `SYSTEM`; ``data`` is plain JSON, whose keys per kind are read in the `_on_…` functions below."""

    kind: str
    version: int
    at: str
    actor: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seat:
    """A role's place in the hearing. ``attendance`` is the device that holds it or held it last, ``claim`` the second
    device that asks for it, ``reason`` why it was refused or removed, ``changed`` the version that last touched who is
    there. ``photo``: one was submitted (Rules ¶9)."""

    code: str
    role: Role
    name: str
    photo: bool = False
    standing: Standing = "absent"
    attendance: str | None = None
    claim: str | None = None
    reason: str | None = None
    wrong_words: int = 0
    changed: int = 0

    @property
    def held(self) -> bool:
        return self.standing in PRESENT

    @property
    def title(self) -> str:
        return f"{self.code} — {self.name}" if self.name else self.code

    def standing_of(self, attendance: str | None) -> Standing:
        """What a device is in this seat; "left" when another one has taken its place."""
        if attendance is not None and attendance == self.claim:
            return "claiming"
        return self.standing if attendance == self.attendance else "left"


@dataclass(frozen=True, slots=True)
class Sitting:
    """One day's sitting, to which an AVR belongs. ``number`` counts from 1."""

    sitting: str
    number: int
    started_at: str


@dataclass(frozen=True, slots=True)
class Hearing:
    """``capacity`` is how many seats may be held at once; ``state_changed`` the version of the last change of state."""

    id: str
    court: str
    court_name: str
    number: str
    title: str
    scheduled_at: str
    capacity: int
    version: int
    state: State = "scheduled"
    state_changed: int = 1
    seats: Mapping[str, Seat] = field(default_factory=lambda: MappingProxyType({}))
    sittings: tuple[Sitting, ...] = ()

    @property
    def sitting(self) -> Sitting | None:
        return self.sittings[-1] if self.sittings else None

    def role(self, seat: str) -> Role | None:
        return self.seats[seat].role if seat in self.seats else None


def fold(events: Iterable[Event], hearing: Hearing | None = None) -> Hearing:
    """The hearing after ``events``, from nothing or from an earlier state. Raises `BrokenLog`."""
    for event in events:
        hearing = _apply(hearing, event)
    if hearing is None:
        raise BrokenLog("no events")
    return hearing


def _apply(hearing: Hearing | None, event: Event) -> Hearing:
    expected = hearing.version + 1 if hearing else 1
    if event.version != expected or (hearing is None) != (event.kind == "created"):
        raise BrokenLog(f"event {event.kind} has version {event.version} where {expected} was due")
    if hearing is None:
        return _created(event)
    if event.kind not in _ON:
        raise BrokenLog(f"unknown kind of event {event.kind}")
    hearing = replace(hearing, version=event.version)
    if event.kind in STATE_AFTER:
        hearing = replace(hearing, state=STATE_AFTER[event.kind], state_changed=event.version)
    return _ON[event.kind](hearing, event)


def _created(event: Event) -> Hearing:
    data = event.data
    return Hearing(
        data["hearing"], data["court"], data["court_name"], data["number"], data["title"], data["scheduled_at"],
        data["capacity"], event.version,
    )  # fmt: skip


def _with(hearing: Hearing, seat: Seat) -> Hearing:
    return replace(hearing, seats=MappingProxyType({**hearing.seats, seat.code: seat}))


def _seat(hearing: Hearing, event: Event) -> Seat:
    try:
        return hearing.seats[event.data["seat"]]
    except KeyError:
        raise BrokenLog(f"event {event.kind} names no seat of the hearing") from None


def _on_seat_added(hearing: Hearing, event: Event) -> Hearing:
    data = event.data
    return _with(
        hearing, Seat(data["seat"], data["role"], data["name"], photo=data["photo"], changed=event.version)
    )  # fmt: skip


def _on_taken(hearing: Hearing, event: Event) -> Hearing:
    """`entered` and `device_agreed`: the attendance holds the seat from now on, with a standing of its own."""
    seat, attendance = _seat(hearing, event), event.data["attendance"]
    return _with(
        hearing,
        replace(
            seat,
            attendance=attendance,
            standing=event.data["standing"],
            claim=None if seat.claim == attendance else seat.claim,
            reason=None,
            changed=event.version,
        ),
    )


def _on_claim(hearing: Hearing, event: Event) -> Hearing:
    """`claimed` sets the claim; `device_refused` and `claim_left` lift it."""
    claim = event.data["attendance"] if event.kind == "claimed" else None
    return _with(hearing, replace(_seat(hearing, event), claim=claim, changed=event.version))


def _on_standing(hearing: Hearing, event: Event) -> Hearing:
    seat = _seat(hearing, event)
    standing, reason = _STANDING_AFTER[event.kind], event.data.get("reason")
    # Who is sent away does not stay in through a second device; who leaves gives the seat over to it.
    claim = seat.claim if standing not in SENT_AWAY else None
    return _with(hearing, replace(seat, standing=standing, claim=claim, reason=reason, changed=event.version))


def _on_wrong_words(hearing: Hearing, event: Event) -> Hearing:
    seat = _seat(hearing, event)
    return _with(hearing, replace(seat, wrong_words=seat.wrong_words + event.data["count"]))


def _on_started(hearing: Hearing, event: Event) -> Hearing:
    sitting = Sitting(event.data["sitting"], len(hearing.sittings) + 1, event.at)
    return replace(hearing, sittings=(*hearing.sittings, sitting))


def _unchanged(hearing: Hearing, event: Event) -> Hearing:
    return hearing


_STANDING_AFTER: Final[Mapping[str, Standing]] = {
    "admitted": "admitted",
    "refused": "refused",
    "removed": "removed",
    "readmitted": "absent",
    "left": "left",
}

_ON: Final[Mapping[str, Callable[[Hearing, Event], Hearing]]] = {
    **dict.fromkeys(STATE_AFTER, _unchanged),
    **dict.fromkeys(_STANDING_AFTER, _on_standing),
    "started": _on_started,
    "seat_added": _on_seat_added,
    "entered": _on_taken,
    "device_agreed": _on_taken,
    "claimed": _on_claim,
    "claim_left": _on_claim,
    "device_refused": _on_claim,
    "wrong_words": _on_wrong_words,
}
