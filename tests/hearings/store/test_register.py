from __future__ import annotations

import pytest

from hearings import attendance
from hearings.hearing import Event
from hearings.problems import Refused
from hearings.store import NewSeatRow, Store
from tests.hearings.build import AT


async def test_a_court_is_made_once(store: Store):
    court = await store.ensure_court("The court")
    assert await store.ensure_court("The court") == court
    assert await store.courts() == {court: "The court"}


async def test_a_new_hearing_is_scheduled_and_loads_with_its_seats(store: Store, make):
    hearing = await make()
    assert (hearing.state, hearing.court_name, list(hearing.seats)) == (
        "scheduled",
        "The court",
        ["judge", "clerk", "party"],
    )
    assert hearing.seats["party"].photo
    assert await store.load(hearing.id) == hearing


async def test_a_number_is_given_once(store: Store, make):
    await make("7204-25/15")
    with pytest.raises(Refused) as refused:
        await make(" 7204-25 / 15 ")
    assert refused.value.params == {"field": "number"}
    assert len(await store.list_hearings()) == 1


async def test_a_court_that_is_not_known_has_no_hearings(store: Store):
    with pytest.raises(Refused) as refused:
        await store.create_hearing("nowhere", "1", "T", AT, [], AT)
    assert refused.value.params == {"field": "court"}


async def test_entry_finds_the_seat_that_was_typed(store: Store, make):
    hearing = await make("7204-25/15а")
    entry = await store.entry(" 7204-25/15А", " PARTY ")
    assert (entry.hearing, entry.seat, entry.role, entry.word_hash, entry.photo) == (
        hearing.id, "party", "party", "hash", "photo",
    )  # fmt: skip
    assert await store.hearing_by_number("7204-25/15а") == hearing.id


@pytest.mark.parametrize(("number", "seat"), [("7204-25/16", "party"), ("7204-25/15", "party-9"), ("", ""), ("'", "%")])
async def test_what_is_not_there_is_none(store: Store, make, number: str, seat: str):
    await make()
    assert await store.entry(number, seat) is None


async def test_hearings_are_listed_by_court(store: Store, make):
    first, second = await make("1"), await make("2", court="Another court")
    assert [row.id for row in await store.list_hearings()] == [first.id, second.id]
    assert [row.number for row in await store.list_hearings(second.court)] == ["2"]


async def test_a_days_hearings_are_those_of_its_hours_and_those_that_have_begun(store: Store, make):
    first, begun = await make("1"), await make("2")
    at = first.scheduled_at
    assert {row.id for row in await store.hearings_between(at, at + "z")} == {first.id, begun.id}
    assert await store.hearings_between("2000-01-01T00:00:00.000Z", at) == []
    opening = [
        *attendance.enter(begun, "judge", "a device", AT, occupied=False),
        Event("opened", begun.version + 2, AT, "judge"),
    ]
    await store.append(begun.id, begun.version, opening)
    assert [row.id for row in await store.hearings_between("2000-01-01T00:00:00.000Z", at)] == [begun.id]


async def test_staff_may_take_the_seats_of_their_roles_in_their_courts(store: Store, make):
    court = await store.ensure_court("The court")
    judge = await store.add_staff(court, "First Judge", "hash", ["judge"])
    other = await store.add_staff(court, "Second Judge", "hash", ["judge", "clerk"])
    seats = [
        NewSeatRow("judge", "judge", "", staff=judge),
        NewSeatRow("clerk", "clerk", ""),
        NewSeatRow("party", "party", ""),
    ]
    hearing = await make("1", *seats)
    await make("2", *seats[1:], court="Another court")
    assert [(row.id, codes) for row, codes in await store.staff_hearings(judge)] == [(hearing.id, ["judge"])]
    assert [(row.id, codes) for row, codes in await store.staff_hearings(other)] == [(hearing.id, ["clerk"])]


async def test_staff_are_found_by_the_name_they_type(store: Store):
    court = await store.ensure_court("The court")
    person = await store.add_staff(court, "Айгүл Смагулова", "hash", ["clerk"])
    found = await store.staff_by_name("  айгүл   СМАГУЛОВА ")
    assert (found.id, found.name, found.password_hash) == (person, "Айгүл Смагулова", "hash")
    assert found.may_take(court, "clerk")
    assert not found.may_take(court, "judge")
    assert await store.staff_by_id(person) == found
    assert await store.staff_by_name("nobody") is None


async def test_roles_are_given_per_court(store: Store):
    here, there = await store.ensure_court("Here"), await store.ensure_court("There")
    person = await store.add_staff(here, "A clerk", "hash", ["clerk"])
    for _ in range(2):
        await store.grant(person, there, "technician")
    assert (await store.staff_by_id(person)).roles == {(here, "clerk"), (there, "technician")}


@pytest.mark.parametrize(
    ("name", "roles", "field"), [("A Clerk", [], "name"), (" ", [], "name"), ("B", ["king"], "role")]
)
async def test_staff_that_cannot_be_added_name_the_field(store: Store, name: str, roles, field: str):
    court = await store.ensure_court("The court")
    await store.add_staff(court, "a clerk", "hash", ["clerk"])
    with pytest.raises(Refused) as refused:
        await store.add_staff(court, name, "hash", roles)
    assert refused.value.params == {"field": field}


async def test_a_password_can_be_changed(store: Store):
    person = await store.add_staff(await store.ensure_court("The court"), "A clerk", "old", ["clerk"])
    await store.set_password(person, "new")
    assert (await store.staff_by_id(person)).password_hash == "new"
