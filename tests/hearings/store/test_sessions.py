from __future__ import annotations

import pytest

from hearings.hearing import Hearing
from hearings.store import Session, Store


@pytest.fixture
async def hearing(make) -> Hearing:
    return await make()


async def seated(store: Store, hearing: Hearing, attendance: str = "phone", kind: str = "seat") -> Session:
    return await store.create_session(
        kind, hearing.court, 100.0, 200.0, hearing=hearing.id, seat="party", attendance=attendance
    )


async def test_a_session_is_valid_until_it_expires(store: Store, hearing: Hearing):
    session = await seated(store, hearing)
    assert await store.session(session.id) == session
    assert await store.is_valid(session.id, 199.0)
    assert not await store.is_valid(session.id, 200.0)
    assert not await store.is_valid("unknown", 150.0)


async def test_a_renewed_session_lasts_longer(store: Store, hearing: Hearing):
    session = await seated(store, hearing)
    assert await store.renew(session.id, 300.0)
    assert await store.is_valid(session.id, 250.0)


async def test_a_revoked_session_is_not_renewed(store: Store, hearing: Hearing):
    session = await seated(store, hearing)
    assert await store.revoke(session.id)
    assert not await store.renew(session.id, 300.0)
    assert not await store.is_valid(session.id, 150.0)


async def test_revoking_one_device_leaves_the_other(store: Store, hearing: Hearing):
    phone, tablet = await seated(store, hearing), await seated(store, hearing, "tablet", "claim")
    await store.revoke_attendance(hearing.id, "phone")
    assert [await store.is_valid(session.id, 150.0) for session in (phone, tablet)] == [False, True]


async def test_a_claim_becomes_a_seat(store: Store, hearing: Hearing):
    tablet = await seated(store, hearing, "tablet", "claim")
    assert await store.become_seat(hearing.id, "tablet")
    assert (await store.session(tablet.id)).kind == "seat"


async def test_staff_sign_in_without_a_hearing_and_stay_when_one_ends(store: Store, hearing: Hearing):
    staff = await store.create_session("staff", hearing.court, 100.0, 200.0, subject="someone")
    seat = await seated(store, hearing)
    await store.revoke_hearing(hearing.id)
    assert [await store.is_valid(session.id, 150.0) for session in (staff, seat)] == [True, False]


async def test_sessions_that_ended_long_ago_are_forgotten(store: Store, hearing: Hearing):
    session = await seated(store, hearing)
    await store.forget_sessions(before=200.0)
    assert await store.session(session.id) == session
    await store.forget_sessions(before=201.0)
    assert await store.session(session.id) is None
