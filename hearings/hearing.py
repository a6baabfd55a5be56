"""A hearing as its events tell it. Events with version numbers are the truth; `fold` is the only way to a state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from hearings.acts import STATE_AFTER
from hearings.model import SYSTEM, Event, Hearing, Seat, Sitting
from hearings.problems import BrokenLog
from hearings.procedure import checks, course, faults, floor, messages, people, recordings
from hearings.procedure.step import Fold, with_seat
from hearings.terms import PLACE_OF

__all__ = ["FOLDS", "SYSTEM", "Event", "Hearing", "Seat", "Sitting", "fold"]


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
    if event.kind not in FOLDS:
        raise BrokenLog(f"unknown kind of event {event.kind}")
    hearing = replace(hearing, version=event.version)
    if event.kind in STATE_AFTER:
        hearing = replace(hearing, state=STATE_AFTER[event.kind], state_changed=event.version)
    return FOLDS[event.kind](hearing, event)


def _created(event: Event) -> Hearing:
    data = event.data
    return Hearing(
        data["hearing"], data["court"], data["court_name"], data["number"], data["title"], data["scheduled_at"],
        data["capacity"], event.version,
    )  # fmt: skip


def _on_seat_added(hearing: Hearing, event: Event) -> Hearing:
    """Logs from before seats had a place give each its role's."""
    data = event.data
    seat = Seat(
        data["seat"], data["role"], data["name"], photo=data["photo"], changed=event.version,
        place=data.get("place", PLACE_OF[data["role"]]), necessary=data.get("necessary", False),
        under_sixteen=data.get("under_sixteen", False),
    )  # fmt: skip
    return with_seat(hearing, seat)


FOLDS: Final[Mapping[str, Fold]] = {
    "seat_added": _on_seat_added,
    **course.FOLDS,
    **people.FOLDS,
    **floor.FOLDS,
    **checks.FOLDS,
    **faults.FOLDS,
    **messages.FOLDS,
    **recordings.FOLDS,
}
