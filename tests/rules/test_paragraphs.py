"""What no other test shows of a paragraph by itself."""

from __future__ import annotations

import pytest

from hearings.documents.from_hearing import technical_act
from hearings.problems import Refused
from hearings.procedure.checks import checklist
from hearings.snapshot import Live, snapshot
from hearings.times import seconds
from tests.hearings.build import AT, DATA, act, enter, new_hearing, opened
from tests.hearings.office.build import ANSWER, CLERK, ORGANISER, events, sent


def refusal(hearing, name, seat=None, **options):
    with pytest.raises(Refused) as refused:
        act(hearing, name, seat, **options)
    return refused.value.code, refused.value.paragraph


def seen_by(hearing, seat):
    return snapshot(hearing, seat, f"{seat}'s phone", seconds(AT), Live())


def row_of(hearing, viewer, seat):
    return next(row for row in seen_by(hearing, viewer)["seats"] if row["seat"] == seat)


@pytest.mark.parametrize("by", ["technician", "party-2", "site-clerk"])
def test_nobody_but_judge_and_clerk_admits(by):
    hearing = enter(enter(opened("party", "party-2"), "technician"), "site-clerk")
    hearing = act(hearing, "admit", "party-2")
    assert refusal(hearing, "admit", "party", by=by) == ("not-permitted", "9")


def test_nothing_starts_before_the_clerk_has_found_the_courtroom_ready():
    hearing = opened()
    assert refusal(hearing, "start", reason=None) == ("checklist-incomplete", "16")


def test_whether_the_participants_are_present_is_seen_by_the_machine():
    hearing = opened("party", "party-2")
    assert checklist(hearing)["participants_present"] is False
    for seat in ("party", "party-2"):
        hearing = act(hearing, "admit", seat)
    assert checklist(hearing)["participants_present"] is True


def test_nothing_starts_before_every_participant_hears_and_sees():
    hearing = opened("party", "party-2")
    for seat in ("party", "party-2"):
        hearing = act(hearing, "admit", seat)
    hearing = act(act(hearing, "check_item", by="clerk"), "begin_check")
    hearing = act(hearing, "confirm_check", by="party", data={**DATA, "sees": False})
    with pytest.raises(Refused) as refused:
        act(act(hearing, "confirm_check", by="party-2"), "start", reason=None)
    assert (refused.value.code, refused.value.params["seats"]) == ("unchecked", ["party"])


def test_a_problem_before_the_doors_are_open_is_told_and_the_act_is_drawn_up_of_it():
    hearing = enter(new_hearing(), "clerk")
    hearing = act(hearing, "report_problem", by="clerk", data={"kind": "connection", "text": "The line is down"})
    (problem,) = technical_act(hearing, "3", AT, "en").problems
    assert (hearing.state, problem.who, "The line is down" in problem.what) == ("scheduled", "Name of clerk", True)


def test_the_receiving_courts_clerk_tries_sound_and_picture_beforehand():
    hearing = act(enter(new_hearing(), "site-clerk"), "begin_test", by="site-clerk")
    assert hearing.state == "test_session"
    assert act(hearing, "end_test", by="site-clerk").state == "scheduled"


def test_the_technician_is_told_of_the_receiving_courts_problem():
    hearing = enter(enter(opened(), "site-clerk"), "technician")
    hearing = act(hearing, "report_problem", by="site-clerk", data={"kind": "picture"})
    (told,) = seen_by(hearing, "technician")["problems"]
    assert (told["seat"], told["kind"]) == ("site-clerk", "picture")


def test_the_judge_sees_when_a_problem_will_be_over():
    hearing = act(enter(opened("party"), "technician"), "report_problem", by="party")
    hearing = act(hearing, "estimate_problem", by="technician")
    (told,) = seen_by(hearing, "judge")["problems"]
    assert told["restored_by"] == "2026-11-21T09:05:00.000Z"


def test_the_judge_sees_the_sites_report_before_admitting():
    hearing = act(enter(opened("expert"), "site-clerk"), "site_report", "expert", by="site-clerk")
    row = row_of(hearing, "judge", "expert")
    assert (row["standing"], row["report"]["attended"], row["report"]["credentials"]) == ("waiting", True, False)
    assert row_of(act(hearing, "admit", "expert"), "site-clerk", "expert")["report"] is None


@pytest.mark.parametrize("kind", ["noise", "picture", "sound"])
def test_noise_and_a_bad_picture_can_be_told(kind):
    hearing = act(opened("party"), "report_problem", by="party", data={"kind": kind})
    assert seen_by(hearing, "clerk")["problems"][0]["kind"] == kind


def test_feasibility_is_the_organisers_to_decide():
    with pytest.raises(Refused) as refused:
        events(sent(), "answer", CLERK, ANSWER)
    assert (refused.value.code, refused.value.paragraph) == ("not-permitted", "30")
    assert events(sent(), "answer", ORGANISER, ANSWER)[0].kind == "answered"
