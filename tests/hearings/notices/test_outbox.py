from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from hearings.hearing import Hearing
from hearings.notices.notice import Contact, Notice, reachable
from hearings.office import policies
from hearings.problems import Refused
from hearings.store import Store, tables
from hearings.store.notice_tables import contact as contacts
from hearings.store.notice_tables import notice
from hearings.store.notices import put_notice
from hearings.store.office import Stream
from tests.hearings.notices.conftest import DAY, EMAIL, HOUR, PHONE, START, Clock


async def told(store: Store, hearing: Hearing) -> list[tuple[str, str, str]]:
    return [(row.kind, row.channel, row.state) for row in await store.notices(hearing.id)]


async def change(store: Store, hearing: Hearing, **values: object) -> None:
    async with store._engine.begin() as connection:
        await connection.execute(update(tables.hearing).where(tables.hearing.c.id == hearing.id).values(**values))


def resolution(hearing: Hearing, key: str = "resolution/1") -> Notice:
    data = {"court": "A court", "application": "17", "granted": True}
    return Notice(key, hearing.court, "email", "resolution", "ru", EMAIL, data, 2e9, application="application-17")


async def test_a_new_hearing_is_told_to_everybody_who_can_be_reached(outbox, store, hearing, contact):
    assert await outbox.plan() == 2
    assert await told(store, hearing) == [("scheduled", "email", "waiting"), ("scheduled", "sms", "waiting")]


async def test_planning_again_adds_nothing(outbox, store, hearing, contact):
    await outbox.plan()
    assert await outbox.plan() == 0


async def test_who_can_be_reached_only_later_is_told_then(outbox, store, hearing):
    assert await outbox.plan() == 0
    await outbox.set_contact(hearing.id, "judge", Contact("ru", "judge@example.org"))
    assert await outbox.plan() == 1


async def test_a_new_time_is_told_in_place_of_the_old_one_that_still_waits(outbox, store, hearing, contact):
    await outbox.plan()
    await change(store, hearing, scheduled_at="2026-12-03T10:00:00.000Z")
    await outbox.plan()
    states = {(kind, state) for kind, _, state in await told(store, hearing)}
    assert states == {("scheduled", "superseded"), ("rescheduled", "waiting")}
    (announced,) = await store.coming("")
    assert announced.sequence == 1


async def test_a_postponed_hearing_is_told_once_and_a_new_date_after_it(outbox, store, hearing, contact):
    await outbox.plan()
    await change(store, hearing, state="postponed")
    await outbox.plan()
    await outbox.plan()
    await change(store, hearing, state="scheduled", scheduled_at="2026-12-08T10:00:00.000Z")
    await outbox.plan()
    email = [(kind, state) for kind, channel, state in await told(store, hearing) if channel == "email"]
    assert email == [("scheduled", "superseded"), ("postponed", "superseded"), ("rescheduled", "waiting")]


async def test_a_change_of_state_alone_is_no_new_schedule(outbox, store, hearing, contact):
    await outbox.plan()
    await change(store, hearing, state="ready")
    assert await outbox.plan() == 0


async def test_reminders_go_out_a_day_and_an_hour_before(outbox, store, hearing, contact, clock: Clock):
    await outbox.plan()
    for remaining, new in [(DAY + 1, 0), (DAY, 2), (HOUR + 1, 0), (HOUR, 2), (1, 0)]:
        clock.before(remaining)
        assert await outbox.plan() == new, remaining


async def test_a_courts_own_policy_says_when_people_are_reminded(outbox, store, hearing, contact, clock: Clock):
    data = {"name": "reminder_minutes", "value": [30], "reason": "The court's order"}
    events = policies.set_policy(policies.Policies(), data, "clerk", "2026-11-20T09:00:00.000Z", seen=0)
    stream = Stream(hearing.court, "policies", hearing.court)
    await store.append_office(stream, 0, events, policies.projection(policies.fold(events)))
    await outbox.plan()
    for remaining, new in [(DAY, 0), (HOUR, 0), (HOUR / 2, 2)]:
        clock.before(remaining)
        assert await outbox.plan() == new, remaining


async def test_a_reminder_that_could_not_be_sent_in_time_is_not_sent_afterwards(outbox, store, hearing, contact, clock):
    await outbox.plan()
    clock.before(-1)
    await outbox.plan()
    assert {state for _, _, state in await told(store, hearing)} == {"expired"}
    assert await outbox.claim("email", 60) is None


async def test_a_claimed_notice_is_nobody_elses_until_its_holder_must_have_died(outbox, hearing, contact, clock):
    await outbox.plan()
    first = await outbox.claim("email", 60)
    assert (first.to, first.data["number"], first.attempts) == (EMAIL, hearing.number, 1)
    assert await outbox.claim("email", 60) is None
    clock.now += 61
    again = await outbox.claim("email", 60)
    assert (again.id, again.attempts) == (first.id, 2)


async def test_nothing_personal_lies_open_in_the_database(outbox, store, hearing, contact):
    await outbox.plan()
    async with store._engine.connect() as connection:
        rows = [row for table in (notice, contacts) for row in await connection.execute(select(table))]
    assert len(rows) == 3
    assert EMAIL not in str(rows)
    assert PHONE not in str(rows)


async def test_a_sealed_address_cannot_be_moved_to_another_seat(outbox, store, hearing, contact):
    sealed = (await store.contacts(hearing.id))["party-1"]
    await store.put_contact({"hearing": hearing.id, "seat": "judge", "court": hearing.court, "sealed": sealed})
    with pytest.raises(Exception, match="no key opens this"):
        await outbox.contacts(hearing.id)


async def test_a_delivered_notice_keeps_no_address(outbox, store, hearing, contact):
    await outbox.plan()
    claimed = await outbox.claim("email", 60)
    await store.notice_delivered(claimed.id, 5.0)
    (row,) = [row for row in await store.notices(hearing.id) if row.channel == "email"]
    assert (row.state, row.finished, row.sealed) == ("delivered", 5.0, None)


async def test_the_same_notice_is_put_in_once(outbox, store, hearing):
    assert await outbox.enqueue(resolution(hearing))
    assert not await outbox.enqueue(resolution(hearing))
    assert len(await store.notices(application="application-17")) == 1


async def test_a_notice_is_kept_with_the_act_behind_it_or_not_at_all(outbox, store, hearing):
    async with store._engine.connect() as connection, connection.begin() as transaction:
        await put_notice(connection, outbox.row(resolution(hearing)))
        await transaction.rollback()
    assert await store.notices(application="application-17") == []


async def test_contacts_are_forgotten_when_the_hearing_is_over(outbox, store, hearing, contact):
    await outbox.tidy()
    assert await outbox.contacts(hearing.id) == {"party-1": contact}
    await change(store, hearing, state="concluded")
    await outbox.tidy()
    assert await outbox.contacts(hearing.id) == {}


async def test_a_contact_of_no_seat_is_refused(outbox, hearing):
    with pytest.raises(Refused, match="not-found"):
        await outbox.set_contact(hearing.id, "party-9", Contact("kk", EMAIL))


async def test_the_feeds_positions_grow_with_every_change(outbox, store, hearing, clock):
    await outbox.plan()
    before = await store.last_position()
    await store.set_place(hearing.id, "Зал № 3", "videoconference", clock())
    await store.set_place(hearing.id, "Зал № 3", "videoconference", clock())
    (changed,) = await store.published(before, 10)
    assert (changed.courtroom, changed.position) == ("Зал № 3", before + 1)
    assert changed.scheduled_at == START


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "a b@example.org"}, {"email": "a@b\nBcc: c@d"}, {"email": "@example.org"},
        {"email": "a@" + "b" * 260},
        {"email": "a@b,c@d"}, {"phone": "87010000001"}, {"phone": "+7701\n"}, {"language": "de"},
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(wrong):
    with pytest.raises(Refused, match="bad-request"):
        Contact(**wrong)


def test_an_address_is_not_shown_where_objects_are_printed():
    assert EMAIL not in repr(Contact("kk", EMAIL, PHONE))


async def test_two_that_plan_at_once_tell_nobody_twice(outbox, store, hearing, contact):
    await asyncio.gather(*(outbox.plan() for _ in range(4)))
    await outbox.plan()
    assert sorted(channel for _, channel, _ in await told(store, hearing)) == ["email", "sms"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("8 (701) 000-00-01", PHONE), ("+7 701 000 00 01", PHONE), ("77010000001", PHONE),
        ("+49 30 1234567", "+49301234567"),
        ("2 34 56", ""), ("", ""), ("+7 701 000 00 01 доб. 5", ""),
    ],
)  # fmt: skip
def test_a_number_as_people_write_it_becomes_an_international_one(written, kept):
    assert reachable("ru", "no address", written) == Contact("ru", "", kept)


@given(st.text(max_size=300), st.text(max_size=40), st.text(max_size=5))
def test_whatever_was_written_makes_a_contact(email, phone, language):
    assert isinstance(reachable(language, email, phone), Contact)
