from __future__ import annotations

import json
from itertools import product

from hypothesis import given

from hearings import attendance
from hearings.hearing import fold
from hearings.problems import Refused
from hearings.snapshot import Live, snapshot
from hearings.times import seconds
from tests.hearings.build import AT, DATA, act, enter, in_session, logs, opened

NOW = seconds(AT) + 312.4
NOTHING = Live()


def test_the_waiting_room_does_not_learn_who_is_inside():
    hearing = enter(in_session("party"), "witness")
    seen = snapshot(hearing, "witness", "witness's phone", NOW, Live(recording=True))
    assert seen["seats"] == []
    assert "Name of" not in json.dumps(seen)
    assert seen["recording"] == {"on": True, "failed": None}
    assert seen["you"] == {
        "seat": "witness", "role": "witness", "place": "personal_device", "standing": "waiting", "inside": False,
        "muted": False, "declared": True, "acts": ["report_problem"], "reason": None,
        "entry_check": "hold",
    }  # fmt: skip
    assert [seen[part] for part in ("floor", "checklist", "check", "problems", "recordings", "alarms")] == [
        None, None, None, [], [], [],
    ]  # fmt: skip


def test_a_device_that_claims_the_seat_or_lost_it_does_not_either():
    hearing = enter(in_session("party"), "party", "tablet", occupied=True)
    claiming = snapshot(hearing, "party", "tablet", NOW, NOTHING)
    gone = snapshot(hearing, "party", "an old phone", NOW, NOTHING)
    assert [(seen["you"]["standing"], seen["seats"]) for seen in (claiming, gone)] == [("claiming", []), ("left", [])]


def test_the_admitted_see_seats_devices_and_the_time_of_the_sitting():
    live = Live(frozenset({"judge"}), {"judge": ("on", "muted")})
    seen = snapshot(in_session("party"), "party", "party's phone", NOW, live)
    judge = next(seat for seat in seen["seats"] if seat["seat"] == "judge")
    assert judge == {
        "seat": "judge", "role": "judge", "name": "Name of judge", "place": "courtroom", "standing": "admitted",
        "connected": True, "necessary": True, "muted": False, "declared": False, "identified": None, "called": None,
        "report": None, "under_sixteen": False, "photo": False, "claim": False, "microphone": "on", "camera": "muted",
        "link_test": None, "entry_check": None,
    }  # fmt: skip
    assert (seen["sitting"]["t"], seen["sitting"]["number"]) == (312.4, 1)


def test_only_the_court_is_told_of_photos_and_claims():
    hearing = enter(in_session("party", "witness"), "party", "tablet", occupied=True)
    shown = {}
    for viewer in ("judge", "clerk", "party", "witness"):
        seats = snapshot(hearing, viewer, f"{viewer}'s phone", NOW, NOTHING)["seats"]
        shown[viewer] = next((seat["photo"], seat["claim"]) for seat in seats if seat["seat"] == "party")
    assert shown == {"judge": (True, True), "clerk": (True, True), "party": (False, True), "witness": (False, False)}


def test_acts_are_those_that_can_be_done_now():
    assert snapshot(opened("party"), "clerk", "clerk's phone", NOW, NOTHING)["you"]["acts"] == [
        "admit", "refuse", "check_item", "begin_check", "report_problem", "message",
    ]  # fmt: skip
    judge = snapshot(in_session("party"), "judge", "judge's phone", NOW, NOTHING)
    assert judge["you"]["acts"] == [
        "adjourn", "recess", "close_session", "conclude", "postpone", "remove", "mute", "give_floor", "ask_repeat",
        "begin_check", "report_problem",
    ]  # fmt: skip


def test_only_the_refused_reads_the_reason():
    hearing = act(opened("party"), "refuse", "party", reason="Another person")
    assert snapshot(hearing, "party", "party's phone", NOW, NOTHING)["you"]["reason"] == "Another person"
    assert "Another person" not in json.dumps(snapshot(hearing, "judge", "judge's phone", NOW, NOTHING))


@given(logs)
def test_what_the_snapshot_allows_can_be_done(log):
    hearing = fold(log)
    for by in ("judge", "clerk", "party"):
        device = hearing.seats[by].attendance
        for name in snapshot(hearing, by, device, NOW, NOTHING)["you"]["acts"]:
            assert _possible(hearing, name, by)


def _possible(hearing, name, by):
    numbers = range(1, 1 + max(len(hearing.faults), len(hearing.requests)))
    for seat, number in product(hearing.seats, [*numbers, 1]):
        data = {**DATA, "problem": number, "request": number}
        try:
            return act(hearing, name, seat, by=by, reason="because", data=data)
        except Refused:
            continue
    return None


def test_a_device_that_left_is_told_so():
    hearing = in_session("party")
    hearing = fold(attendance.leave(hearing, "party", "party's phone", AT), hearing)
    assert snapshot(hearing, "party", "party's phone", NOW, NOTHING)["you"]["standing"] == "left"
