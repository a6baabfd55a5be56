from __future__ import annotations

from hypothesis import given

from gateway import messages
from gateway.policy import read
from hearings.hearing import fold
from hearings.policy import policy
from tests.hearings.build import AT, act, enter, in_session, logs, new_hearing, opened


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
                assert not (hearing.seats[source].muted and "a" in kinds)
                assert hearing.state != "closed_session" or {"courtroom"} == {
                    hearing.seats[seat].place for seat in (source, target)
                }
        assert hearing.state in ("in_session", "closed_session") or not allowed["record"]
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
    assert (allowed["links"], allowed["record"]) == ({}, {})
    assert "party" in allowed["seats"]
    assert allowed["sitting"]


def test_a_concluded_hearing_has_no_seats_and_no_sitting():
    allowed = policy(act(in_session("party"), "conclude"))
    assert (allowed["seats"], allowed["links"], allowed["record"], allowed["sitting"]) == ({}, {}, {}, None)


def test_who_was_refused_may_not_connect():
    assert "party" not in policy(act(opened("party"), "refuse", "party"))["seats"]


def test_a_technician_receives_and_an_observer_receives_and_neither_sends():
    hearing = act(enter(opened("observer"), "technician"), "admit", "observer")
    links = policy(hearing)["links"]
    assert links["judge"] == {"clerk": "av", "observer": "av", "technician": "av"}
    assert not {"observer", "technician"} & set(links)


def test_a_closed_session_leaves_the_courtroom_alone_and_opens_by_a_new_order():
    before = in_session("party", "panel")
    closed = act(before, "close_session")
    allowed = policy(closed)
    assert set(allowed["seats"]) == {"judge", "panel", "clerk", "technician"}
    assert allowed["links"] == {
        "judge": {"clerk": "av", "panel": "av"}, "clerk": {"judge": "av", "panel": "av"},
        "panel": {"judge": "av", "clerk": "av"},
    }  # fmt: skip
    assert sorted(allowed["record"]) == ["clerk", "judge", "panel"]
    assert policy(act(closed, "reopen"))["links"] == policy(before)["links"]


def test_the_muted_are_seen_and_neither_heard_nor_recorded():
    hearing = act(in_session("party"), "mute", "party")
    assert (policy(hearing)["links"]["party"], policy(hearing)["record"]["party"]) == (
        {"judge": "v", "clerk": "v"},
        "v",
    )
    assert policy(act(hearing, "unmute", "party"))["record"]["party"] == "av"


def test_a_witness_who_is_not_called_receives_nothing_and_sends_nothing():
    hearing = act(enter(in_session("party"), "witness"), "admit", "witness")
    allowed = policy(hearing)
    assert hearing.seats["witness"].standing == "held"
    assert "witness" not in allowed["links"]
    assert not any("witness" in links for links in allowed["links"].values())
    assert "witness" not in allowed["record"]
    assert policy(act(hearing, "call_witness", "witness"))["links"]["witness"]["party"] == "av"


def test_a_test_session_is_heard_and_not_recorded():
    hearing = enter(act(enter(new_hearing(), "clerk"), "begin_test", by="clerk"), "party", declares=False)
    assert (policy(hearing)["links"]["party"], policy(hearing)["record"]) == ({"clerk": "av"}, {})
    after = act(hearing, "end_test", by="clerk")
    assert (after.state, after.seats["party"].standing, after.seats["clerk"].standing) == (
        "scheduled",
        "absent",
        "admitted",
    )


def test_a_postponed_hearing_ends_its_sitting_and_begins_anew_another_day():
    hearing = act(in_session("party"), "postpone")
    assert (policy(hearing)["sitting"], hearing.seats["party"].standing) == (None, "absent")
    hearing = act(act(act(hearing, "reschedule", by="clerk"), "open"), "start")
    assert (hearing.scheduled_at, len(hearing.sittings)) == ("2026-12-01T05:00:00.000Z", 2)
    assert policy(hearing)["sitting"]["sitting"] == hearing.sittings[1].sitting


def inside(hearing):
    return sorted(policy(hearing)["inside"])


def test_whom_the_court_has_admitted_is_inside_and_who_waits_is_not():
    hearing = enter(in_session("party"), "party-2")
    assert inside(hearing) == ["clerk", "judge", "party"]
    assert inside(act(hearing, "admit", "party-2")) == ["clerk", "judge", "party", "party-2"]


def test_a_witness_who_is_not_called_yet_is_inside():
    assert "witness" in inside(act(enter(in_session(), "witness"), "admit", "witness"))


def test_who_was_removed_is_not_inside():
    assert "party" not in inside(act(in_session("party"), "remove", "party"))


def test_in_a_test_session_only_the_courts_own_people_are_inside():
    assert inside(enter(act(enter(new_hearing(), "clerk"), "begin_test", by="clerk"), "party")) == ["clerk"]
