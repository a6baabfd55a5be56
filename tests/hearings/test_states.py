from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from hearings.acts import STATE_AFTER
from hearings.states import TABLE, forwarded, joining, recorded
from hearings.terms import PLACES, ROLES, STAFF, STATES, Place, Position, Role, Standing, State

EVERYWHERE = [Position(*one) for one in product(sorted(PLACES), sorted(ROLES), get_args(Standing))]
ROOM = ["ready", "in_session", "technical_adjournment"]
SPEAK = ROLES - {"technician", "observer"}


def flows(state: State, sources, targets=EVERYWHERE):
    found = {(source, target, forwarded(state, source, target)) for source, target in product(sources, targets)}
    return {flow for flow in found if flow[2]}


def remote(standing: Standing = "admitted", role: Role = "party") -> Position:
    return Position("personal_device", role, standing)


def test_every_state_has_a_row_and_an_act_that_leads_there():
    assert set(TABLE) == set(STATES) == {"scheduled", *STATE_AFTER.values()}


@pytest.mark.parametrize("state", STATES)
def test_only_an_open_session_is_broadcast(state: State):
    assert TABLE[state].broadcast == (state == "in_session")


@pytest.mark.parametrize("state", STATES)
def test_nobody_but_the_admitted_hears_or_sees_anything(state: State):
    targets = [place for place in EVERYWHERE if place.standing != "admitted"]
    assert not flows(state, [remote(), Position("courtroom", "judge", "admitted")], targets)


@pytest.mark.parametrize("state", STATES)
def test_who_waits_shows_a_picture_to_judge_and_clerk_and_nothing_else(state: State):
    seen = {(target.role, target.standing, kinds) for _, target, kinds in flows(state, [remote("waiting", "witness")])}
    assert seen == ({("judge", "admitted", "v"), ("clerk", "admitted", "v")} if state in ROOM else set())


@pytest.mark.parametrize("state", STATES)
def test_who_is_held_sends_nothing(state: State):
    assert not flows(state, [remote("held", "witness")])


@pytest.mark.parametrize("state", STATES)
def test_only_the_sitting_is_recorded_and_only_those_admitted(state: State):
    places = {"in_session": PLACES, "closed_session": {"courtroom"}}.get(state, set())
    speakers = {Position(place, role, "admitted") for place in places for role in SPEAK}
    assert {place for place in EVERYWHERE if recorded(state, place)} == speakers


@pytest.mark.parametrize("state", [*ROOM, "test_session"])
def test_the_admitted_hear_and_see_one_another(state: State):
    assert forwarded(state, remote(), remote(role="witness")) == "av"
    assert forwarded(state, Position("courtroom", "judge", "admitted"), remote(role="technician")) == "av"


@pytest.mark.parametrize("state", ["scheduled", "recess", "concluded", "postponed"])
def test_between_sittings_nothing_is_forwarded(state: State):
    assert TABLE[state].forward == ()


def test_a_closed_session_goes_on_in_the_courtroom_alone():
    inside = [place for place in EVERYWHERE if place.place == "courtroom"]
    outside = [place for place in EVERYWHERE if place.place != "courtroom"]
    assert not flows("closed_session", outside)
    assert not flows("closed_session", inside, outside)
    panel = Position("courtroom", "panel", "admitted")
    assert forwarded("closed_session", Position("courtroom", "judge", "admitted"), panel) == "av"


@pytest.mark.parametrize("place", sorted(PLACES))
def test_nobody_joins_a_closed_session_from_elsewhere(place: Place):
    joined = {role for role in ROLES if joining("closed_session", place, role)}
    assert joined == (ROLES if place == "courtroom" else set())


@pytest.mark.parametrize("state", STATES)
def test_technicians_and_observers_send_nothing(state: State):
    silent = [place for place in EVERYWHERE if place.role in ("technician", "observer")]
    assert not any(place in flow.source for flow in TABLE[state].forward for place in silent)


@pytest.mark.parametrize(
    ("state", "who"),
    [
        ("scheduled", STAFF), ("postponed", STAFF), ("concluded", frozenset()), ("recess", ROLES),
        ("test_session", ROLES - {"observer"}),
    ],
)  # fmt: skip
def test_who_may_join(state: State, who: frozenset[str]):
    assert {role for role in ROLES if joining(state, "personal_device", role)} == who
