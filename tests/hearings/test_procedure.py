"""The acts of the procedure, each on its good path and refused with its paragraph."""

from __future__ import annotations

import pytest
from hypothesis import given

from hearings import attendance
from hearings.decide import decide
from hearings.hearing import SYSTEM, fold
from hearings.problems import Refused
from hearings.procedure.checks import checklist, unchecked
from hearings.procedure.messages import from_console
from hearings.terms import DECLARING
from tests.hearings.build import AT, DATA, act, enter, in_session, logs, new_hearing, opened


def refusal(hearing, name, seat=None, **options):
    with pytest.raises(Refused) as refused:
        act(hearing, name, seat, **options)
    return refused.value.code, refused.value.params.get("paragraph")


def admitted(*seats):
    hearing = opened(*seats)
    for seat in seats:
        hearing = act(hearing, "admit", seat)
    return hearing


# Declarations (Rules ¶11, ¶29, ¶33)


def test_who_has_not_declared_is_not_admitted():
    hearing = enter(opened(), "party", declares=False)
    assert refusal(hearing, "admit", "party") == ("undeclared", "29")
    assert act(act(hearing, "declare", by="party"), "admit", "party").seats["party"].standing == "admitted"


@pytest.mark.parametrize("missing", ["in_person", "under_sixteens", "recording"])
def test_all_three_declarations_must_be_made(missing):
    hearing = enter(opened(), "party", declares=False)
    assert refusal(hearing, "declare", by="party", data={**DATA, missing: False}) == ("undeclared", "29")
    with pytest.raises(Refused, match="undeclared"):
        attendance.declare(hearing, "party", {missing: True}, AT)


def test_the_court_and_its_panel_declare_nothing():
    assert enter(opened(), "panel", declares=False).seats["panel"].standing == "admitted"
    assert attendance.declare(opened(), "judge", {}, AT) == []


# Identity (Rules ¶9) and the receiving court's report (Rules ¶26)


def test_who_admitted_and_when_is_kept_and_falls_with_another_device():
    hearing = act(opened("party"), "admit", "party", by="clerk")
    assert (hearing.seats["party"].identified.by, hearing.seats["party"].identified.at) == ("clerk", AT)
    assert enter(hearing, "party", "tablet").seats["party"].identified is None


def test_a_site_clerk_reports_of_the_people_of_the_same_site_only():
    hearing = enter(opened(), "site-clerk")
    report = act(hearing, "site_report", "expert", by="site-clerk").seats["expert"].report
    assert (report.by, report.attended, report.credentials) == ("site-clerk", True, False)
    assert refusal(hearing, "site_report", "party", by="site-clerk") == ("changed", "26")
    assert refusal(hearing, "site_report", "expert", by="clerk") == ("not-permitted", "26")
    assert refusal(hearing, "site_report", "expert", by="site-clerk", data={}) == ("bad-request", "26")


# Witnesses and order (Rules ¶28-1)


def test_a_witness_is_called_only_in_session_and_once_dismissed_stays_away():
    hearing = admitted("witness")
    assert hearing.seats["witness"].standing == "held"
    assert refusal(hearing, "call_witness", "witness") == ("wrong-state", "28-1")
    hearing = act(act(hearing, "start"), "call_witness", "witness")
    gone = act(hearing, "dismiss_witness", "witness")
    with pytest.raises(Refused, match="dismissed"):
        enter(gone, "witness", "tablet")
    again = act(enter(act(gone, "readmit", "witness"), "witness", "tablet"), "admit", "witness")
    assert again.seats["witness"].standing == "held"


def test_a_called_witness_who_comes_back_with_another_device_goes_on_after_identification():
    hearing = enter(in_session("witness"), "witness", "tablet")
    assert act(hearing, "admit", "witness").seats["witness"].standing == "admitted"


def test_only_witnesses_are_called_and_dismissed():
    assert refusal(in_session("party"), "dismiss_witness", "party") == ("changed", "28-1")


def test_the_judge_mutes_others_and_is_not_muted():
    hearing = act(in_session("party"), "mute", "party")
    assert refusal(hearing, "mute", "party") == ("changed", "28-1")
    assert refusal(hearing, "mute", "judge") == ("changed", "28-1")
    assert refusal(hearing, "unmute", "party", by="party") == ("not-permitted", "28-1")


def test_the_floor_is_asked_for_given_and_taken_in_turn():
    hearing = in_session("party", "party-2")
    hearing = act(act(hearing, "ask_floor", by="party-2"), "ask_floor", by="party")
    assert hearing.queue == ("party-2", "party")
    assert refusal(hearing, "ask_floor", by="party") == ("wrong-state", "28-1")
    hearing = act(hearing, "give_floor", "party")
    assert (hearing.floor, hearing.queue) == ("party", ("party-2",))
    hearing = act(act(hearing, "withdraw_floor", by="party-2"), "take_floor")
    assert (hearing.floor, hearing.queue) == (None, ())


def test_who_leaves_neither_has_nor_asks_for_the_floor():
    hearing = act(act(in_session("party"), "give_floor", "party"), "remove", "party")
    assert hearing.floor is None


# The start (Rules ¶16, ¶36)


def test_the_sitting_starts_once_everything_is_checked_and_everybody_has_confirmed():
    hearing = admitted("party", "party-2")
    assert checklist(hearing) == {"courtroom_ready": False, "participants_present": True, "link_started": True}
    assert refusal(hearing, "start", reason=None) == ("checklist-incomplete", "16")
    hearing = act(act(hearing, "check_item", by="clerk"), "begin_check", by="clerk")
    assert refusal(hearing, "start", reason=None) == ("unchecked", "36")
    hearing = act(hearing, "confirm_check", by="party")
    hearing = act(hearing, "confirm_check", by="party-2", data={**DATA, "hears": False})
    assert unchecked(hearing) == ["party-2"]
    hearing = act(hearing, "confirm_check", by="party-2")
    assert act(hearing, "start", reason=None).state == "in_session"


def test_the_judge_may_start_nevertheless_and_the_reason_is_kept():
    (event,) = decide(admitted("party"), "start", "judge", AT, sitting="s", reason="All said so")
    assert event.data == {"sitting": "s", "reason": "All said so"}


def test_nobody_confirms_a_check_that_has_not_begun():
    assert refusal(admitted("party"), "confirm_check", by="party") == ("wrong-state", "36")


def test_what_the_machine_measured_stands_beside_the_participants_answer():
    hearing = act(admitted("party"), "begin_check")
    receives = {"judge": {"audio": True, "video": False}}
    events = decide(hearing, "confirm_check", "party", AT, data=DATA, receives=receives)
    assert [(event.kind, event.actor) for event in events] == [("check_confirmed", "party"), ("check_measured", SYSTEM)]
    assert fold(events, hearing).check.measured["party"]["judge"] == {"audio": True, "video": False}


# The closed session (Rules ¶6)


@pytest.mark.parametrize("name", ["close_session", "reopen"])
def test_a_ruling_on_a_closed_session_is_given(name):
    hearing = in_session() if name == "close_session" else act(in_session(), "close_session")
    assert refusal(hearing, name, reason=" ") == ("bad-request", "6")


@pytest.mark.parametrize("name", ["adjourn", "recess", "resume", "start"])
def test_out_of_a_closed_session_only_a_new_order_leads_back(name):
    assert refusal(act(in_session("party"), "close_session"), name)[0] == "wrong-state"


@pytest.mark.parametrize(("name", "state"), [("conclude", "concluded"), ("postpone", "postponed")])
def test_a_closed_session_can_be_the_last(name, state):
    assert act(act(in_session("party"), "close_session"), name).state == state


def test_nobody_joins_a_closed_session_from_afar_and_who_was_in_keeps_the_seat():
    hearing = act(in_session("party"), "close_session")
    assert hearing.seats["party"].standing == "admitted"
    for seat, device in (("party-2", ""), ("party", "tablet")):
        with pytest.raises(Refused) as refused:
            enter(hearing, seat, device)
        assert (refused.value.code, refused.value.params["paragraph"]) == ("closed-session", "6")
    assert refusal(hearing, "ask_floor", by="party") == ("closed-session", "6")
    assert refusal(hearing, "report_problem", by="party") == ("closed-session", "6")


def test_who_waits_from_afar_is_not_admitted_into_a_closed_session():
    hearing = act(enter(in_session(), "party"), "close_session")
    assert refusal(hearing, "admit", "party") == ("closed-session", "6")
    assert act(act(hearing, "reopen"), "admit", "party").seats["party"].standing == "admitted"


# Problems (Rules ¶14, ¶24)


def test_a_problem_is_told_taken_up_given_a_time_and_cured():
    hearing = enter(opened("party"), "technician")
    (event,) = decide(hearing, "report_problem", "party", AT, data={"kind": "sound"}, link={"up": {"loss": 30.0}})
    hearing = fold([event], hearing)
    assert (hearing.faults[0].seat, hearing.faults[0].link) == ("party", {"up": {"loss": 30.0}})
    hearing = act(act(hearing, "acknowledge_problem", by="clerk"), "estimate_problem", by="technician")
    assert hearing.faults[0].restored_by == "2026-11-21T09:05:00.000Z"
    hearing = act(hearing, "resolve_problem", by="technician")
    assert hearing.faults[0].resolved.by == "technician"
    assert refusal(hearing, "resolve_problem", by="clerk") == ("wrong-state", "24")


@pytest.mark.parametrize(
    ("name", "by", "data", "expected"),
    [
        ("report_problem", "party", {"kind": "ghosts"}, ("bad-request", "14")),
        ("report_problem", "party", {"kind": "sound", "text": "x" * 501}, ("bad-request", "14")),
        ("acknowledge_problem", "party", {"problem": 1}, ("not-permitted", "14")),
        ("acknowledge_problem", "clerk", {"problem": 2}, ("not-found", "14")),
        ("estimate_problem", "technician", {"problem": 1, "minutes": 0}, ("bad-request", "24")),
        ("estimate_problem", "technician", {"problem": True, "minutes": 5}, ("bad-request", "24")),
        ("estimate_problem", "clerk", {"problem": 1, "minutes": 5}, ("not-permitted", "24")),
    ],
)
def test_what_makes_no_sense_of_a_problem_is_refused(name, by, data, expected):
    hearing = act(enter(opened("party"), "technician"), "report_problem", by="party")
    assert refusal(hearing, name, by=by, data=data) == expected


# Words of the technician or the clerk (Rules ¶27)


@pytest.mark.parametrize("to", ["party", "party-2", None])
def test_the_technician_speaks_to_one_or_to_all_and_it_is_kept(to):
    hearing = enter(enter(in_session("party"), "technician"), "party-2")
    (event,) = decide(hearing, "message", "technician", AT, data={"to": to, "text": " Turn the camera on. "})
    assert (event.kind, event.data) == ("message_sent", {"to": to, "text": "Turn the camera on."})
    assert fold([event], hearing).version == hearing.version + 1


@pytest.mark.parametrize(
    ("by", "data", "expected"),
    [
        ("party", {"text": "a"}, ("not-permitted", "27")),
        ("judge", {"text": "a"}, ("not-permitted", "27")),
        ("technician", {"text": "x" * 501}, ("bad-request", "27")),
        ("technician", {"text": " "}, ("bad-request", "27")),
        ("technician", {"text": "a", "to": ["party"]}, ("bad-request", "27")),
        ("technician", {"text": "a", "to": "nobody"}, ("not-found", "27")),
        ("clerk", {"text": "a", "to": "party-2"}, ("changed", "27")),
    ],
)
def test_words_of_others_or_to_nobody_are_refused(by, data, expected):
    assert refusal(enter(in_session("party"), "technician"), "message", by=by, data=data) == expected


def test_no_word_from_a_closed_session_reaches_who_is_shut_out():
    hearing = act(in_session("party"), "close_session")
    assert refusal(hearing, "message", by="clerk", data={"text": "a", "to": "party"}) == ("changed", "27")


def test_words_from_the_console_need_no_seat_and_name_who_wrote_them():
    (event,) = from_console(in_session("party"), "staff-7", {"to": "party", "text": " Come closer. "}, AT)
    told = {"to": "party", "text": "Come closer.", "role": "technician", "staff": "staff-7"}
    assert (event.kind, event.actor, event.data) == ("message_sent", SYSTEM, told)


@pytest.mark.parametrize("last", ["close_session", "conclude"])
def test_words_from_the_console_reach_nobody_who_is_shut_out_nor_a_hearing_that_is_over(last):
    with pytest.raises(Refused) as refused:
        from_console(act(in_session("party"), last), "staff-7", {"to": "party", "text": "a"}, AT)
    assert refused.value.code in ("changed", "wrong-state")


# Recording by a participant (Rules ¶33)


def test_the_court_permits_a_recording_after_the_opinions_of_the_others():
    hearing = act(in_session("party", "party-2"), "request_recording", by="party")
    assert refusal(hearing, "request_recording", by="party") == ("wrong-state", "33")
    assert refusal(hearing, "permit_recording", reason=None) == ("opinions-missing", "33")
    hearing = act(hearing, "opinion", by="party-2", data={"request": 1, "opinion": "object"})
    hearing = act(hearing, "permit_recording", reason=None)
    assert (hearing.requests[0].permitted, dict(hearing.requests[0].opinions)) == (True, {"party-2": "object"})


def test_nobody_gives_an_opinion_on_their_own_request_or_permits_it():
    hearing = act(in_session("party", "party-2"), "request_recording", by="party")
    assert refusal(hearing, "opinion", by="party") == ("wrong-state", "33")
    assert refusal(hearing, "permit_recording", by="party") == ("not-permitted", "33")
    assert act(hearing, "refuse_recording").requests[0].permitted is False


# Another day (Rules ¶10), the test session (Rules ¶15)


@pytest.mark.parametrize("when", [None, "soon", 5, "2026-13-01"])
def test_another_day_is_a_time(when):
    assert refusal(enter(new_hearing(), "clerk"), "reschedule", by="clerk", data={"scheduled_at": when}) == (
        "bad-request", "10",
    )  # fmt: skip


def test_nobody_comes_to_a_postponed_hearing_before_it_has_a_day():
    hearing = act(in_session("party"), "postpone", reason="The expert is ill")
    with pytest.raises(Refused) as refused:
        enter(hearing, "party", "tablet")
    assert (refused.value.code, refused.value.params["reason"]) == ("postponed", "The expert is ill")


def test_the_test_session_identifies_nobody():
    hearing = enter(act(enter(new_hearing(), "clerk"), "begin_test", by="clerk"), "party")
    assert (hearing.seats["party"].standing, hearing.seats["party"].identified) == ("admitted", None)
    hearing = act(act(hearing, "end_test", by="clerk"), "open", by="clerk")
    assert enter(hearing, "party", "phone").seats["party"].standing == "waiting"


@given(logs)
def test_nobody_is_in_who_was_not_identified_after_the_doors_opened(log):
    hearing = fold(log)
    inside = [seat for seat in hearing.seats.values() if seat.standing == "admitted" and seat.role in DECLARING]
    assert hearing.state == "test_session" or all(seat.identified and seat.declared for seat in inside)


# Who is away from the courtroom in a closed session (Rules ¶6)


def test_a_receiving_courts_clerk_takes_no_part_in_a_closed_session_by_words():
    closed = act(enter(in_session("party"), "site-clerk"), "close_session")
    for name in ("ask_floor", "site_report", "report_problem"):
        with pytest.raises(Refused) as refused:
            act(closed, name, "expert", by="site-clerk")
        assert (refused.value.code, refused.value.paragraph) == ("closed-session", "6")


def test_a_panel_finds_its_places_kept_and_stays_when_the_test_session_ends():
    hearing = act(enter(enter(new_hearing(), "clerk"), "panel", declares=False), "begin_test", by="clerk")
    assert act(hearing, "end_test", by="clerk").seats["panel"].standing == "admitted"
