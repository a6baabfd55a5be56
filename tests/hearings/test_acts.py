from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from hearings.acts import TABLE, check
from hearings.decide import STEPS
from hearings.problems import Refused
from hearings.terms import ACTS, ROLES, STATES, Act, Standing

# Written out by hand, apart from the table: who may do it, in which states.
LIVE = "ready in_session technical_adjournment recess closed_session"
OPEN = "ready in_session technical_adjournment recess"
NOT_OVER = f"scheduled test_session {LIVE} postponed"
FACE = "ready in_session technical_adjournment closed_session"
LINKED = "ready in_session technical_adjournment"
COURT, TESTING, HEARD = "judge clerk", "clerk technician site_clerk", "in_session closed_session"
TRIAL = "party representative witness expert specialist interpreter"
FLOOR = f"{TRIAL} panel clerk site_clerk"
EVERYBODY = f"{FLOOR} judge technician observer"
HAND = {
    "begin_test": (TESTING, "scheduled"), "end_test": (TESTING, "test_session"), "open": (COURT, "scheduled"),
    "start": ("judge", "ready"), "adjourn": ("judge", "in_session recess"),
    "recess": ("judge", "in_session technical_adjournment"), "resume": ("judge", "technical_adjournment recess"),
    "close_session": ("judge", "in_session technical_adjournment recess"), "reopen": ("judge", "closed_session"),
    "conclude": ("judge", LIVE), "postpone": ("judge", f"scheduled {LIVE}"),
    "reschedule": (COURT, "scheduled postponed"),
    "admit": (COURT, FACE), "refuse": (COURT, FACE), "remove": ("judge", NOT_OVER), "readmit": ("judge", NOT_OVER),
    "agree_device": (COURT, NOT_OVER), "refuse_device": (COURT, NOT_OVER), "call_witness": ("judge", HEARD),
    "dismiss_witness": ("judge", LIVE), "mute": ("judge", LIVE), "unmute": ("judge", LIVE),
    "ask_floor": (FLOOR, HEARD), "withdraw_floor": (FLOOR, HEARD), "give_floor": ("judge", HEARD),
    "take_floor": ("judge", HEARD), "ask_repeat": (COURT, HEARD),
    "declare": (f"{TRIAL} observer", f"test_session {LIVE}"),
    "check_item": ("clerk", "scheduled test_session ready"), "begin_check": (COURT, LINKED),
    "confirm_check": (TRIAL, LINKED), "site_report": ("site_clerk", NOT_OVER),
    "report_problem": (EVERYBODY, NOT_OVER), "acknowledge_problem": ("judge clerk technician", NOT_OVER),
    "estimate_problem": ("technician", NOT_OVER), "resolve_problem": ("clerk technician", NOT_OVER),
    "message": ("clerk technician", NOT_OVER),
    "request_recording": (TRIAL, OPEN), "opinion": (TRIAL, OPEN), "permit_recording": ("judge", OPEN),
    "refuse_recording": ("judge", OPEN),
}  # fmt: skip
BEFORE_ADMISSION = {"declare", "report_problem"}
PARAGRAPHS = re.compile(r"6|9|10|11|14|15|16|19|24|26|27|28-1|29|33|35|36")


def test_every_act_is_in_the_table_and_in_the_one_written_by_hand():
    assert set(TABLE) == set(STEPS) == set(HAND) == set(ACTS)


@pytest.mark.parametrize("act", ACTS)
def test_every_act_is_allowed_by_the_table_or_refused_naming_the_paragraph(act: Act):
    who, states = (names.split() for names in HAND[act])
    here = ("waiting", "held", "admitted") if act in BEFORE_ADMISSION else ("admitted",)
    for role, standing, state in product(sorted(ROLES), get_args(Standing), STATES):
        if role in who and state in states and standing in here:
            assert check(act, role, standing, state) is TABLE[act]
            continue
        with pytest.raises(Refused) as refused:
            check(act, role, standing, state)
        assert refused.value.code in ("not-permitted", "wrong-state")
        assert PARAGRAPHS.fullmatch(refused.value.params["paragraph"])


def test_a_wrong_state_is_told_with_the_state():
    with pytest.raises(Refused) as refused:
        check("start", "judge", "admitted", "recess")
    assert (refused.value.code, refused.value.params["state"]) == ("wrong-state", "recess")


def test_the_protocol_document_names_the_same_acts_and_the_same_people():
    text = Path("docs/protocol.md").read_text(encoding="utf-8").split("### Acts")[1].split("\n## ")[0]
    documented: dict[str, set[str]] = {}
    for acts, who in re.findall(r"^\| (`.*?`) \| ([a-z_, ]+) \|", text, re.MULTILINE):
        documented |= {act: set(who.split(", ")) for act in re.findall(r"`(\w+)`", acts)}
    assert documented == {act: set(rule.who) for act, rule in TABLE.items()}
