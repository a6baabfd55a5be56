from __future__ import annotations

import asyncio
import os
import signal
import sys

import pytest
from sqlalchemy.exc import IntegrityError

from hearings import attendance
from hearings.decide import decide
from hearings.hearing import Event, fold
from hearings.ids import time_ms
from hearings.store import Changed, NewSeatRow, Remember, Repeated, Store, open_store
from tests.hearings.build import AT


def coming(hearing, seat="judge"):
    return attendance.enter(hearing, seat, f"{seat}'s phone", AT, occupied=False)


async def test_what_is_appended_is_loaded(store: Store, make):
    hearing = await make()
    events = coming(hearing)
    stored = await store.append(hearing.id, hearing.version, events)
    assert await store.load(hearing.id) == fold(events, hearing)
    assert [item.event for item in stored] == events


async def test_an_unknown_hearing_is_none(store: Store):
    assert await store.load("nothing") is None


async def test_what_was_decided_on_an_older_version_changes_nothing(store: Store, make):
    hearing = await make()
    await store.append(hearing.id, hearing.version, coming(hearing))
    with pytest.raises(Changed):
        await store.append(hearing.id, hearing.version, coming(hearing, "clerk"))
    assert (await store.load(hearing.id)).seats["clerk"].standing == "absent"


async def test_of_two_writers_at_once_one_wins_and_the_other_is_told(store: Store, make, url: str):
    hearing = await make()
    other = await open_store(url)
    writers = [(store, "judge"), (other, "clerk")] * 5
    results = await asyncio.gather(
        *(db.append(hearing.id, hearing.version, coming(hearing, seat)) for db, seat in writers), return_exceptions=True
    )
    await other.close()
    assert sorted(type(result).__name__ for result in results) == ["Changed"] * 9 + ["list"]
    assert (await store.load(hearing.id)).version == hearing.version + 1


async def test_writers_who_load_again_all_get_through(store: Store, make, url: str):
    hearing = await make()
    other = await open_store(url)

    async def count(db: Store) -> None:
        for _ in range(5):
            while True:
                seen = await db.load(hearing.id)
                try:
                    await db.append(seen.id, seen.version, attendance.wrong_words(seen, "party", 1, AT))
                    break
                except Changed:
                    continue

    await asyncio.gather(count(store), count(other))
    await other.close()
    assert (await store.load(hearing.id)).seats["party"].wrong_words == 10


async def test_an_append_that_fails_midway_leaves_nothing(store: Store, make):
    hearing = await make()
    gap = [*coming(hearing), Event("left", hearing.version + 1, AT, "judge", {"seat": "judge"})]
    with pytest.raises(IntegrityError):
        await store.append(hearing.id, hearing.version, gap)
    assert await store.load(hearing.id) == hearing


async def test_events_of_another_version_are_our_mistake(store: Store, make):
    hearing = await make()
    with pytest.raises(ValueError):
        await store.append(hearing.id, hearing.version + 1, coming(hearing))


async def test_the_same_key_acts_once_and_answers_as_the_first_time(store: Store, make):
    hearing = await make()
    remember = Remember("session", "key", {"version": 5})
    await store.append(hearing.id, hearing.version, coming(hearing), remember)
    again = await store.load(hearing.id)
    for seen in (hearing, again):
        with pytest.raises(Repeated) as repeated:
            await store.append(hearing.id, seen.version, coming(seen, "clerk"), remember)
        assert repeated.value.answer == {"version": 5}
    assert await store.answered("session", "key") == {"version": 5}
    assert await store.load(hearing.id) == again


async def test_the_same_key_of_somebody_else_is_another_key(store: Store, make):
    hearing = await make()
    await store.append(hearing.id, hearing.version, coming(hearing), Remember("one", "key", 1))
    hearing = await store.load(hearing.id)
    await store.append(hearing.id, hearing.version, coming(hearing, "clerk"), Remember("two", "key", 2))
    assert [await store.answered(scope, "key") for scope in ("one", "two", "three")] == [1, 2, None]


async def test_an_act_that_lost_the_race_is_not_remembered(store: Store, make):
    hearing = await make()
    await store.append(hearing.id, hearing.version, coming(hearing))
    with pytest.raises(Changed):
        await store.append(hearing.id, hearing.version, coming(hearing, "clerk"), Remember("s", "key", 1))
    assert await store.answered("s", "key") is None


async def test_old_keys_are_forgotten(store: Store, make):
    hearing = await make()
    await store.append(hearing.id, hearing.version, coming(hearing), Remember("s", "key", 1))
    await store.forget_answers(before=0.0)
    assert await store.answered("s", "key") == 1
    await store.forget_answers(before=1e12)
    assert await store.answered("s", "key") is None


async def test_the_outbox_gives_what_the_journal_lacks(store: Store, make):
    hearing = await make()
    await store.append(hearing.id, hearing.version, coming(hearing))
    await store.mark(hearing.id, hearing.version)
    (lacking,) = await store.events_after(hearing.id, await store.journalled(hearing.id))
    line = lacking.journal()
    assert (line["kind"], line["version"], line["data"]["seat"]) == ("entered", hearing.version + 1, "judge")
    assert time_ms(line["id"]) > 0


async def test_the_outbox_never_goes_back(store: Store, make):
    hearing = await make()
    await store.mark(hearing.id, 3)
    await store.mark(hearing.id, 2)
    assert await store.journalled(hearing.id) == 3


async def test_live_hearings_are_those_in_which_somebody_may_be_connected(store: Store, make):
    hearing = await make("1")
    await make("2")
    assert await store.live_hearings() == []
    await store.append(hearing.id, hearing.version, coming(hearing))
    assert [row.id for row in await store.live_hearings()] == [hearing.id]
    for act, live in (("open", 1), ("start", 1), ("conclude", 0)):
        hearing = await store.load(hearing.id)
        events = decide(hearing, act, "judge", AT, sitting="s", reason="all are here")
        await store.append(hearing.id, hearing.version, events)
        assert len(await store.live_hearings()) == live


async def test_an_opened_hearing_whose_journal_lacks_something_is_found_after_a_restart(store: Store, make):
    hearing = await make("1")
    await make("2")
    events = coming(hearing)
    events += decide(fold(events, hearing), "open", "judge", AT)
    await store.append(hearing.id, hearing.version, events)
    assert await store.unjournalled() == [hearing.id]
    await store.mark(hearing.id, events[-1].version)
    assert await store.unjournalled() == []


async def test_a_seat_can_be_added_while_the_hearing_goes_on(store: Store, make):
    hearing = await make()
    changed = await store.add_seat(hearing, NewSeatRow("expert", "expert", "An expert", word_hash="x"), AT)
    assert changed == await store.load(hearing.id)
    assert (await store.seat(hearing.id, "expert")).word_hash == "x"
    with pytest.raises(Changed):
        await store.add_seat(hearing, NewSeatRow("witness", "witness", ""), AT)
    assert await store.seat(hearing.id, "witness") is None


WRITER = """
import asyncio, sys
from hearings import attendance
from hearings.store import open_store

async def main():
    store = await open_store(sys.argv[1])
    hearing = sys.argv[2]
    while True:
        seen = await store.load(hearing)
        events = attendance.wrong_words(seen, "party", 1, "2026-11-21T09:00:00.000Z")
        await store.append(hearing, seen.version, events)
        print(events[-1].version, flush=True)

asyncio.run(main())
"""


async def test_what_was_acknowledged_survives_a_kill(store: Store, make, url: str):
    hearing = await make()
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, url, hearing.id, stdout=asyncio.subprocess.PIPE
    )
    acknowledged = [int(await writer.stdout.readline()) for _ in range(10)]
    os.kill(writer.pid, signal.SIGKILL)
    rest, _ = await writer.communicate()
    acknowledged += [int(line) for line in rest.split()]
    again = await open_store(url)
    kept = await again.load(hearing.id)
    await again.close()
    assert kept.version >= acknowledged[-1]
    assert kept.seats["party"].wrong_words == kept.version - hearing.version
