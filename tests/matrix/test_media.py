"""Who may come, who hears and sees whom, who is recorded: what the app tells media, per state × place × role."""

from __future__ import annotations

from itertools import product
from typing import Any

from hearings.store import NewSeatRow
from hearings.terms import PLACES, ROLES
from tests.matrix.matrix import STATES, forwarded, joins, recorded
from tests.matrix.stage import STAFFED, Seated, Theatre
from tests.signaling.fake_media import FakeMedia

Seat = tuple[str, str, str]
"""Role, place, and "" for who is in, "waiting", "held", or "away" for an empty seat."""


def code(seat: Seat) -> str:
    return "-".join(part for part in seat if part).replace("_", "-")


INSIDE: list[Seat] = [(role, place, "") for role, place in product(sorted(ROLES), sorted(PLACES))]
OUTSIDE: list[Seat] = [
    (role, place, how) for role, how in (("party", "waiting"), ("witness", "held")) for place in sorted(PLACES)
]
EMPTY: list[Seat] = [(role, place, "away") for role, place in product(sorted(ROLES), sorted(PLACES))]
WAY = ["open", "start", "adjourn", "recess", "resume", "close_session", "reopen", "postpone"]


def seats(word: str) -> list[NewSeatRow]:
    return [
        NewSeatRow(code(seat), seat[0], "Somebody", None if seat[0] in STAFFED else word, place=seat[1])
        for seat in [*INSIDE, *OUTSIDE, *(seat for seat in EMPTY)]
        if seat[2] != "away" or seat[0] in ("judge", "party", "observer", "site_clerk")
    ]


def links(state: str) -> dict[str, dict[str, str]]:
    """What the matrix says, for those who came."""
    said: dict[str, dict[str, str]] = {}
    here = [seat for seat in INSIDE if is_in(state, seat)]
    for source in here:
        if forwarded(state, source[0]) and (heard := {code(target): "av" for target in here if target != source}):
            said[code(source)] = heard
    for source in (seat for seat in OUTSIDE if may_be(state, seat)):
        names = STATES[state].get("identifiers", []) if source[2] == "waiting" else []
        if seen := {code(target): "v" for target in here if target[0] in names}:
            said[code(source)] = seen
    return said


def may_be(state: str, seat: Seat) -> bool:
    return joins(state, seat[0], seat[1] == "courtroom")


def is_in(state: str, seat: Seat) -> bool:
    """A witness is not, before the start."""
    return may_be(state, seat) and not (state == "ready" and seat[0] == "witness")


async def check(media: FakeMedia, hearing: str, state: str, theatre: Theatre) -> None:
    policy: dict[str, Any] = media.policies[hearing]
    current = await theatre.store.load(hearing)
    assert current
    assert current.state == state
    assert policy["links"] == links(state), state
    record = {code(seat): "av" for seat in INSIDE if is_in(state, seat) and recorded(state, seat[0])}
    assert policy["record"] == record, state
    assert set(policy["seats"]) == {
        code((row.role, row.place or "", how(row.code)))
        for row in theatre.rows
        if may_be(state, (row.role, row.place or "", ""))
    }


def how(name: str) -> str:
    last = name.rpartition("-")[2]
    return last if last in ("waiting", "held", "away") else ""


async def doors(theatre: Theatre, hearing: str, state: str) -> None:
    """Who comes now is let in or told why not; whoever got in leaves again."""
    for row in theatre.rows:
        if how(row.code) != "away":
            continue
        found = await theatre.knock(hearing, row.code)
        if may_be(state, (row.role, row.place or "", "")):
            assert isinstance(found, Seated), (state, row.code, found)
            assert (await theatre.http.delete("/api/v1/token", headers=found.headers)).status == 204
        else:
            assert not isinstance(found, Seated), (state, row.code)
            assert found["code"] == STATES[state]["refusal"]
            assert found["params"].get("paragraph") == STATES[state].get("paragraph")


async def come(theatre: Theatre, hearing: str, judge: Seated, test: bool) -> None:
    for seat in INSIDE if test else [*INSIDE, *OUTSIDE]:
        if (seat[0] in STAFFED and not test) or (test and seat[0] == "observer") or code(seat) == "judge-courtroom":
            continue
        await theatre.enter(hearing, code(seat))
        if not test and seat[2] != "waiting":
            status, answer = await judge.act("admit", code(seat))
            assert status == 200, answer


async def test_media_and_the_doors_are_as_the_matrix_says_in_every_state(theatre: Theatre, media: FakeMedia) -> None:
    theatre.rows = seats(theatre.word)
    hearing = await theatre.new()
    judge = await theatre.enter(hearing, "judge-courtroom")
    clerk = await theatre.enter(hearing, "clerk-courtroom")
    seen = set()

    async def look(state: str) -> None:
        seen.add(state)
        await check(media, hearing, state, theatre)
        await doors(theatre, hearing, state)

    assert (await clerk.act("begin_test"))[0] == 200
    await come(theatre, hearing, judge, test=True)
    await look("test_session")
    assert (await clerk.act("end_test"))[0] == 200
    await look("scheduled")
    for act in WAY:
        assert (await judge.act(act))[0] == 200
        if act == "open":
            await come(theatre, hearing, judge, test=False)
        if act == "start":
            for seat in INSIDE:
                if seat[0] == "witness":
                    assert (await judge.act("call_witness", code(seat)))[0] == 200
        current = await theatre.store.load(hearing)
        assert current
        await look(current.state)
    for act in ("reschedule", "open", "conclude"):
        assert (await judge.act(act))[0] == 200
    assert not media.policies.get(hearing, {}).get("links")
    await doors(theatre, hearing, "concluded")
    assert seen == set(STATES) - {"concluded"}
