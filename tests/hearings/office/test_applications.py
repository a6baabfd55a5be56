from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearings.hearing import Event
from hearings.office import application_acts, application_states
from hearings.office.application import fold
from hearings.office.application_acts import TABLE
from hearings.office.procedure import Around
from hearings.office.submission import Enclosed, check, receipt, submit
from hearings.office.terms import ACTS, STATES
from hearings.office.views import for_applicant, for_staff, projection
from hearings.problems import BrokenLog, Refused
from tests.hearings.office.build import (
    ANSWER,
    APPLICANT,
    AROUND,
    AT,
    CLERK,
    DETAILS,
    ELSEWHERE,
    ENCLOSED,
    GRANT,
    JUDGE,
    ORGANISER,
    SCHEDULE,
    SEND,
    THERE,
    act,
    events,
    feasible,
    granted,
    infeasible,
    room,
    scheduled,
    sent,
    submitted,
)  # fmt: skip
from tests.hearings.office.build import STATES as IN

ACTORS = [JUDGE, CLERK, ORGANISER, THERE, APPLICANT]
DATA = {
    "grant": GRANT, "refuse": {"reason": "In person"}, "send": SEND, "answer": ANSWER,
    "inform_technician": {"side": "hearing"}, "acknowledge": {}, "schedule": SCHEDULE,
    "issue_credentials": {"reason": "lost"}, "withdraw": {},
}  # fmt: skip


def refusal(*request, **options) -> Refused:
    with pytest.raises(Refused) as refused:
        events(*request, **options)
    return refused.value


def test_the_tables_are_complete():
    assert set(application_states.TABLE) == set(STATES) == set(IN)
    assert set(TABLE) == set(ACTS)
    assert all(not row.inbox for row in application_states.TABLE.values() if row.over)


@pytest.mark.parametrize("state", STATES)
def test_an_application_can_be_brought_into_every_state(state):
    assert IN[state]().state == state


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: actor.id)
@pytest.mark.parametrize("name", ACTS)
def test_every_cell_of_the_table_holds_and_every_refusal_names_its_paragraph(state, actor, name):
    application, rule = IN[state](), TABLE[name]
    data = DATA[name]
    if actor is THERE:
        application, data = elsewhere(application), data | {"side": "receiving"}
    if actor.positions & rule.who and state in rule.states:
        assert events(application, name, actor, data)[0].kind == rule.event
    else:
        refused = refusal(application, name, actor, data)
        assert refused.params["paragraph"] == rule.paragraph
        expected = "not-permitted" if not actor.positions & rule.who else "wrong-state"
        assert refused.code == expected


def elsewhere(application):
    """The same application, had it been for another court of this system."""
    return replace(application, means="other_court", receiver="other-court", provider="The other court")


@pytest.mark.parametrize(
    ("missing", "field", "paragraph"),
    [
        ({"name": ""}, "name", "8"),
        ({"means": "carrier pigeon"}, "means", "7"),
        ({"case": " "}, "case", "12"),
        ({"reason": ""}, "reason", "7"),
        ({"role": "judge"}, "role", "2"),
        ({"phone": "", "email": ""}, "phone", "10"),
        ({"email": "nowhere"}, "email", "10"),
        ({"means": "institution"}, "provider", "12"),
        ({"role": "representative"}, "authority", "8"),
        ({"name": "\x00"}, "name", "8"),
    ],
)
def test_an_application_that_lacks_something_is_refused_by_field_and_paragraph(missing, field, paragraph):
    with pytest.raises(Refused) as refused:
        submitted(**missing)
    assert refused.value.params == {"field": field, "paragraph": paragraph}


@pytest.mark.parametrize(
    ("enclosed", "field", "paragraph"),
    [
        (Enclosed({"photo": "p"}, "hash"), "identity", "8"),
        (Enclosed({"identity": "i"}, "hash"), "photo", "9"),
        (Enclosed({"identity": "i", "photo": "p"}, None), "code_word", "9"),
    ],
)
def test_a_participant_encloses_documents_a_photo_and_a_code_word(enclosed, field, paragraph):
    with pytest.raises(Refused) as refused:
        submit("id", "court", "A-1", DETAILS, enclosed, "applicant", AT, "participant")
    assert refused.value.params == {"field": field, "paragraph": paragraph}


def test_the_court_applies_of_itself_without_documents():
    enclosed = Enclosed({}, None)
    application = fold(submit("id", "court", "A-1", {**DETAILS, "phone": "", "email": ""}, enclosed, "j", AT, "court"))
    assert (application.initiator, application.state) == ("court", "submitted")


def test_no_photo_is_asked_for_a_courtroom_of_another_court():
    check({**DETAILS, **ELSEWHERE}, "participant", frozenset({"identity"}), word=True)


def test_appendix_1_is_due_on_the_third_working_day_after_the_resolution():
    assert granted().due == "2026-11-25"


def test_the_day_of_a_resolution_is_the_courts_not_utcs():
    late_evening_utc = "2026-11-19T20:00:00.000Z"  # Friday the 20th in Kazakhstan
    assert act(submitted(), "grant", JUDGE, GRANT, at=late_evening_utc).due == "2026-11-25"


def test_appendix_1_that_goes_out_late_says_so():
    late = act(granted(), "send", CLERK, SEND, at="2026-11-26T05:00:00.000Z")
    assert late.sent.late
    assert not sent().sent.late


@pytest.mark.parametrize("kind", ["provider", "provider_administration", "administration"])
def test_a_link_from_another_court_has_three_addressees(kind):
    addressees = [one for one in SEND["addressees"] if one["kind"] != kind]
    refused = refusal(granted(**ELSEWHERE), "send", CLERK, {**SEND, "addressees": addressees})
    assert refused.params == {"field": "addressees", "paragraph": "12"}


def test_for_a_personal_device_the_administration_is_enough():
    only = [{"kind": "administration", "name": "Administration"}]
    assert act(granted(), "send", CLERK, {**SEND, "addressees": only}).state == "sent"


def test_the_answer_is_due_on_the_next_working_day():
    assert sent().due == "2026-11-23"


def test_the_link_is_feasible_only_when_both_courts_say_so():
    here = act(sent(**ELSEWHERE), "answer", ORGANISER, ANSWER)
    assert here.state == "sent"
    assert act(here, "answer", THERE, {**ANSWER, "side": "receiving"}).state == "feasible"
    no = {**ANSWER, "side": "receiving", "feasible": False, "remark": "No room"}
    assert act(here, "answer", THERE, no).state == "infeasible"


@pytest.mark.parametrize(("actor", "side"), [(ORGANISER, "receiving"), (THERE, "hearing")])
def test_no_court_answers_for_the_other(actor, side):
    refused = refusal(sent(**ELSEWHERE), "answer", actor, {**ANSWER, "side": side})
    assert (refused.code, refused.params["paragraph"]) == ("not-permitted", "21" if side == "receiving" else "15")


def test_for_an_institution_the_organiser_who_asked_it_answers():
    application = feasible(means="institution", provider="A hospital")
    assert application.state == "sent"
    assert act(application, "answer", ORGANISER, {**ANSWER, "side": "receiving"}).state == "feasible"


def test_an_answer_that_denies_says_why():
    assert refusal(sent(), "answer", ORGANISER, {**ANSWER, "feasible": False}).params["field"] == "remark"


def test_what_was_feasible_may_turn_out_not_to_be():
    no = {**ANSWER, "feasible": False, "remark": "The line is down"}
    assert act(feasible(), "answer", ORGANISER, no).state == "infeasible"


def test_after_infeasibility_the_judge_acknowledges_and_all_is_asked_anew():
    again = act(act(infeasible(), "acknowledge", JUDGE), "grant", JUDGE, GRANT)
    assert (again.state, again.answers, again.sent) == ("granted", {}, None)


@pytest.mark.parametrize("courtroom", [None, room("camera"), room(endpoints=())])
def test_no_hearing_is_scheduled_in_a_courtroom_that_is_not_equipped(courtroom):
    refused = refusal(feasible(), "schedule", CLERK, SCHEDULE, around=Around(courtroom=courtroom))
    assert (refused.code, refused.params) == ("not-equipped", {"paragraph": "5"})


@pytest.mark.parametrize("when", ["2026-11-01T05:00:00Z", "tomorrow", "9999-99-99"])
def test_a_hearing_is_scheduled_for_a_time_to_come(when):
    assert refusal(feasible(), "schedule", CLERK, {"scheduled_at": when}).params["field"] == "scheduled_at"


@pytest.mark.parametrize("when", ["2026-11-01T05:00:00Z", "tomorrow"])
def test_an_application_is_granted_for_a_hearing_to_come(when):
    assert refusal(submitted(), "grant", JUDGE, GRANT | {"hearing_at": when}).params["field"] == "hearing_at"


def test_credentials_are_issued_once_and_again_only_with_a_reason():
    issued = act(scheduled(), "issue_credentials", ORGANISER)
    assert refusal(issued, "issue_credentials", ORGANISER).code == "already-issued"
    assert act(issued, "issue_credentials", ORGANISER, {"reason": "The letter was lost"}).credentials_at == AT


def test_of_two_who_saw_the_same_version_the_second_is_told():
    application = submitted()
    after = act(application, "withdraw", CLERK)
    assert refusal(sent(), "answer", ORGANISER, ANSWER, seen=application.version).code == "changed"
    assert refusal(after, "grant", JUDGE, GRANT, seen=application.version).code == "wrong-state"


def test_neither_hash_nor_vault_id_is_shown():
    for shown in (for_staff(scheduled(), JUDGE.positions), for_applicant(scheduled()), projection(scheduled()).summary):
        assert not any(secret in str(shown) for secret in ("hash", "doc-1", "doc-2"))


def test_only_judge_and_clerk_see_which_documents_there_are():
    assert for_staff(sent(), CLERK.positions)["documents"] == ["identity", "photo"]
    assert for_staff(sent(), ORGANISER.positions)["documents"] == []


def test_the_inbox_says_whose_turn_it_is():
    turns = {state: for_staff(IN[state](), JUDGE.positions)["yours"] for state in STATES}
    assert [state for state, yours in turns.items() if yours] == ["submitted", "infeasible", "acknowledged"]


@given(st.binary(min_size=8, max_size=8))
def test_a_receipt_can_be_read_aloud(random_bytes):
    assert receipt(2026, random_bytes).startswith("A-2026-")
    assert not set(receipt(2026, random_bytes)[7:]) & set("OIL01U")


@given(st.integers(0, 1 << 32))
def test_any_log_replays_to_the_same_application(seed):
    chance = random.Random(seed)
    details = chance.choice([{}, ELSEWHERE, {"means": "institution", "provider": "A hospital"}])
    log = submit("id", "court", "A-1", DETAILS | details, ENCLOSED, "applicant", AT, "participant")
    application = fold(log)
    for _ in range(30):
        name = chance.choice(ACTS)
        data = DATA[name] | ({"side": chance.choice(["hearing", "receiving"])} if "side" in DATA[name] else {})
        if name == "answer" and chance.random() < 0.3:
            data |= {"feasible": False, "remark": "No"}
        if name == "withdraw" and chance.random() < 0.8:
            continue
        try:
            done = events(application, name, chance.choice(ACTORS), data, around=AROUND)
        except Refused:
            continue
        log += done
        application = fold(done, application)
    assert fold(log) == application
    assert application.state in STATES
    assert application_acts.allowed(JUDGE.positions, application.state) is not None


def test_a_log_of_nothing_or_of_something_unknown_is_broken():
    for log in ([], [Event("granted", 1, AT, "j", {})], [Event("burnt", 1, AT, "j", {})]):
        with pytest.raises(BrokenLog):
            fold(log)
