from __future__ import annotations

import asyncio
import itertools

import pytest

from signaling import tries as bounds
from tests.signaling.conftest import DECLARATIONS, NUMBER, WORDS


@pytest.mark.parametrize(
    ("number", "seat", "word"),
    [
        (NUMBER, "party-1", "wrong"),
        (NUMBER, "party-9", WORDS["party-1"]),
        ("0000-00/0", "party-1", WORDS["party-1"]),
        (NUMBER, "judge", WORDS["party-1"]),
        (NUMBER, "party-2", WORDS["party-1"]),
    ],
)
async def test_a_wrong_number_seat_or_word_gets_the_one_answer(court, number, seat, word):
    await court.opened()
    body = {"hearing": number, "seat": seat, "code_word": word}
    response = await court.http.post("/api/v1/entry", json=body)
    reference = await court.http.post("/api/v1/entry", json={"hearing": "x", "seat": "x", "code_word": "x"})
    assert (response.status, await response.read()) == (reference.status, await reference.read())
    assert set(response.headers) == set(reference.headers)


async def test_the_right_word_opens_the_waiting_room_also_as_it_is_typed_by_hand(court):
    await court.opened()
    status, answer = await court.try_word(" PARTY-1 ", "Bakidu Motela 47", f" {NUMBER} ")
    assert status == 200
    assert answer["claim"] is False
    assert answer["expires_in"] == 300
    assert answer["seat"] == {"seat": "party-1", "role": "party", "name": "Person of party-1"}
    assert answer["hearing"] == {"number": NUMBER, "title": "A v. B", "court": "The court"}


async def test_wrong_words_wait_longer_and_longer_and_the_right_one_still_enters(court):
    await court.opened()
    for _ in range(12):
        assert (await court.try_word())[0] == 401
    assert court.waits == sorted(court.waits)
    assert 0 < max(court.waits) <= 30
    assert (await court.try_word(word=WORDS["party-1"]))[0] == 200


async def test_tries_at_one_seat_do_not_slow_down_another_seat_of_the_same_address(court):
    await court.opened()
    for _ in range(5):
        await court.try_word("party-1")
    await court.enter("party-2")
    assert court.waits[-1] == 0


async def test_the_clerk_is_told_of_wrong_words(court):
    await court.opened()
    clerk = await court.staff("clerk")
    await clerk.connect()
    for _ in range(3):
        await court.try_word("party-2")
    assert (await clerk.expect("wrong_words"))["seat"] == "party-2"


async def three_wrong(court, judge):
    """Wrong words, and that they have been told of."""
    await judge.connect()
    version = (await court.hub.changes.current(court.hearing)).version
    for _ in range(3):
        await court.try_word("party-2")
    await judge.expect("hearing", lambda m: m["hearing"]["version"] > version)


async def test_a_clerk_who_comes_later_is_told_of_wrong_words_and_once_only(court):
    await three_wrong(court, await court.opened())
    clerk = await court.staff("clerk")
    await clerk.connect()
    told = await clerk.expect("wrong_words")
    assert (told["seat"], told["count"]) == ("party-2", 3)
    await clerk.connect()
    for _ in range(6):
        await court.try_word("party-2")
    assert (await clerk.expect("wrong_words"))["count"] == 6


async def test_a_clerk_whose_connection_was_lost_is_told_of_wrong_words_on_coming_back(court):
    judge = await court.opened()
    clerk = await court.staff("clerk")
    await clerk.connect()
    await clerk.drop()
    await judge.connect()
    await judge.expect(
        "hearing", lambda m: not {one["seat"]: one for one in m["hearing"]["seats"]}["clerk"]["connected"]
    )
    await three_wrong(court, judge)
    await clerk.connect()
    assert (await clerk.expect("wrong_words"))["count"] == 3


async def test_only_the_clerk_learns_of_wrong_words(court):
    judge = await court.opened()
    await three_wrong(court, judge)
    await judge.connect()
    kinds = []
    while "hearing" not in kinds:
        kinds.append((await judge.read())["type"])
    assert "speaker" in kinds
    assert "wrong_words" not in kinds


async def test_before_the_doors_are_open_the_right_word_learns_when_the_hearing_is(court):
    status, problem = await court.try_word(word=WORDS["party-1"])
    assert (status, problem["code"]) == (403, "not-yet-open")
    assert problem["params"]["scheduled_at"] == "2026-11-21T09:00:00.000Z"


async def test_after_the_hearing_the_right_word_learns_that_it_is_over(court):
    judge = await court.opened(start=True)
    await judge.act("conclude")
    status, problem = await court.try_word(word=WORDS["party-1"])
    assert (status, problem["code"]) == (410, "ended")


async def test_a_removed_participant_reads_the_reason_at_the_door(court):
    judge = await court.opened()
    await court.admitted(judge)
    await judge.act("remove", seat="party-1", reason="Disorder")
    status, problem = await court.try_word(word=WORDS["party-1"])
    assert (status, problem["code"], problem["params"]["reason"]) == (403, "removed", "Disorder")


@pytest.mark.parametrize(
    "body", [{}, {"hearing": 1, "seat": "s", "code_word": "w"}, {"hearing": "h", "seat": "s", "code_word": "x" * 201}]
)
async def test_an_incomplete_entry_names_the_field(court, body):
    response = await court.http.post("/api/v1/entry", json=body)
    assert response.status == 400
    assert (await response.json())["params"]["field"] in ("hearing", "code_word")


async def test_a_wrong_password_and_a_wrong_name_get_the_same_answer(court):
    answers = []
    for name in ("Judge Ahmetova", "Nobody"):
        response = await court.http.post("/api/v1/staff/login", json={"name": name, "password": "wrong"})
        answers.append((response.status, await response.read()))
    assert answers[0] == answers[1]
    assert answers[0][0] == 401


async def test_staff_see_the_seats_that_their_role_may_take(court):
    headers = {"Authorization": f"Bearer {await court.login()}"}
    hearings = (await (await court.http.get("/api/v1/staff/hearings", headers=headers)).json())["hearings"]
    assert [(one["number"], one["state"], one["seats"]) for one in hearings] == [(NUMBER, "scheduled", ["judge"])]


async def test_staff_may_not_take_a_seat_of_another_role(court):
    headers = {"Authorization": f"Bearer {await court.login()}"}
    body = {"hearing": court.hearing, "seat": "party-1"}
    response = await court.http.post("/api/v1/staff/enter", json=body, headers=headers)
    assert (response.status, (await response.json())["code"]) == (403, "not-permitted")


async def test_after_the_hearing_its_seats_are_no_longer_there_for_staff_either(court):
    judge = await court.opened()
    await judge.act("conclude")
    headers = {"Authorization": f"Bearer {await court.login()}"}
    body = {"hearing": court.hearing, "seat": "judge"}
    response = await court.http.post("/api/v1/staff/enter", json=body, headers=headers)
    assert (response.status, (await response.json())["code"]) == (410, "ended")


@pytest.fixture
def most(monkeypatch):
    monkeypatch.setattr(bounds, "PARTICIPANTS_MOST", 20)
    return 20


async def test_a_flood_of_words_for_many_seats_is_checked_two_at_a_time_and_the_rest_told_to_slow_down(most, start):
    court = await start()
    await court.opened()
    gate, two, inside, at_once = asyncio.Event(), asyncio.Event(), 0, []

    async def verify(*_):
        nonlocal inside
        inside += 1
        at_once.append(inside)
        if inside == 2:
            two.set()
        await gate.wait()
        inside -= 1
        return False

    court.words.verify = verify
    tries = [asyncio.create_task(court.try_word(f"seat-{number}")) for number in range(most + 12)]
    async with asyncio.timeout(10):
        done = [await one for one in itertools.islice(asyncio.as_completed(tries), 10)]
    assert {(status, problem["code"]) for status, problem in done} == {(429, "slow-down")}
    await asyncio.wait_for(two.wait(), 5)
    gate.set()
    statuses = [status for status, _ in await asyncio.gather(*tries)]
    assert statuses.count(401) == most + 2
    assert max(at_once) == 2


async def test_a_right_word_from_elsewhere_takes_the_place_of_one_of_the_flood(most, start):
    court = await start(proxies=frozenset({"127.0.0.1"}))
    await court.opened()
    gate, verify = asyncio.Event(), court.words.verify

    async def slowly(*arguments):
        await gate.wait()
        return await verify(*arguments)

    court.words.verify = slowly

    async def coming_from(address, seat, word):
        body = {"hearing": NUMBER, "seat": seat, "code_word": word, "declarations": DECLARATIONS}
        response = await court.http.post("/api/v1/entry", json=body, headers={"X-Forwarded-For": address})
        return response.status

    flood = [asyncio.create_task(coming_from("203.0.113.9", f"seat-{number}", "wrong")) for number in range(most + 12)]
    async with asyncio.timeout(10):
        await next(asyncio.as_completed(flood))
        home = asyncio.create_task(coming_from("192.0.2.1", "party-1", WORDS["party-1"]))
        while sum(one.done() for one in flood) < 11:  # ten had no place, and one gave its own
            await asyncio.sleep(0)
        gate.set()
        assert await home == 200
        assert sorted(set(await asyncio.gather(*flood))) == [401, 429]
