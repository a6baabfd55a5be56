from __future__ import annotations

from hypothesis import given

from gateway import messages
from gateway.policy import read
from hearings.hearing import fold
from hearings.policy import policy
from tests.hearings.build import AT, act, enter, in_session, logs, opened


@given(logs)
def test_nothing_that_people_try_lets_the_waiting_room_hear_or_be_recorded(log):
    hearing = fold(log[:1])
    for event in log[1:]:
        hearing = fold([event], hearing)
        allowed = policy(hearing)
        for source, links in allowed["links"].items():
            for target, kinds in links.items():
                assert hearing.seats[target].standing == "admitted"
                assert hearing.seats[source].standing == "admitted" or (kinds == "v" and target in ("judge", "clerk"))
        assert hearing.state == "in_session" or not allowed["record"]
        assert all(hearing.seats[seat].standing == "admitted" for seat in allowed["record"])


@given(logs)
def test_the_gateway_takes_every_policy(log):
    assert read(messages.Policy(**policy(fold(log)))).hearing == "h"


def test_a_sitting_forwards_and_records_the_admitted_and_shows_the_waiting_to_the_court():
    hearing = enter(in_session("party"), "witness")
    allowed = policy(hearing)
    assert allowed["links"] == {
        "judge": {"clerk": "av", "party": "av"},
        "clerk": {"judge": "av", "party": "av"},
        "party": {"judge": "av", "clerk": "av"},
        "witness": {"judge": "v", "clerk": "v"},
    }
    assert sorted(allowed["record"]) == ["clerk", "judge", "party"]
    assert allowed["sitting"] == {
        "court": "c", "sitting": hearing.sittings[0].sitting, "number": "7204-25/15", "started_utc": AT,
    }  # fmt: skip
    assert (allowed["version"], allowed["capacity"]) == (hearing.version, 32)
    assert allowed["seats"]["party"] == {"title": "party — Name of party", "role": "party"}
    assert allowed["speaker_first"] == ["judge", "panel"]


def test_a_recess_forwards_and_records_nothing_and_keeps_the_seats_and_the_sitting():
    allowed = policy(act(in_session("party"), "recess"))
    assert (allowed["links"], allowed["record"]) == ({}, [])
    assert "party" in allowed["seats"]
    assert allowed["sitting"]


def test_a_concluded_hearing_has_no_seats_and_no_sitting():
    allowed = policy(act(in_session("party"), "conclude"))
    assert (allowed["seats"], allowed["links"], allowed["record"], allowed["sitting"]) == ({}, {}, [], None)


def test_who_was_refused_may_not_connect():
    assert "party" not in policy(act(opened("party"), "refuse", "party"))["seats"]


def test_a_technician_receives_and_an_observer_receives_and_neither_sends():
    hearing = act(enter(opened("observer"), "technician"), "admit", "observer")
    links = policy(hearing)["links"]
    assert links["judge"] == {"clerk": "av", "observer": "av", "technician": "av"}
    assert not {"observer", "technician"} & set(links)
