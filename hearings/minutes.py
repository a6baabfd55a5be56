"""What the minutes are drawn up from: the hearing's events, put in the order in which minutes tell them. Pure.

Nothing here is in words: who renders it says it in the court's language. Every time is ISO 8601 in UTC, every person a
seat code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from hearings.hearing import SYSTEM, Event, Hearing
from hearings.model import Fault, Mark, RecordingRequest, SiteReport, Sitting
from hearings.outages import Outage, outages_in
from hearings.spans import Span, steps, stretches
from hearings.terms import STAFF, Place, Role

PauseKind = Literal["technical_adjournment", "recess", "closed_session"]
PAUSES: Final[tuple[PauseKind, ...]] = ("technical_adjournment", "recess", "closed_session")

TOLD: Final = frozenset({
    "opened", "started", "adjourned", "recessed", "resumed", "session_closed", "session_reopened", "concluded",
    "postponed", "rescheduled", "admitted", "refused", "removed", "readmitted", "left", "device_agreed",
    "witness_called", "repeat_asked",
    "witness_dismissed", "muted", "unmuted", "floor_given", "check_begun", "check_confirmed", "site_reported",
    "problem_reported", "problem_estimated", "problem_resolved", "lost", "returned", "recording_requested",
    "opinion_given", "recording_permitted", "recording_refused",
})  # fmt: skip
"""The kinds of events that minutes tell."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what happened, to whom or by whom (``seat``, empty where it is about the hearing), by whose order
    (``by``, a seat or `SYSTEM`), with the event's own data."""

    at: str
    kind: str
    by: str
    seat: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """Who took part, from where, identified by whom and when (Rules ¶9, ¶26), and ``present`` when they were in.
    ``photo``: one was submitted. ``checked``: heard, saw, asked and answered (Rules ¶36). ``called`` is of a
    witness."""

    seat: str
    name: str
    role: Role
    place: Place
    under_sixteen: bool
    identified: Mark | None
    report: SiteReport | None
    declared: str | None
    photo: bool
    checked: bool
    called: str | None
    present: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Ruling:
    """A ruling on a closed session, or on opening again (Rules ¶6)."""

    at: str
    kind: str
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Pause:
    """``automatic``: the system adjourned by itself, as the court's policy has it (Rules ¶19)."""

    kind: PauseKind
    span: Span
    by: str
    reason: str
    automatic: bool


@dataclass(frozen=True, slots=True)
class Minutes:
    """``conferencing`` is when the video conference was used (Rules ¶32): the session open, somebody in it from
    elsewhere than the courtroom."""

    hearing: str
    number: str
    title: str
    court: str
    scheduled_at: str
    sittings: tuple[Sitting, ...]
    conferencing: tuple[Span, ...]
    people: tuple[Person, ...]
    entries: tuple[Entry, ...]
    rulings: tuple[Ruling, ...]
    pauses: tuple[Pause, ...]
    outages: tuple[Outage, ...]
    recordings: tuple[RecordingRequest, ...]
    problems: tuple[Fault, ...]


def minutes(events: Sequence[Event]) -> Minutes:
    """From a hearing's whole log. Raises `BrokenLog`."""
    log = list(steps(events))
    hearing = log[-1][1]
    return Minutes(
        hearing=hearing.id,
        number=hearing.number,
        title=hearing.title,
        court=hearing.court_name,
        scheduled_at=hearing.scheduled_at,
        sittings=hearing.sittings,
        conferencing=tuple(span for _, _, span in stretches(log, _conferencing)),
        people=_people(log),
        entries=tuple(_entry(event) for event in events if event.kind in TOLD),
        rulings=tuple(_ruling(event) for event in events if event.kind in ("session_closed", "session_reopened")),
        pauses=_pauses(log),
        outages=tuple(outages_in(log)),
        recordings=hearing.requests,
        problems=hearing.faults,
    )


def _conferencing(hearing: Hearing) -> bool | None:
    remote = any(seat.standing == "admitted" and seat.place != "courtroom" for seat in hearing.seats.values())
    return True if remote and hearing.state == "in_session" else None


def _pausing(hearing: Hearing) -> PauseKind | None:
    return next((kind for kind in PAUSES if kind == hearing.state), None)


def _entry(event: Event) -> Entry:
    return Entry(event.at, event.kind, event.actor, str(event.data.get("seat", "")), event.data)


def _ruling(event: Event) -> Ruling:
    return Ruling(event.at, event.kind, event.actor, str(event.data["reason"]))


def _pauses(log: Sequence[tuple[Event, Hearing]]) -> tuple[Pause, ...]:
    found: list[tuple[PauseKind, Event, Span]] = stretches(log, _pausing)
    return tuple(
        Pause(kind, span, event.actor, str(event.data.get("reason", "")), event.actor == SYSTEM)
        for kind, event, span in found
    )


def _people(log: Sequence[tuple[Event, Hearing]]) -> tuple[Person, ...]:
    """Those who were admitted, and whoever of the court came."""
    codes = log[-1][1].seats
    return tuple(person for code in codes if (person := _person(log, code)))


def _person(log: Sequence[tuple[Event, Hearing]], code: str) -> Person | None:
    present = tuple(span for _, _, span in stretches(log, lambda hearing: _is_in(hearing, code)))
    if not present:
        return None
    seats = [(hearing, hearing.seats[code]) for _, hearing in log if code in hearing.seats]
    last = seats[-1][1]
    checks = [hearing.check.confirmed.get(code) for hearing, _ in seats if hearing.check]
    return Person(
        seat=code,
        name=last.name,
        role=last.role,
        place=last.place,
        under_sixteen=last.under_sixteen,
        identified=_latest([seat.identified for _, seat in seats]),
        report=_latest([seat.report for _, seat in seats]),
        declared=_latest([seat.declared for _, seat in seats]),
        photo=last.photo,
        checked=any(answer.good for answer in checks if answer),
        called=_latest([seat.called for _, seat in seats]),
        present=present,
    )


def _is_in(hearing: Hearing, code: str) -> bool | None:
    """In the hearing itself: neither in its test session nor, for the court, at its doors before they are open."""
    seat = hearing.seats.get(code)
    if seat is None or hearing.state in ("scheduled", "test_session", "postponed", "concluded"):
        return None
    return True if seat.standing == "admitted" or (seat.standing == "held" and seat.role not in STAFF) else None


def _latest(values: Sequence[Any]) -> Any:
    return next((value for value in reversed(values) if value is not None), None)
