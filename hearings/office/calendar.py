"""Working days. A court's calendar is the week, what its country's law says of each year, and what the court edited.

Deadlines of the Rules count working days from the day after the one on which they began (Rules ¶12, ¶21).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final, Literal

from hearings.hearing import Event
from hearings.office.kazakhstan import DAYS_OFF
from hearings.office.streams import (
    REASON,
    Projection,
    a_text,
    in_order,
    one_of,
    optional_text,
    require,
    unchanged,
    unknown,
)
from hearings.problems import Refused

Kind = Literal["off", "working", "usual"]
KINDS: Final[tuple[Kind, ...]] = ("off", "working", "usual")
LONGEST: Final = 366
"""Days in which a working day must come: a calendar without one is a mistake."""
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Edit:
    """One day as a court set it: ``off`` (a holiday), ``working`` (a moved working day), and why."""

    kind: Kind
    name: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """``edits`` are by day; they win over ``days_off``, which win over the week."""

    version: int = 0
    edits: Mapping[date, Edit] = field(default_factory=lambda: MappingProxyType({}))
    days_off: frozenset[date] = field(default_factory=lambda: frozenset(DAYS_OFF))

    def is_working(self, day: date) -> bool:
        if day in self.edits:
            return self.edits[day].kind == "working"
        return day.weekday() < _SATURDAY and day not in self.days_off

    def due(self, day: date, working_days: int) -> date:
        """The last day of a term of ``working_days`` that began on ``day``. Raises `Refused` (``bad-request``) where
        no working day comes within a year."""
        if working_days < 1:
            raise ValueError("a term has at least one working day")
        for _ in range(working_days):
            day = self._next(day)
        return day

    def _next(self, day: date) -> date:
        for distance in range(1, LONGEST + 1):
            if self.is_working(day + timedelta(distance)):
                return day + timedelta(distance)
        raise Refused("bad-request", field="calendar")


def fold(events: Iterable[Event], calendar: Calendar | None = None) -> Calendar:
    """The calendar after ``events``; without any, the one that the law gives. Raises `BrokenLog`."""
    calendar = calendar or Calendar()
    for event in in_order(events, calendar.version):
        if event.kind != "day_set":
            raise unknown(event)
        day, kind = date.fromisoformat(event.data["day"]), event.data["kind"]
        edits = {other: edit for other, edit in calendar.edits.items() if other != day}
        if kind != "usual":
            edits[day] = Edit(kind, event.data["name"])
        calendar = replace(calendar, version=event.version, edits=MappingProxyType(edits))
    return calendar


def set_day(calendar: Calendar, data: Mapping[str, Any], actor: str, at: str, *, seen: int) -> list[Event]:
    """A court makes ``data["day"]`` (ISO 8601) ``off``, ``working`` or ``usual`` again; ``name`` of the holiday,
    ``reason`` why. Raises `Refused`."""
    unchanged(seen, calendar.version)
    day = a_date(data, "day")
    kind = one_of(data, "kind", KINDS)
    edit = {"day": day.isoformat(), "kind": kind, "name": optional_text(data, "name")}
    edit["reason"] = a_text(data, "reason", REASON)
    return [Event("day_set", calendar.version + 1, at, actor, edit)]


def a_date(data: Mapping[str, Any], name: str) -> date:
    text = a_text(data, name, 10)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused("bad-request", field=name) from None
    require(2000 <= day.year <= 2100, name)
    return day


def projection(calendar: Calendar) -> Projection:
    return Projection("kept")
