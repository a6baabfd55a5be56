from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from hearings.acts import STATE_AFTER
from hearings.states import TABLE, forwarded, recorded
from hearings.terms import ROLES, STAFF, STATES, Standing, State

PLACES = [(role, standing) for role, standing in product(sorted(ROLES), get_args(Standing))]
ROOM = ["ready", "in_session", "technical_adjournment"]


def test_every_state_has_a_row_and_an_act_that_leads_there():
    assert set(TABLE) == set(STATES) == {"scheduled", *STATE_AFTER.values()}


@pytest.mark.parametrize("state", STATES)
def test_nothing_is_broadcast(state: State):
    assert not TABLE[state].broadcast


@pytest.mark.parametrize("state", STATES)
def test_nobody_but_the_admitted_hears_or_sees_anything(state: State):
    targets = [place for place in PLACES if place[1] != "admitted"]
    assert not [pair for pair in product(PLACES, targets) if forwarded(state, *pair)]


@pytest.mark.parametrize("state", STATES)
def test_the_waiting_room_shows_its_picture_to_judge_and_clerk_and_nothing_else(state: State):
    waiting = [place for place in PLACES if place[1] == "waiting"]
    flows = {(target, forwarded(state, source, target)) for source, target in product(waiting, PLACES)}
    shown = {(("judge", "admitted"), "v"), (("clerk", "admitted"), "v")} if state in ROOM else set()
    assert {flow for flow in flows if flow[1]} == shown


@pytest.mark.parametrize("state", STATES)
def test_only_the_sitting_is_recorded_and_only_those_admitted(state: State):
    places = {place for place in PLACES if recorded(state, place)}
    speakers = {(role, "admitted") for role in ROLES - {"technician", "observer"}}
    assert places == (speakers if state == "in_session" else set())


@pytest.mark.parametrize("state", ROOM)
def test_the_admitted_hear_and_see_one_another(state: State):
    assert forwarded(state, ("party", "admitted"), ("witness", "admitted")) == "av"
    assert forwarded(state, ("judge", "admitted"), ("technician", "admitted")) == "av"


@pytest.mark.parametrize("state", ["scheduled", "recess", "concluded"])
def test_between_sittings_nothing_is_forwarded(state: State):
    assert not [pair for pair in product(PLACES, PLACES) if forwarded(state, *pair)]


@pytest.mark.parametrize("state", STATES)
def test_technicians_and_observers_send_nothing(state: State):
    silent = [place for place in PLACES if place[0] in ("technician", "observer")]
    assert not [pair for pair in product(silent, PLACES) if forwarded(state, *pair)]


@pytest.mark.parametrize(("state", "who"), [("scheduled", STAFF), ("concluded", frozenset()), ("recess", ROLES)])
def test_who_may_join(state: State, who: frozenset[str]):
    assert set(TABLE[state].join) == who
