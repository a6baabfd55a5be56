"""docs/protocol.md and the code say the same, both ways. What tests receive is held against it in `conftest.Device`."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import hearings
import signaling
from gateway.messages import LinkDown, LinkUp
from hearings import acts, states
from hearings.terms import ACTS, STATES, Standing
from signaling.problems import KINDS
from signaling.requests import DEVICE_STATES, Requests
from signaling.security import content_security_policy
from signaling.static_files import PAGES
from tests.signaling import document
from tests.signaling.document import CLIENT, PROBLEMS, SERVER, codes, examples, rows, section


def sources(package):
    return [ast.parse(path.read_text()) for path in Path(package.__file__).parent.glob("*.py")]


def calls(package, *names):
    """The first argument of every call of these names, where it is a text."""
    found = set()
    for node in (node for tree in sources(package) for node in ast.walk(tree)):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
            if name in names:
                found.add(node.args[0].value)
    return found


def written(package, key):
    """Every text that stands under a key of a dictionary in the code."""
    pairs = (
        pair
        for tree in sources(package)
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        for pair in zip(node.keys, node.values, strict=True)
    )
    return {
        value.value
        for name, value in pairs
        if isinstance(name, ast.Constant) and name.value == key and isinstance(value, ast.Constant)
    }


def answers():
    """The types with which requests are answered: the first of a returned pair."""
    tree = ast.parse((Path(signaling.__file__).parent / "requests.py").read_text())
    pairs = (
        node.value for node in ast.walk(tree) if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple)
    )
    return {pair.elts[0].value for pair in pairs if isinstance(pair.elts[0], ast.Constant)}


async def test_every_route_is_documented_and_every_documented_route_is_there(court):
    documented = {codes(row[0])[0] for row in rows(section("## HTTP").split("\n### ")[0])} | {"GET /api/v1/ws"}
    routes = {
        f"{route.method} {route.resource.canonical}"
        for route in court.http.app.router.routes()
        if route.method != "HEAD" and route.resource.canonical not in (*PAGES, "/{path}")
    }
    assert routes == documented


def test_every_client_message_is_documented_and_understood():
    assert set(CLIENT) == set(Requests(*[None] * 5)._kinds) | {"hello", "ping"}


def test_every_server_message_is_documented_and_sent():
    sent = calls(signaling, "send") | written(signaling, "type") | answers() | {"problem"}
    assert sent - {"about:blank"} == set(SERVER)


def test_every_act_is_documented_with_those_who_may_do_it():
    documented = {act: set(row[1].split(", ")) for row in rows(section("### Acts")) for act in codes(row[0])}
    assert documented == {act: set(acts.TABLE[act].who) for act in ACTS}


def test_every_problem_is_documented_with_its_status():
    assert {code: kind.status for code, kind in KINDS.items()} == PROBLEMS


def test_no_problem_is_raised_that_is_not_documented():
    raised = calls(signaling, "Problem") | calls(hearings, "Refused")
    raised |= {row.closed for row in states.TABLE.values()}
    assert raised <= set(PROBLEMS)


async def test_the_snapshot_has_the_documented_fields(court):
    judge = await court.opened(start=True)
    response = await court.http.get("/api/v1/hearing", headers=judge.headers)
    snapshot, (example,) = await response.json(), examples("### The snapshot")
    assert list(snapshot) == list(example)
    for part in ("sitting", "recording", "you"):
        assert list(snapshot[part]) == list(example[part])
    assert list(snapshot["seats"][0]) == list(example["seats"][0])


def test_every_state_and_standing_is_documented():
    text = section("### The snapshot")
    named, standings = text.split("States: ")[1].split(" Standings: ")
    assert set(codes(named)) == set(STATES)
    assert set(codes(standings)) == set(Standing.__args__)


def test_the_link_has_the_documented_figures():
    (example,) = examples("### The link")
    assert set(example["up"]) == set(LinkUp.__annotations__)
    assert set(example["down"]) == set(LinkDown.__annotations__)


def test_the_device_states_are_documented():
    (row,) = [row for row in rows(document._WEBSOCKET[0]) if codes(row[0]) == ["device"]]
    assert set(codes(row[2])) >= DEVICE_STATES


def test_the_documented_headers_are_those_that_files_get():
    documented = " ".join(section("## The web client's files").split("```")[1].split())
    assert content_security_policy("HOST", True) in documented


@pytest.mark.parametrize("code", sorted(KINDS))
def test_every_problem_has_an_english_title(code):
    assert KINDS[code].title.endswith(".")
