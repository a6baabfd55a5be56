from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import insert, select

from hearings.hearing import Event
from hearings.office.streams import Projection
from hearings.problems import Refused
from hearings.store import Changed, Remember, Repeated, Store, open_store, tables
from hearings.store.base import new_id
from hearings.store.office import Stream
from hearings.store.office_also import new_documents
from hearings.store.office_documents import Document
from tests.hearings.build import AT

PLAIN = Projection("submitted", key="A-1", summary={"receipt": "A-1"})


def happened(version: int, kind: str = "granted", at: str = AT) -> list[Event]:
    return [Event(kind, version, at, "somebody", {"n": version, "name": "Ә"})]


@pytest.fixture
async def court(store: Store) -> str:
    return await store.ensure_court("The court")


@pytest.fixture
async def stream(store: Store, court: str) -> Stream:
    made = Stream(court, "application", new_id())
    await store.append_office(made, 0, happened(1), PLAIN)
    return made


async def test_what_is_appended_is_read_in_order(store: Store, stream: Stream):
    await store.append_office(stream, 1, [*happened(2), *happened(3)], PLAIN)
    assert await store.office_events("application", stream.id) == [*happened(1), *happened(2), *happened(3)]
    assert await store.office_events("application", stream.id, after=2) == happened(3)
    assert await store.office_address("application", stream.id) == stream


async def test_what_is_not_there_has_no_events_and_no_address(store: Store):
    assert await store.office_events("application", "nothing") == []
    assert await store.office_address("application", "nothing") is None


@pytest.mark.parametrize("expected", [0, 2])
async def test_what_was_decided_on_another_version_changes_nothing(store: Store, stream: Stream, expected: int):
    with pytest.raises(Changed):
        await store.append_office(stream, expected, happened(expected + 1), PLAIN)
    assert len(await store.office_events("application", stream.id)) == 1


async def test_of_clerks_who_act_at_once_one_succeeds_and_the_others_are_told(store: Store, stream: Stream, url: str):
    other = await open_store(url)
    results = await asyncio.gather(
        *(db.append_office(stream, 1, happened(2), PLAIN) for db in (store, other) * 5), return_exceptions=True
    )
    await other.close()
    assert sorted(type(result).__name__ for result in results) == ["Changed"] * 9 + ["NoneType"]
    assert await store.office_version("application", stream.id) == 2


async def test_of_two_who_make_the_same_stream_one_succeeds(store: Store, court: str, url: str):
    other, policies = await open_store(url), Stream(court, "policies", court)
    results = await asyncio.gather(
        *(db.append_office(policies, 0, happened(1), Projection("kept")) for db in (store, other)),
        return_exceptions=True,
    )
    await other.close()
    assert sorted(type(result).__name__ for result in results) == ["Changed", "NoneType"]


async def test_a_key_is_given_once(store: Store, stream: Stream):
    with pytest.raises(Refused) as refused:
        await store.append_office(Stream(stream.court, "application", new_id()), 0, happened(1), PLAIN)
    assert refused.value.params == {"field": "number"}


async def test_the_same_key_of_an_act_acts_once(store: Store, stream: Stream):
    remember = Remember("staff", "key", {"version": 2})
    await store.append_office(stream, 1, happened(2), PLAIN, remember)
    for expected in (1, 2):
        with pytest.raises(Repeated) as repeated:
            await store.append_office(stream, expected, happened(expected + 1), PLAIN, remember)
        assert repeated.value.answer == {"version": 2}


async def test_what_fails_in_the_same_transaction_leaves_nothing(store: Store, stream: Stream):
    async def fail(connection) -> None:
        await connection.execute(insert(tables.court).values(id=new_id(), name="Half a court"))
        raise Changed("a hearing")

    with pytest.raises(Changed):
        await store.append_office(stream, 1, happened(2), PLAIN, also=fail)
    assert await store.office_version("application", stream.id) == 1
    assert list(await store.courts()) == [stream.court]


async def test_a_list_shows_a_courts_own_and_what_it_receives(store: Store, stream: Stream):
    other = await store.ensure_court("The other court")
    await store.append_office(stream, 1, happened(2), Projection("sent", "A-1", other, summary={"receipt": "A-1"}))
    row = {"receipt": "A-1", "court": stream.court, "receiver": other}
    assert await store.list_office("application", [stream.court]) == [row]
    assert await store.list_office("application", [], [other]) == [row]
    assert await store.list_office("application", [other]) == []
    assert await store.list_office("application", [stream.court], state="granted") == []
    assert await store.list_office("application", [stream.court], after=stream.id) == []


async def test_papers_are_listed_by_who_may_read_them_and_page_by_page(store: Store, court: str):
    other = await store.ensure_court("The other court")
    for number, (of, kind) in enumerate([(court, "act"), (court, "answer"), (court, "act"), (other, "act")]):
        row = Projection("draft", about=f"h{number}", summary={"document": number, "kind": kind})
        await store.append_office(Stream(of, "paper", new_id()), 0, happened(1), row)

    async def listed(readable, **asked):
        return [row["document"] for row in await store.list_papers(readable, **asked)]

    assert await listed({court: ["act"]}) == [2, 0]
    assert await listed({court: ["act", "answer"], other: ["act"]}, most=2) == [3, 2]
    assert await listed({court: ["act", "answer"]}, about="h1") == [1]
    assert await listed({court: []}) == []


async def documents(store: Store, stream: Stream) -> Document:
    one = Document(new_id(), stream.court, stream.id, "identity")
    async with store._engine.begin() as connection:
        await new_documents([one], AT)(connection)
    return one


async def test_a_reading_is_in_the_register(store: Store, stream: Stream):
    one = await documents(store, stream)
    await store.note_access(stream.court, one.id, "a judge", AT, "application")
    assert await store.accesses(one.id) == [("a judge", AT, "application")]


@pytest.mark.parametrize(("state", "ended"), [("withdrawn", 1), ("refused", 1), ("scheduled", 0), ("granted", 0)])
async def test_documents_of_what_was_given_up_are_no_longer_needed(store: Store, stream: Stream, state, ended):
    one = await documents(store, stream)
    later = "2026-11-22T09:00:00.000Z"
    await store.append_office(stream, 1, happened(2, at=later), Projection(state, "A-1"))
    assert [(item.document, item.at) for item in await store.ended_documents()] == [(one, later)] * ended


async def test_documents_are_no_longer_needed_once_the_hearing_is_concluded(store: Store, stream: Stream, make):
    one, hearing = await documents(store, stream), await make()
    await store.append_office(stream, 1, happened(2), Projection("scheduled", "A-1", about=hearing.id))
    assert await store.ended_documents() == []
    later = "2026-12-10T09:00:00.000Z"
    await store.append(hearing.id, hearing.version, [Event("concluded", hearing.version + 1, later, "judge")])
    assert [(item.document, item.at) for item in await store.ended_documents()] == [(one, later)]


async def test_nothing_is_destroyed_without_an_entry_that_came_first(store: Store, stream: Stream):
    one = await documents(store, stream)
    for _ in range(2):
        await store.decide_destruction(one, AT, "term over")
    assert await store.documents_of(stream.id) == []
    assert await store.undestroyed() == [one.id]
    await store.destroyed(one.id, AT)
    assert await store.undestroyed() == []
    (entry,) = await store.destructions(stream.court)
    assert (entry["document"], entry["reason"], entry["destroyed_at"]) == (one.id, "term over", AT)


async def test_the_row_of_a_document_stays_when_the_file_goes(store: Store, stream: Stream):
    one = await documents(store, stream)
    await store.decide_destruction(one, AT, "term over")
    async with store._engine.connect() as connection:
        kept = (await connection.execute(select(tables.metadata.tables["document"].c.id))).scalars().all()
    assert kept == [one.id]
