from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest
from hypothesis import given

from hearings.acts import STATE_AFTER
from hearings.hearing import FOLDS, Event, Hearing, fold
from hearings.problems import BrokenLog
from hearings.times import iso, seconds
from tests.hearings.build import AT, act, history, in_session, logs, new_log, opened


def test_the_random_histories_of_these_tests_reach_every_kind_of_event():
    assert {event.kind for seed in range(200) for event in history(seed)} == {"created", *FOLDS}


@given(logs)
def test_a_log_folds_to_the_same_hearing_twice_and_through_json(log):
    again = [Event(**json.loads(json.dumps(asdict(event)))) for event in log]
    assert fold(log) == fold(log) == fold(again)


@given(logs)
def test_a_log_folds_in_parts_as_it_does_at_once(log):
    assert fold(log[1:], fold(log[:1])) == fold(log)


@given(logs)
def test_versions_count_the_events(log):
    assert [event.version for event in log] == list(range(1, len(log) + 1))
    assert fold(log).version == len(log)


@given(logs)
def test_a_hearing_that_is_concluded_stays_so(log):
    states = [STATE_AFTER[event.kind] for event in log if event.kind in STATE_AFTER]
    assert "concluded" not in states[:-1]


@pytest.mark.parametrize(
    "broken",
    [
        lambda log: [],
        lambda log: log[1:],
        lambda log: [log[0], log[0]],
        lambda log: [log[0], *log[2:]],
        lambda log: [*log, Event("applauded", len(log) + 1, AT, "judge")],
        lambda log: [*log, Event("admitted", len(log) + 1, AT, "judge", {"seat": "nobody"})],
    ],
)
def test_a_log_that_no_hearing_could_have_made_is_our_mistake(broken):
    with pytest.raises(BrokenLog):
        fold(broken(new_log()))


def test_adjournment_and_recess_go_on_with_the_same_sitting():
    hearing = in_session("party")
    sitting = hearing.sitting
    for name in ("adjourn", "resume", "recess", "resume", "conclude"):
        hearing = act(hearing, name)
    assert hearing.state == "concluded"
    assert hearing.sittings == (replace(sitting, ended_at=AT),)


def test_a_second_sitting_is_numbered_two():
    hearing: Hearing = replace(act(opened(), "start"), state="ready")
    assert [sitting.number for sitting in act(hearing, "start").sittings] == [1, 2]


def test_times_are_utc_with_milliseconds():
    assert iso(seconds("2026-11-21T14:00:03.120+05:00")) == "2026-11-21T09:00:03.120Z"
    assert seconds("2026-11-21T09:00:03") == seconds("2026-11-21T09:00:03.000Z")
