"""From the application to the scheduled hearing, on each database."""

from __future__ import annotations

import asyncio

import pytest

from hearings.store import open_store
from hearings.store.staff_log import Doing
from signaling.app import OUTBOX
from tests.signaling.office import WORD, Office


@pytest.fixture
async def store(database_url):
    store = await open_store(database_url)
    yield store
    await store.close()


@pytest.fixture
async def office(court, store, words):
    return await Office(court.http, store, words).settle()


async def test_an_application_becomes_a_hearing_that_the_applicant_enters_with_the_code_word(office, court):
    application, receipt = await office.until_feasible()
    assert (await office.act("clerk", application, "schedule", 4, room=await office.room()))[0] == 200
    _, shown = await office.get("judge", f"/office/applications/{application}")
    assert (shown["state"], shown["appointment"]["courtroom"]) == ("scheduled", "3")
    asked = await office.http.post("/api/v1/applications/state", json={"receipt": receipt, "code_word": WORD})
    hearing = (await asked.json())["hearing"]
    assert hearing["seat"] == "party-1"
    # The doors are closed yet, which only the right word is told.
    assert (await court.try_word("party-1", WORD, hearing["number"]))[1]["code"] == "not-yet-open"
    seat = await office.store.seat(shown["appointment"]["hearing"], "party-1")
    assert seat.photo is not None
    (published,) = [one for one in await office.store.published(0, 9) if one.hearing == seat.hearing]
    assert published.courtroom == "3"


async def test_the_applicant_is_told_and_reached_from_then_on(office, court):
    application, _ = await office.until_feasible(email="party@example.org")
    await office.act("clerk", application, "schedule", 4, room=await office.room())
    await office.act("organiser", application, "issue_credentials", 5)
    hearing = (await office.get("judge", f"/office/applications/{application}"))[1]["appointment"]["hearing"]
    assert await office.kinds(application) == ["credentials_ready"] * 2 + ["resolution"] * 2
    contacts = await court.http.server.app[OUTBOX].contacts(hearing)
    assert contacts["party-1"].email == "party@example.org"


async def test_the_technicians_of_the_court_are_told_by_the_program(office):
    person = (await office.store.staff_by_name("Technician Li")).id
    await office.store.set_email(office.court, person, "li@court.example", Doing("admin", "2026-11-20T09:00:00.000Z"))
    application, _ = await office.until_feasible()
    await office.act("organiser", application, "inform_technician", 4, side="hearing")
    (row,) = [one for one in await office.store.notices(application=application) if one.kind == "technician_informed"]
    assert (row.channel, row.state) == ("email", "waiting")


async def test_infeasibility_is_told_to_the_applicant_and_waits_for_the_judge(office):
    application, _ = await office.applied()
    await office.act("judge", application, "grant", 1)
    await office.act("clerk", application, "send", 2)
    await office.act("organiser", application, "answer", 3, feasible=False, remark="The line is down")
    assert (await office.kinds(application)).count("infeasible") == 1
    (row,) = (await office.get("judge", "/office/applications?state=infeasible"))[1]["applications"]
    assert row["yours"] is True
    assert (await office.act("judge", application, "acknowledge", 4))[0] == 200


async def test_of_two_clerks_at_once_one_succeeds_and_the_other_is_told(office):
    application, _ = await office.until_feasible()
    room = await office.room()
    acts = [office.act("clerk", application, "schedule", 4, room=room, number=f"N-{n}") for n in range(2)]
    answers = await asyncio.gather(*acts)
    assert sorted(status for status, _ in answers) == [200, 409]
    assert {answer.get("code") for _, answer in answers} <= {None, "changed", "wrong-state"}
    numbers = [row.number for row in await office.store.list_hearings(office.court)]
    assert sum(number.startswith("N-") for number in numbers) == 1


async def test_who_acts_on_what_they_saw_before_is_told_that_it_changed(office):
    application, _ = await office.until_feasible()
    status, answer = await office.act("organiser", application, "inform_technician", 3, side="hearing")
    assert (status, answer["code"]) == (409, "changed")


async def test_a_second_applicant_joins_the_hearing_of_the_first(office):
    room = await office.room()
    first, _ = await office.until_feasible()
    await office.act("clerk", first, "schedule", 4, room=room)
    hearing = (await office.get("clerk", f"/office/applications/{first}"))[1]["appointment"]["hearing"]
    second, _ = await office.until_feasible()
    assert (await office.act("clerk", second, "schedule", 4, room=room, hearing=hearing))[0] == 200
    assert (await office.store.seat(hearing, "party-2")).word_hash


async def test_new_credentials_are_shown_once_and_take_the_place_of_the_old(office, court):
    application, _ = await office.until_feasible()
    await office.act("clerk", application, "schedule", 4, room=await office.room())
    status, answer = await office.act("organiser", application, "issue_credentials", 5, key="k")
    assert (status, answer["seat"]) == (200, "party-1")
    assert (await court.try_word("party-1", answer["code_word"], answer["hearing"]))[1]["code"] == "not-yet-open"
    assert (await court.try_word("party-1", WORD, answer["hearing"]))[1]["code"] == "entry-refused"
    assert (await office.act("organiser", application, "issue_credentials", 5, key="k"))[1] == {"version": 6}
    assert (await office.act("organiser", application, "issue_credentials", 6))[1]["code"] == "already-issued"


async def test_the_other_court_sees_what_is_sent_to_it_and_answers_for_itself(office):
    elsewhere = {"means": "other_court", "receiver": office.other, "provider": "The other court", "photo": None}
    application, _ = await office.applied(**elsewhere)
    path = f"/office/applications/{application}"
    assert (await office.get("There", path))[1]["code"] == "not-found"
    await office.act("judge", application, "grant", 1)
    await office.act("clerk", application, "send", 2)
    status, shown = await office.get("There", path)
    assert (status, shown["documents"], shown["yours"]) == (200, [], True)
    assert (await office.get("There", f"{path}/documents/identity"))[1]["code"] == "not-permitted"
    assert [row["yours"] for row in (await office.get("There", "/office/applications"))[1]["applications"]] == [True]
    refused = await office.act("There", application, "answer", 3, side="receiving")
    assert (refused[0], refused[1]["code"]) == (409, "not-equipped")
    room = await office.room("There", office.other)
    assert (await office.act("There", application, "answer", 3, side="receiving", room=room))[0] == 200
    assert (await office.act("organiser", application, "answer", 4))[0] == 200
    assert (await office.get("clerk", path))[1]["state"] == "feasible"


async def test_the_receiving_court_has_one_clerks_seat_in_the_hearing(office):
    elsewhere = {"means": "other_court", "receiver": office.other, "provider": "The other court", "photo": None}
    here, there, data = await office.room(), await office.room("There", office.other), {}
    for _ in range(2):
        application, _ = await office.until_feasible(**elsewhere)
        await office.act("There", application, "answer", 4, side="receiving", room=there)
        assert (await office.act("clerk", application, "schedule", 5, room=here, **data))[0] == 200
        _, shown = await office.get("clerk", f"/office/applications/{application}")
        data = {"hearing": shown["appointment"]["hearing"]}
    seats = (await office.store.load(data["hearing"])).seats
    assert list(seats) == ["judge", "clerk", "technician", "party-1", "site-clerk-1", "party-2"]
    assert seats["party-2"].place == "receiving_court"
    assert (await office.store.seat(data["hearing"], "site-clerk-1")).site == office.other
