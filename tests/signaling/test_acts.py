from __future__ import annotations

import asyncio

import pytest

from hearings.store import NewSeatRow
from tests.signaling.conftest import JPEG


async def test_an_act_is_answered_with_the_version_that_it_led_to(court):
    judge = await court.staff()
    status, answer = await judge.act("open")
    assert (status, answer) == (200, {"version": (await court.hub.changes.current(court.hearing)).version})


async def test_the_same_idempotency_key_answers_as_the_first_time_and_acts_once(court):
    judge = await court.staff()
    answers = await asyncio.gather(*(judge.act("open", key="one") for _ in range(3)))
    assert len({str(answer) for answer in answers}) == 1
    events = await court.store.events_after(court.hearing, 0)
    assert [item.event.kind for item in events].count("opened") == 1


async def test_another_seats_idempotency_key_is_another_key(court):
    judge, clerk = await court.opened(), await court.staff("clerk")
    await court.enter()
    await court.enter("party-2")
    assert (await judge.act("admit", key="k", seat="party-1"))[0] == 200
    assert (await clerk.act("admit", key="k", seat="party-2"))[0] == 200
    seats = (await court.hub.changes.current(court.hearing)).seats
    assert seats["party-1"].standing == seats["party-2"].standing == "admitted"


async def test_a_failed_act_may_be_tried_again_under_the_same_key(court):
    judge = await court.opened()
    assert (await judge.act("admit", key="k", seat="party-1"))[1]["code"] == "changed"
    await court.enter()
    assert (await judge.act("admit", key="k", seat="party-1"))[0] == 200


async def test_many_acts_at_once_all_come_to_pass(court):
    judge = await court.opened()
    seats = ["party-1", "party-2", "witness-1"]
    await asyncio.gather(*(court.enter(seat) for seat in seats))
    answers = await asyncio.gather(*(judge.act("admit", seat=seat) for seat in seats))
    assert [status for status, _ in answers] == [200, 200, 200]


async def test_an_act_seen_on_an_older_version_fails_where_it_would_mean_something_else(court):
    judge = await court.opened()
    version = (await court.hub.changes.current(court.hearing)).version
    await court.enter()
    status, problem = await judge.act("admit", seat="party-1", version=version)
    assert (status, problem["code"]) == (409, "changed")


async def test_what_a_role_may_not_do_is_not_permitted(court):
    judge = await court.opened()
    party = await court.admitted(judge)
    status, problem = await party.act("start")
    assert (status, problem["code"]) == (403, "not-permitted")


async def test_an_act_in_the_wrong_state_names_the_state_and_the_paragraph(court):
    judge = await court.opened()
    status, problem = await judge.act("adjourn")
    assert (status, problem["code"]) == (409, "wrong-state")
    assert problem["params"] == {"act": "adjourn", "state": "ready", "paragraph": "19"}


@pytest.mark.parametrize(
    "fields",
    [
        {"act": "dance"},
        {"act": "refuse", "seat": "party-1"},
        {"act": "open", "version": "1"},
        {"act": "admit", "seat": 1},
    ],
)
async def test_an_act_that_is_none_is_a_bad_request(court, fields):
    judge = await court.opened()
    await court.enter()
    response = await court.http.post("/api/v1/hearing/acts", json=fields, headers=judge.headers)
    assert (response.status, (await response.json())["code"]) == (400, "bad-request")


async def test_a_key_that_is_too_long_is_a_bad_request(court):
    judge = await court.staff()
    assert (await judge.act("open", key="x" * 65))[1]["params"] == {"field": "Idempotency-Key"}


async def test_a_change_made_by_another_process_is_seen_at_the_next_act(court):
    judge = await court.opened()
    hearing = await court.store.load(court.hearing)
    await court.store.add_seat(hearing, NewSeatRow("expert-1", "expert", "E"), "2026-11-21T09:00:00.000Z")
    assert (await judge.act("start", reason="all are heard"))[0] == 200
    assert "expert-1" in (await court.hub.room(court.hearing)).hearing.seats


async def test_judge_and_clerk_see_the_submitted_photo(court):
    judge = await court.opened()
    response = await court.http.get("/api/v1/hearing/seats/party-1/photo", headers=judge.headers)
    assert (response.content_type, await response.read()) == ("image/jpeg", JPEG)
    assert response.headers["Cache-Control"] == "no-store"


async def test_nobody_else_sees_a_photo(court):
    judge = await court.opened()
    party = await court.admitted(judge)
    response = await court.http.get("/api/v1/hearing/seats/party-1/photo", headers=party.headers)
    assert (response.status, (await response.json())["code"]) == (403, "not-permitted")


async def test_a_seat_without_a_photo_has_none(court):
    judge = await court.opened()
    for seat in ("party-2", "nobody"):
        assert (await court.http.get(f"/api/v1/hearing/seats/{seat}/photo", headers=judge.headers)).status == 404


@pytest.mark.parametrize("other", [{"act": "admit", "seat": "party-2"}, {"act": "start"}])
async def test_a_key_that_comes_again_with_another_act_is_a_bad_request_and_does_nothing(court, other):
    judge = await court.opened()
    await court.enter()
    await court.enter("party-2")
    assert (await judge.act("admit", key="k", seat="party-1"))[0] == 200
    status, problem = await judge.act(**other, key="k")
    assert (status, problem["params"]) == (400, {"field": "Idempotency-Key"})
    hearing = await court.hub.changes.current(court.hearing)
    assert (hearing.state, hearing.seats["party-2"].standing) == ("ready", "waiting")
