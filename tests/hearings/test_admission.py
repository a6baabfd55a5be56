"""Rules ¶9 and ¶11: who comes in, with which device, and who decides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hearings import attendance
from hearings.hearing import fold
from hearings.problems import Refused
from tests.hearings.build import AT, act, enter, in_session, new_hearing, opened


def refusal(function, *args, **options) -> Refused:
    with pytest.raises(Refused) as refused:
        function(*args, **options)
    return refused.value


def test_staff_enter_before_the_doors_are_open_and_are_in_at_once():
    assert enter(new_hearing(), "clerk").seats["clerk"].standing == "admitted"


def test_a_participant_before_the_doors_are_open_is_told_when():
    refused = refusal(enter, new_hearing(), "party")
    assert (refused.code, refused.params["scheduled_at"]) == ("not-yet-open", AT)


def test_a_participant_comes_to_the_waiting_room_and_is_admitted():
    hearing = opened("party")
    assert hearing.seats["party"].standing == "waiting"
    assert act(hearing, "admit", "party", by="clerk").seats["party"].standing == "admitted"


def test_nobody_joins_a_concluded_hearing():
    assert refusal(enter, act(opened(), "conclude"), "judge").code == "ended"


def test_the_same_device_comes_back_as_it_was():
    hearing = in_session("party")
    assert attendance.enter(hearing, "party", "party's phone", AT, occupied=False) == []


def test_a_new_device_after_the_first_is_gone_is_looked_at_again():
    hearing = enter(in_session("party"), "party", "tablet")
    assert (hearing.seats["party"].standing, hearing.seats["party"].attendance) == ("waiting", "tablet")
    assert hearing.seats["party"].standing_of("party's phone") == "left"


def test_a_second_device_only_claims_the_seat():
    hearing = enter(in_session("party"), "party", "tablet", occupied=True)
    seat = hearing.seats["party"]
    assert (seat.standing_of("party's phone"), seat.standing_of("tablet")) == ("admitted", "claiming")


def test_the_second_device_waits_once_the_clerk_agrees():
    hearing = enter(in_session("party"), "party", "tablet", occupied=True)
    seat = act(hearing, "agree_device", "party", by="clerk").seats["party"]
    assert (seat.attendance, seat.standing, seat.claim) == ("tablet", "waiting", None)


def test_the_first_device_stays_when_the_clerk_does_not_agree():
    hearing = enter(in_session("party"), "party", "tablet", occupied=True)
    seat = act(hearing, "refuse_device", "party", by="clerk").seats["party"]
    assert (seat.attendance, seat.standing, seat.claim) == ("party's phone", "admitted", None)


@pytest.mark.parametrize(
    "go", [lambda h: attendance.leave(h, "party", "party's phone", AT), lambda h: attendance.gone(h, "party", AT)]
)
def test_the_second_device_takes_the_seat_when_the_first_goes(go):
    hearing = enter(in_session("party"), "party", "tablet", occupied=True)
    seat = fold(go(hearing), hearing).seats["party"]
    assert (seat.attendance, seat.standing, seat.claim) == ("tablet", "waiting", None)


def test_nobody_takes_a_seat_of_a_concluded_hearing():
    hearing = act(enter(in_session("party"), "party", "tablet", occupied=True), "conclude")
    assert attendance.gone(hearing, "party", AT) == []


def test_a_device_that_is_lost_for_a_while_changes_nothing_without_a_claim():
    assert attendance.gone(in_session("party"), "party", AT) == []


def test_a_claim_that_is_withdrawn_leaves_the_seat_as_it_is():
    hearing = enter(in_session("party"), "party", "tablet", occupied=True)
    hearing = fold(attendance.leave(hearing, "party", "tablet", AT), hearing)
    assert hearing.seats["party"] == replace(in_session("party").seats["party"], changed=hearing.version)


def test_a_claim_does_not_bring_back_who_was_removed():
    hearing = enter(in_session("party"), "party", "tablet", occupied=True)
    hearing = act(hearing, "remove", "party")
    assert attendance.gone(hearing, "party", AT) == []
    assert hearing.seats["party"].claim is None


def test_a_refused_participant_reads_why_and_may_try_again():
    hearing = act(opened("party"), "refuse", "party", reason="Another person")
    assert (hearing.seats["party"].standing, hearing.seats["party"].reason) == ("refused", "Another person")
    assert enter(hearing, "party", "tablet").seats["party"].standing == "waiting"


def test_a_refused_device_that_is_still_connected_does_not_hold_the_seat():
    hearing = act(opened("party"), "refuse", "party")
    assert enter(hearing, "party", "tablet", occupied=True).seats["party"].standing_of("tablet") == "waiting"


def test_a_removed_participant_stays_out_until_the_judge_lets_them_come_again():
    hearing = act(in_session("party"), "remove", "party", reason="Disorder")
    refused = refusal(enter, hearing, "party", "tablet")
    assert (refused.code, refused.params["reason"]) == ("removed", "Disorder")
    assert enter(act(hearing, "readmit", "party"), "party", "tablet").seats["party"].standing == "waiting"


def test_the_judge_cannot_be_removed():
    assert refusal(act, in_session(), "remove", "judge").code == "changed"


@pytest.mark.parametrize("reason", [None, " ", "x" * 501])
def test_a_refusal_needs_a_reason_that_can_be_read(reason: str | None):
    refused = refusal(act, opened("party"), "refuse", "party", reason=reason)
    assert (refused.code, refused.params["field"]) == ("bad-request", "reason")


def test_an_admission_fails_when_another_device_came_in_the_meantime():
    hearing = opened("party")
    seen = hearing.version
    assert refusal(act, enter(hearing, "party", "tablet"), "admit", "party", version=seen).code == "changed"


def test_an_admission_stands_when_only_something_else_changed():
    hearing = opened("party")
    seen = hearing.version
    assert act(enter(hearing, "witness"), "admit", "party", version=seen).seats["party"].standing == "admitted"


def test_a_second_clerk_who_admits_the_same_person_is_told_so():
    assert refusal(act, in_session("party"), "admit", "party").code == "changed"


def test_an_order_fails_when_the_state_changed_since_it_was_looked_at():
    hearing = in_session()
    seen = hearing.version
    assert refusal(act, act(act(hearing, "adjourn"), "resume"), "recess", version=seen).code == "changed"


@pytest.mark.parametrize("by", ["party", "clerk", "nobody"])
def test_only_the_judge_concludes(by: str):
    assert refusal(act, in_session("party"), "conclude", by=by).code == "not-permitted"


def test_a_judge_who_is_not_there_orders_nothing():
    hearing = opened()
    hearing = fold(attendance.leave(hearing, "judge", "judge's phone", AT), hearing)
    assert refusal(act, hearing, "start").code == "not-permitted"


@pytest.mark.parametrize(("seat", "code"), [(None, "bad-request"), ("party-9", "not-found")])
def test_an_act_on_a_seat_needs_a_seat(seat: str | None, code: str):
    assert refusal(act, opened(), "admit", seat).code == code


def test_an_act_that_does_not_exist_is_a_bad_request():
    assert refusal(act, opened(), "applaud").code == "bad-request"


def test_a_full_room_refuses_participants_and_keeps_places_for_the_court():
    hearing = new_hearing("judge", "clerk", "party", "party-2", capacity=3)
    hearing = enter(act(enter(hearing, "judge"), "open"), "party")
    assert refusal(enter, hearing, "party-2").code == "hearing-full"
    assert enter(hearing, "clerk").seats["clerk"].standing == "admitted"


def test_a_return_is_not_refused_for_a_full_room():
    hearing = new_hearing("judge", "party", capacity=2)
    hearing = enter(act(enter(hearing, "judge"), "open"), "party")
    assert enter(hearing, "party", "tablet").seats["party"].attendance == "tablet"


def test_wrong_words_are_counted_for_the_clerk_and_change_nothing_else():
    hearing = opened("party")
    seen = hearing.version
    hearing = fold(attendance.wrong_words(hearing, "party", 3, AT), hearing)
    assert hearing.seats["party"].wrong_words == 3
    assert act(hearing, "admit", "party", version=seen).seats["party"].standing == "admitted"


def test_a_seat_that_the_order_named_nobody_for_has_the_name_of_who_comes():
    hearing = new_hearing()
    for name, attendance_ in (("A. First", "a1"), ("B. Second", "a2")):
        unnamed = replace(hearing.seats["clerk"], name="") if attendance_ == "a1" else hearing.seats["clerk"]
        hearing = replace(hearing, seats={**hearing.seats, "clerk": unnamed})
        events = attendance.enter(hearing, "clerk", attendance_, AT, occupied=False, subject="s", name=name)
        hearing = fold(events, hearing)
        assert hearing.seats["clerk"].name == name


def test_a_seat_that_the_order_named_somebody_for_keeps_that_name():
    hearing = new_hearing()
    named = replace(hearing.seats["judge"], name="The judge")
    hearing = replace(hearing, seats={**hearing.seats, "judge": named})
    events = attendance.enter(hearing, "judge", "a1", AT, occupied=False, subject="s", name="Another")
    assert fold(events, hearing).seats["judge"].name == "The judge"
