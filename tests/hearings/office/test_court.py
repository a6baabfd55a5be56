"""Courtrooms, cases, policies, retention."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearings.office import cases, courtrooms, policies
from hearings.office.policies import POLICIES, Policies
from hearings.office.retention import destroy_at
from hearings.office.terms import DOCUMENT_KINDS
from hearings.problems import Refused
from tests.hearings.office.build import AT, room

ANY = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers() | st.text())


def test_a_courtroom_is_equipped_with_all_four_and_an_endpoint():
    assert room().equipped
    assert not room("camera", "screen").equipped
    assert not room(endpoints=()).equipped


def test_equipment_that_is_taken_away_makes_it_unequipped():
    changed = courtrooms.equip(
        room(), {"equipment": ["camera"], "endpoints": ["c"], "reason": "repair"}, "a", AT, seen=1
    )
    assert not courtrooms.fold(changed, room()).equipped


def test_a_withdrawn_courtroom_is_not_equipped():
    gone = courtrooms.fold(courtrooms.withdraw(room(), {"reason": "sold"}, "a", AT, seen=1), room())
    assert (gone.equipped, courtrooms.projection(gone).state) == (False, "withdrawn")


@pytest.mark.parametrize(
    "data", [{"equipment": ["throne"]}, {"equipment": [[]]}, {"equipment": 3}, {"endpoints": [""]}]
)
def test_equipment_of_other_kinds_is_refused(data):
    with pytest.raises(Refused) as refused:
        courtrooms.register("id", "court", {"number": "3", **data}, "a", AT)
    assert refused.value.code == "bad-request"


def test_a_closed_case_is_amended_no_more():
    case = cases.fold(cases.register("id", "court", {"number": " 7-1 ", "title": "A v. B"}, "clerk", AT))
    closed = cases.fold(cases.close(case, {"reason": "decided"}, "clerk", AT, seen=1), case)
    assert (case.number, closed.closed) == ("7-1", True)
    with pytest.raises(Refused):
        cases.amend(closed, {"title": "A v. C", "reason": "typing error"}, "clerk", AT, seen=2)


def test_a_case_gets_another_number_and_is_opened_again():
    log = cases.register("id", "court", {"number": "7-1", "title": "A v. B"}, "clerk", AT)
    for act, data in [(cases.amend, {"number": "7-2", "title": "A v. B"}), (cases.close, {}), (cases.reopen, {})]:
        case = cases.fold(log)
        log += act(case, {**data, "reason": "r"}, "clerk", AT, seen=case.version)
    case = cases.fold(log)
    assert (case.number, case.title, case.closed, case.version) == ("7-2", "A v. B", False, 4)
    with pytest.raises(Refused):
        cases.reopen(case, {"reason": "again"}, "clerk", AT, seen=4)


def test_what_nobody_changed_has_its_default():
    assert Policies().view()["link_threshold_bps"] == 1_000_000
    assert Policies()["auto_adjourn"] is False


def test_a_changed_policy_keeps_who_when_and_why():
    (event,) = policies.set_policy(
        Policies(), {"name": "auto_adjourn", "value": True, "reason": "The chair's order"}, "admin", AT, seen=0
    )
    assert (event.actor, event.at, event.data["reason"]) == ("admin", AT, "The chair's order")
    assert policies.fold([event])["auto_adjourn"] is True


@given(st.sampled_from(sorted(POLICIES)), ANY)
def test_a_policy_keeps_its_type_whatever_is_asked(name, value):
    try:
        events = policies.set_policy(Policies(), {"name": name, "value": value, "reason": "r"}, "a", AT, seen=0)
    except Refused as refused:
        assert refused.params["field"] == "value"  # noqa: PT017
    else:
        assert type(policies.fold(events)[name]) is type(POLICIES[name].default)


def test_of_two_who_change_policies_at_once_the_second_is_told():
    with pytest.raises(Refused) as refused:
        policies.set_policy(Policies(3), {"name": "photo_days", "value": 1, "reason": "r"}, "a", AT, seen=2)
    assert refused.value.code == "changed"


def test_every_kind_of_document_has_a_term():
    assert {destroy_at(kind, AT, Policies()) for kind in DOCUMENT_KINDS} == {"2026-12-20T05:00:00.000Z"}
