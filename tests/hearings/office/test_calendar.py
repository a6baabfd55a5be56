from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearings.hearing import Event
from hearings.office.calendar import KINDS, Calendar, fold, set_day
from hearings.problems import BrokenLog, Refused
from tests.hearings.build import AT

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 1))


def edited(*edits: tuple[date, str]) -> Calendar:
    calendar = Calendar()
    for day, kind in edits:
        data = {"day": day.isoformat(), "kind": kind, "name": "A day", "reason": "decree"}
        calendar = fold(set_day(calendar, data, "clerk", AT, seen=calendar.version), calendar)
    return calendar


CALENDARS = st.lists(st.tuples(DAYS, st.sampled_from(KINDS)), max_size=12).map(lambda edits: edited(*edits))


@pytest.mark.parametrize(
    ("day", "days", "due"),
    [
        ("2026-11-20", 3, "2026-11-25"),  # over a weekend
        ("2026-03-19", 3, "2026-03-27"),  # Women's Day is past, Nauryz and the days that it moved to are not
        ("2026-12-15", 1, "2026-12-17"),
        ("2026-12-30", 3, "2027-01-06"),
        ("2026-11-21", 1, "2026-11-23"),  # begun on a Saturday
    ],
)
def test_a_term_ends_where_a_person_would_count_it(day: str, days: int, due: str):
    assert Calendar().due(date.fromisoformat(day), days) == date.fromisoformat(due)


@given(CALENDARS, DAYS, st.integers(1, 10))
def test_a_term_holds_exactly_its_working_days_and_ends_on_one(calendar: Calendar, day: date, days: int):
    due = calendar.due(day, days)
    passed = [day + timedelta(n) for n in range(1, (due - day).days + 1)]
    assert sum(calendar.is_working(one) for one in passed) == days
    assert calendar.is_working(due)


@given(CALENDARS, DAYS, st.integers(1, 10))
def test_a_longer_term_ends_later(calendar: Calendar, day: date, days: int):
    assert calendar.due(day, days) < calendar.due(day, days + 1)


def test_a_moved_working_day_counts_and_a_new_holiday_does_not():
    saturday, monday = date(2026, 11, 21), date(2026, 11, 23)
    calendar = edited((saturday, "working"), (monday, "off"))
    assert calendar.due(date(2026, 11, 20), 1) == saturday
    assert calendar.due(saturday, 1) == date(2026, 11, 24)


def test_a_day_can_be_as_usual_again():
    monday = date(2026, 11, 23)
    assert edited((monday, "off"), (monday, "usual")).edits == {}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"day": "tomorrow", "kind": "off", "reason": "r"}, "day"),
        ({"day": "1066-10-14", "kind": "off", "reason": "r"}, "day"),
        ({"day": "2026-11-23", "kind": "free", "reason": "r"}, "kind"),
        ({"day": "2026-11-23", "kind": "off"}, "reason"),
    ],
)
def test_a_wrong_edit_is_refused_by_its_field(data: dict[str, str], field: str):
    with pytest.raises(Refused) as refused:
        set_day(Calendar(), data, "clerk", AT, seen=0)
    assert refused.value.params["field"] == field


def test_a_calendar_without_working_days_is_refused():
    start = date(2026, 1, 1)
    calendar = Calendar(days_off=frozenset(start + timedelta(n) for n in range(800)))
    with pytest.raises(Refused):
        calendar.due(start, 1)


def test_a_log_with_a_gap_is_broken():
    with pytest.raises(BrokenLog):
        fold([Event("day_set", 2, AT, "clerk", {"day": "2026-11-23", "kind": "off", "name": ""})])
