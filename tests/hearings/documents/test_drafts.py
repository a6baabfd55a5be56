from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearings.documents.drafts import Draft, draw_up, edit, fold, keep, sign, withdraw
from hearings.documents.fill import fill, kind_of
from hearings.documents.forms import FORMS, LARGEST, LONGEST, MOST_ROWS
from hearings.documents.model import Paper
from hearings.hearing import Event
from hearings.problems import BrokenLog, Refused
from tests.hearings.documents.examples import ACT, APPLICATION, AT, MINUTES, PAPERS, draft

SHA = "a" * 64


def edited(before: Draft, **sections: Any) -> Draft:
    return fold(edit(before, before.form.owner, sections, before.version, AT, "owner"), before)


def signed(before: Draft, role: str, actor: str | None = None) -> Draft:
    return fold(sign(before, role, f"The {role}", before.version, AT, actor or role), before)


def signed_off(before: Draft) -> Draft:
    for role in before.form.signatories:
        before = signed(before, role)
    return before


def refused(code: str) -> Any:
    return pytest.raises(Refused, check=lambda problem: problem.code == code and problem.paragraph != "")


def test_a_draft_says_what_the_data_said() -> None:
    written = draft(ACT)
    assert dict(written.sections) == fill(ACT, "kk")
    assert written.edited == frozenset()


def test_editing_keeps_what_the_data_said() -> None:
    changed = edited(draft(ACT), decision="Іс қаралуы кейінге қалдырылды.")
    assert changed.sections["decision"] == "Іс қаралуы кейінге қалдырылды."
    assert changed.original == draft(ACT).sections
    assert changed.edited == {"decision"}


def test_editing_nothing_changes_nothing() -> None:
    written = draft(ACT)
    assert edit(written, "clerk", {"decision": written.sections["decision"]}, 1, AT, "clerk") == []


@pytest.mark.parametrize("paper", PAPERS, ids=kind_of)
def test_only_the_owner_edits(paper: Paper) -> None:
    written = draft(paper)
    for role in ("judge", "party", "technician", "administrator"):
        with refused("not-permitted"):
            edit(written, role, {"case_number": "1"}, 1, AT, role)


def test_who_edits_must_have_seen_the_last_edit() -> None:
    changed = edited(draft(ACT), decision="1")
    with refused("changed"):
        edit(changed, "clerk", {"decision": "2"}, 1, AT, "clerk")


def test_who_signs_must_have_seen_the_last_edit() -> None:
    with refused("changed"):
        sign(edited(draft(ACT), decision="1"), "clerk", "Name", 1, AT, "clerk")


def test_the_act_needs_the_head_of_the_administrator_and_the_clerk() -> None:
    once = signed(draft(ACT), "clerk")
    assert not once.signed_off
    assert signed(once, "administrator").signed_off


def test_nobody_signs_for_both() -> None:
    with refused("not-permitted"):
        signed(signed(draft(ACT), "clerk", actor="a"), "administrator", actor="a")


def test_nobody_signs_twice() -> None:
    with refused("signed-off"):
        signed(signed(draft(ACT), "clerk"), "clerk", actor="another")


def test_nobody_signs_but_the_signatories() -> None:
    for role in ("judge", "party", "technician"):
        with refused("not-permitted"):
            signed(draft(ACT), role)


def test_one_signature_is_enough_to_end_editing() -> None:
    with refused("signed-off"):
        edited(signed(draft(ACT), "clerk"), decision="2")


def test_a_signature_can_be_taken_back_while_another_is_missing() -> None:
    once = signed(draft(ACT), "clerk")
    again = fold(withdraw(once, "clerk", AT, "clerk"), once)
    assert edited(again, decision="2").sections["decision"] == "2"
    with refused("not-permitted"):
        withdraw(once, "administrator", AT, "a")


@pytest.mark.parametrize("paper", PAPERS, ids=kind_of)
def test_after_signing_off_nothing_changes(paper: Paper) -> None:
    done = signed_off(draft(paper))
    with refused("signed-off"):
        edited(done, case_number="1")
    for role in done.form.signatories:
        with refused("signed-off"):
            withdraw(done, role, AT, role)


def test_the_file_of_what_was_signed_off_is_noted_once() -> None:
    done = signed_off(draft(MINUTES))
    kept = fold(keep(done, SHA, AT, "system"), done)
    assert kept.sha256 == SHA
    with refused("signed-off"):
        keep(kept, SHA, AT, "system")


def test_the_file_of_a_draft_is_not_noted() -> None:
    with pytest.raises(ValueError):
        keep(signed(draft(ACT), "clerk"), SHA, AT, "system")
    with pytest.raises(ValueError):
        keep(signed_off(draft(ACT)), "A" * 64, AT, "system")


@pytest.mark.parametrize(
    "sections",
    [
        {"nothing": "text"}, {"decision": 1}, {"decision": None}, {"decision": "\x00"}, {"decision": "\ud800"},
        {"decision": "x" * (LONGEST + 1)}, {"problems": "text"}, {"problems": [["one", "two"]]},
        {"problems": [["a", "b", "c", 4]]}, {"problems": [["", "", "", ""]] * (MOST_ROWS + 1)},
        {"problems": [["x" * (LONGEST - 1)] * 4] * (LARGEST // LONGEST)},
    ],
)  # fmt: skip
def test_what_is_no_section_of_the_form_is_refused(sections: dict[str, Any]) -> None:
    with refused("bad-request"):
        edited(draft(ACT), **sections)


def test_a_draft_is_drawn_up_whole() -> None:
    sections = fill(APPLICATION, "kk")
    del sections["judge"]
    with refused("bad-request"):
        draw_up("d", "c", "application", "kk", sections, AT, "clerk")


def test_a_log_that_no_draft_could_have_made_is_refused() -> None:
    written = draft(ACT)
    for event in (
        Event("edited", 3, AT, "x", {"sections": {}}),
        Event("burnt", 2, AT, "x"),
        Event("drawn_up", 2, AT, "x"),
    ):
        with pytest.raises(BrokenLog):
            fold([event], written)
    with pytest.raises(BrokenLog):
        fold([])


STEPS = st.one_of(
    st.tuples(st.just("edit"), st.sampled_from(["clerk", "judge"]), st.text(max_size=5)),
    st.tuples(st.sampled_from(["sign", "withdraw"]), st.sampled_from(["clerk", "judge", "party"]), st.just("")),
)


@given(st.lists(STEPS, max_size=12))
def test_every_log_replays_to_the_same_draft_and_a_signed_one_stays(steps: Sequence[tuple[str, str, str]]) -> None:
    log = draw_up("d", "c", "minutes", "ru", fill(MINUTES, "ru"), AT, "clerk")
    now = fold(log)
    for what, role, text in steps:
        before = now
        try:
            new = _step(now, what, role, text)
        except Refused:
            continue
        log, now = [*log, *new], fold(new, now)
        assert not before.signed_off
    stored = [Event(e.kind, e.version, e.at, e.actor, json.loads(json.dumps(e.data))) for e in log]
    assert fold(stored) == now
    assert now.original == fold(log[:1]).sections


def _step(now: Draft, what: str, role: str, text: str) -> list[Event]:
    if what == "edit":
        return edit(now, role, {"recording": text}, now.version, AT, role)
    if what == "sign":
        return sign(now, role, "Name", now.version, AT, role)
    return withdraw(now, role, AT, role)


def test_every_form_has_an_owner_and_signatories() -> None:
    for form in FORMS.values():
        assert form.owner
        assert len(set(form.signatories)) == len(form.signatories) > 0
