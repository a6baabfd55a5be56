from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from hearings.acts import TABLE, check
from hearings.problems import Refused
from hearings.terms import ACTS, ROLES, STATES, Act, Standing

# Written out by hand, apart from the table: state by state, what the judge may do; the clerk may do what is in CLERK.
JUDGE = {
    "scheduled": {"open", "remove", "readmit", "agree_device", "refuse_device"},
    "ready": {"start", "conclude", "admit", "refuse", "remove", "readmit", "agree_device", "refuse_device"},
    "in_session": {
        "adjourn", "recess", "conclude", "admit", "refuse", "remove", "readmit", "agree_device", "refuse_device",
    },
    "technical_adjournment": {
        "resume", "conclude", "admit", "refuse", "remove", "readmit", "agree_device", "refuse_device",
    },
    "recess": {"resume", "conclude", "remove", "readmit", "agree_device", "refuse_device"},
    "concluded": set(),
}  # fmt: skip
CLERK = {"open", "admit", "refuse", "agree_device", "refuse_device"}
PARAGRAPHS = re.compile(r"9|11|16|19|28-1")


@pytest.mark.parametrize("act", ACTS)
def test_every_act_is_allowed_by_the_table_or_refused_naming_the_paragraph(act: Act):
    for role, standing, state in product(sorted(ROLES), get_args(Standing), STATES):
        able = act in JUDGE[state] and (role == "judge" or (role == "clerk" and act in CLERK))
        if able and standing == "admitted":
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
    for acts, who in re.findall(r"^\| (`.*?`) \| ([a-z, ]+) \|", text, re.MULTILINE):
        documented |= {act: set(who.split(", ")) for act in re.findall(r"`(\w+)`", acts)}
    assert documented == {act: set(rule.who) for act, rule in TABLE.items()}
