"""Alerts of the technician's console: raised by what stays bad, taken, and over by themselves."""

from __future__ import annotations

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from signaling.alerts import CALM_S, KEPT_S, MOST, RAISE_S, Alerts, Key

LINK, LATE = Key("link", "h1", "party-1", "up"), Key("late", "h2")
BAD = {LINK: ("court", "1/15", "loss-up")}


def made():
    numbers = count(1)
    return Alerts(lambda: f"alert-{next(numbers)}")


def passed(alerts, bad, start, seconds):
    for now in range(start, start + seconds):
        alerts.look(bad, float(now), float(now))
    return start + seconds


def kinds(alerts):
    return [(one.key.kind, one.open) for one in alerts.all()]


def test_a_link_that_stays_bad_for_ten_seconds_is_told_once():
    alerts = made()
    now = passed(alerts, BAD, 0, 10)
    assert kinds(alerts) == []
    passed(alerts, BAD, now, 20)
    assert kinds(alerts) == [("link", True)]


def test_a_good_second_begins_the_ten_anew():
    alerts = made()
    now = passed(alerts, {}, passed(alerts, BAD, 0, 9), 1)
    passed(alerts, BAD, now, 9)
    assert kinds(alerts) == []


def test_a_late_hearing_is_told_at_once():
    alerts = made()
    alerts.look({LATE: ("court", "2/15", "late")}, 0.0, 0.0)
    assert kinds(alerts) == [("late", True)]


def test_it_ends_when_all_was_good_for_thirty_seconds_and_is_forgotten_later():
    alerts = made()
    now = passed(alerts, BAD, 0, 11)
    now = passed(alerts, {}, now, int(CALM_S))
    now = passed(alerts, BAD, now, 1)
    now = passed(alerts, {}, now, int(CALM_S))
    assert kinds(alerts) == [("link", True)]
    now = passed(alerts, {}, now, 1)
    assert kinds(alerts) == [("link", False)]
    alerts.look({}, now + KEPT_S, 0.0)
    assert kinds(alerts) == []


def test_one_takes_it_another_does_not_and_who_gave_it_back_has_it_no_more():
    alerts = made()
    passed(alerts, BAD, 0, 11)
    (alert,) = alerts.all()
    assert alerts.take(alert, "li", "Technician Li", 0.0)
    assert not alerts.take(alert, "kim", "Technician Kim", 0.0)
    assert alert.view("kim")["taken"] == {"name": "Technician Li", "at": "1970-01-01T00:00:00.000Z", "you": False}
    alerts.release(alert, "kim")
    assert alerts.take(alert, "kim", "Technician Kim", 0.0)
    assert alert.view("kim")["taken"]["you"]


def test_what_is_over_cannot_be_taken():
    alerts = made()
    passed(alerts, {}, passed(alerts, BAD, 0, 11), int(CALM_S) + 1)
    (alert,) = alerts.all()
    assert not alerts.take(alert, "li", "Technician Li", 0.0)


def test_there_are_never_more_than_agreed():
    alerts = made()
    alerts.look({Key("late", f"h{n}"): ("court", "1", "late") for n in range(MOST + 5)}, 0.0, 0.0)
    assert len(list(alerts.all())) == MOST


@given(st.lists(st.booleans(), max_size=150))
def test_an_alert_is_open_only_after_ten_bad_seconds_and_before_thirty_good_ones(course):
    alerts, bad_for, good_for, is_open = made(), 0, 0, False
    for now, bad in enumerate(course):
        bad_for, good_for = (bad_for + 1, 0) if bad else (0, good_for + 1)
        is_open = (is_open and good_for <= CALM_S) or bad_for > RAISE_S["link"]
        alerts.look(BAD if bad else {}, float(now), float(now))
        assert any(alert.open for alert in alerts.all()) == is_open
