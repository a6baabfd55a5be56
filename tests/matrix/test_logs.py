"""Logs replay to the same hearing from both databases; two clerks who act at once lose nothing."""

from __future__ import annotations

import asyncio

import pytest

from hearings.hearing import fold
from hearings.store import open_store
from tests.hearings.build import history
from tests.matrix.stage import AT, Theatre


@pytest.mark.parametrize("seed", range(12))
async def test_a_stored_log_replays_to_the_same_hearing(database_url: str, seed: int) -> None:
    log = history(seed)
    store = await open_store(database_url)
    try:
        court = await store.ensure_court("The court")
        made = await store.create_hearing(court, "7204-25/15", "A hearing", AT, [], AT)
        await store.append(made.id, 1, log[1:])
        assert await store.load(made.id) == fold(log[1:], made)
        assert [stored.event for stored in await store.events_after(made.id, 1)] == log[1:]
    finally:
        await store.close()


async def test_of_two_clerks_who_act_at_once_one_succeeds_and_the_other_is_told(theatre: Theatre) -> None:
    hearing = await theatre.new()
    first, second = await theatre.enter(hearing, "judge"), await theatre.enter(hearing, "clerk")
    assert (await first.act("open"))[0] == 200
    for seat in ("comer", "someone", "asker"):
        await theatre.enter(hearing, seat)
        version = (await first.snapshot())["version"]
        answers = await asyncio.gather(*(
            clerk.act(act, seat, version=version) for clerk, act in ((first, "admit"), (second, "refuse"))
        ))  # fmt: skip
        assert sorted(status for status, _ in answers) == [200, 409]
        assert {answer["code"] for status, answer in answers if status == 409} == {"changed"}
    kinds = [stored.event.kind for stored in await theatre.store.events_after(hearing, 0)]
    assert sum(kinds.count(kind) for kind in ("admitted", "refused")) == 3


async def test_acts_at_once_on_different_seats_all_come_to_pass(theatre: Theatre) -> None:
    hearing = await theatre.new()
    first, second = await theatre.enter(hearing, "judge"), await theatre.enter(hearing, "clerk")
    assert (await first.act("open"))[0] == 200
    for seat in ("comer", "someone"):
        await theatre.enter(hearing, seat)
    version = (await first.snapshot())["version"]
    answers = await asyncio.gather(
        first.act("admit", "comer", version=version), second.act("admit", "someone", version=version)
    )
    assert [status for status, _ in answers] == [200, 200]
    seats = {seat["seat"]: seat["standing"] for seat in (await first.snapshot())["seats"]}
    assert (seats["comer"], seats["someone"]) == ("admitted", "admitted")
