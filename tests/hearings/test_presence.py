"""Losing a necessary participant (Rules ¶19)."""

from __future__ import annotations

import pytest

from hearings.hearing import fold
from hearings.presence import watch
from hearings.times import iso, seconds
from tests.hearings.build import AT, act, enter, in_session, opened

LINKS = {"party": {"up": {"loss": 40.0}}}


def kinds(hearing, silent, **options):
    return [event.kind for event in watch(hearing, silent, LINKS, AT, **options)]


def test_a_necessary_participant_is_lost_after_four_seconds_with_what_was_measured():
    (event,) = watch(in_session("party"), {"party": 4.2, "judge": 0.0}, LINKS, AT)
    assert (event.kind, event.actor) == ("lost", "system")
    measured = {"silent_s": 4.2, "link": {"up": {"loss": 40.0}}}
    assert event.data == {"seat": "party", "since": iso(seconds(AT) - 4.2), "measured": measured}
    assert kinds(in_session("party"), {"party": 3.9}) == []


def test_a_loss_is_told_once_and_so_is_the_return():
    hearing = in_session("party")
    lost = fold(watch(hearing, {"party": 5.0}, {}, AT), hearing)
    assert kinds(lost, {"party": 9.0}) == []
    assert kinds(lost, {"party": 0.0}) == ["returned"]
    assert kinds(fold(watch(lost, {"party": 0.0}, {}, AT), lost), {"party": 0.0}) == []


def test_the_court_may_have_an_adjournment_made_at_once():
    hearing = in_session("party")
    events = watch(hearing, {"party": 5.0}, {}, AT, auto_adjourn=True)
    assert [event.kind for event in events] == ["lost", "adjourned"]
    assert fold(events, hearing).state == "technical_adjournment"


@pytest.mark.parametrize(
    ("hearing", "seat"),
    [
        (in_session("witness"), "witness"),
        (opened("party"), "party"),
        (enter(in_session(), "party"), "party"),
        (act(in_session("party"), "recess"), "party"),
        (act(in_session("party"), "close_session"), "party"),
    ],
)
def test_no_alarm_where_nobody_is_missed(hearing, seat):
    assert kinds(hearing, {seat: 60.0}) == []
