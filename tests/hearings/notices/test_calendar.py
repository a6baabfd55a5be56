from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from icalendar import Calendar

from hearings.notices.calendar import invitation, published
from hearings.notices.notice import KINDS, Announced
from hearings.notices.reminders import facts
from tests.hearings.notices.conftest import EMAIL, NUMBER, START

HEARING = Announced("0193aaaa", "c", "Суд", NUMBER, START, "scheduled", 0, 1.7e9, 1, "Зал 3")


def event(kind, hearing=HEARING):
    method, file = invitation(kind, facts(hearing), "Hearing", "no-reply@court.example", EMAIL, "https://c.example")
    calendar = Calendar.from_ical(file)
    assert calendar["method"] == method
    (found,) = calendar.walk("VEVENT")
    return calendar, found


def test_an_invitation_is_in_the_courts_time_zone_with_its_definition():
    calendar, found = event("scheduled")
    assert str(found["dtstart"].to_ical()) == str(b"20261201T150000")
    assert found["dtstart"].params["TZID"] == "Asia/Almaty"
    (zone,) = calendar.walk("VTIMEZONE")
    assert zone["tzid"] == "Asia/Almaty"
    assert found.decoded("dtstart").utcoffset() == timedelta(hours=5)


@pytest.mark.parametrize(
    ("kind", "method", "status"),
    [
        ("scheduled", "REQUEST", "CONFIRMED"), ("rescheduled", "REQUEST", "CONFIRMED"),
        ("postponed", "CANCEL", "CANCELLED"), ("cancelled", "CANCEL", "CANCELLED"),
    ],
)  # fmt: skip
def test_a_hearing_keeps_its_uid_and_its_sequence_grows(kind, method, status):
    calendar, found = event(kind, replace(HEARING, sequence=3))
    assert (calendar["method"], found["status"]) == (method, status)
    assert (found["uid"], found["sequence"]) == ("0193aaaa", 3)
    assert (found["organizer"], found["attendee"]) == ("mailto:no-reply@court.example", f"mailto:{EMAIL}")


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"scheduled", "rescheduled", "postponed", "cancelled"}))
def test_other_notices_change_no_calendar(kind):
    assert invitation(kind, facts(HEARING), "", "a@b", EMAIL, "") is None


def test_the_feed_is_a_calendar_of_all_hearings():
    calendar = Calendar.from_ical(published([HEARING, replace(HEARING, hearing="other", state="postponed")]))
    assert [str(one["status"]) for one in calendar.walk("VEVENT")] == ["CONFIRMED", "CANCELLED"]
    assert [str(one["location"]) for one in calendar.walk("VEVENT")] == ["Суд, Зал 3"] * 2
