from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearings.notices.notice import Announced, Contact
from hearings.notices.reminders import Policy, due
from hearings.times import seconds
from tests.hearings.notices.conftest import DAY, EMAIL, HOUR, START

BEGINS = seconds(START)
CONTACTS = {"party-1": Contact("kk", EMAIL)}


def announced(state: str = "scheduled", sequence: int = 0, changed: float = BEGINS - 10 * DAY) -> Announced:
    return Announced("h", "c", "The court", "1", START, state, sequence, changed, 1)


def names(hearing: Announced, remaining: float, *reminders: int) -> list[str]:
    policy = Policy(reminders or (DAY, HOUR))
    return [notice.key.split("/")[2] for notice in due(hearing, CONTACTS, BEGINS - remaining, policy)]


@pytest.mark.parametrize(
    ("remaining", "expected"),
    [
        (DAY + 1, ["scheduled"]),
        (DAY, ["scheduled", "reminder-86400"]),
        (HOUR + 1, ["scheduled", "reminder-86400"]),
        (HOUR, ["scheduled", "reminder-3600"]),
        (1, ["scheduled", "reminder-3600"]),
        (0, []),
        (-HOUR, []),
    ],
)
def test_a_reminder_is_due_from_its_time_until_the_next_one_or_the_hearing(remaining, expected):
    assert names(announced(), remaining) == expected


def test_who_learns_of_the_hearing_within_the_last_day_is_not_reminded_of_the_day():
    assert names(announced(changed=BEGINS - 2 * HOUR), HOUR + 1) == ["scheduled"]
    assert names(announced(changed=BEGINS - 2 * HOUR), HOUR) == ["scheduled", "reminder-3600"]


def test_a_courts_policy_says_when():
    assert names(announced(), 3 * DAY, 4 * DAY) == ["scheduled", f"reminder-{4 * DAY}"]
    assert [notice.kind for notice in due(announced(), CONTACTS, BEGINS - 1, Policy(()))] == ["scheduled"]


@pytest.mark.parametrize("state", ["in_session", "recess", "technical_adjournment", "closed_session", "concluded"])
def test_nobody_is_reminded_of_what_has_begun(state):
    assert names(announced(state), HOUR) == []


@pytest.mark.parametrize("state", ["postponed", "cancelled"])
def test_what_does_not_take_place_is_called_off_and_not_reminded_of(state):
    assert names(announced(state, 1), HOUR) == [state]


def test_a_hearing_called_off_late_is_still_called_off():
    assert names(announced("postponed", 1, changed=BEGINS - 5), -HOUR) == ["postponed"]


def test_a_seat_without_an_address_gets_nothing():
    assert due(announced(), {"judge": Contact("ru")}, BEGINS - 1, Policy()) == []


@given(
    st.lists(st.integers(-2 * HOUR, 3 * DAY), max_size=30),
    st.lists(st.integers(60, 3 * DAY), unique=True, max_size=4),
    st.integers(0, 3 * DAY),
)
def test_however_often_it_is_asked_a_reminder_comes_once_and_never_before_its_time(asked, reminders, known):
    hearing, sent = announced(changed=BEGINS - known), {}
    for remaining in sorted(asked, reverse=True):
        for notice in due(hearing, CONTACTS, BEGINS - remaining, Policy(tuple(reminders))):
            if notice.kind == "reminder":
                sent.setdefault(notice.key, remaining)
    assert len(sent) <= len(reminders)
    for key, remaining in sent.items():
        assert 0 < remaining <= int(key.split("/")[2].removeprefix("reminder-")) < known
