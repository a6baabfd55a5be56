"""Staff administration: roles, resets, second factors, identities, and the events beside them."""

from __future__ import annotations

import pytest

from hearings.problems import Refused
from hearings.store import Changed, Store
from hearings.store.staff_acts import ON_ONESELF, TABLE, check
from hearings.store.staff_log import Doing
from tests.hearings.build import AT

BY = Doing("an administrator", AT, "It was asked for.")


@pytest.fixture
async def court(store: Store) -> str:
    return await store.ensure_court("The court")


@pytest.fixture
async def clerk(store: Store, court: str) -> str:
    return await store.add_staff(court, "A clerk", "hash", ["clerk"], BY)


async def kinds(store: Store, court: str) -> list[str]:
    return [event.kind for event in await store.staff_events(court)]


async def test_every_act_is_an_event_with_who_when_and_why(store: Store, court: str, clerk: str):
    await store.set_roles(court, clerk, ["judge"], BY)
    newest = (await store.staff_events(court))[0]
    assert (newest.actor, newest.at, newest.reason, newest.kind) == (BY.actor, AT, BY.reason, "roles")
    assert newest.data == {"roles": ["judge"]}


async def test_roles_in_other_courts_stay(store: Store, court: str, clerk: str):
    other = await store.ensure_court("Another")
    await store.grant(clerk, other, "judge")
    await store.set_roles(court, clerk, [], BY)
    person = await store.staff_by_id(clerk)
    assert person
    assert person.roles == {(other, "judge")}


async def test_the_second_of_two_administrators_is_told_that_it_was_changed(store: Store, court: str, clerk: str):
    await store.set_roles(court, clerk, ["judge"], BY, version=0)
    with pytest.raises(Changed):
        await store.set_roles(court, clerk, ["technician"], BY, version=0)
    assert await kinds(store, court) == ["roles", "added"]


async def test_a_court_sees_its_own_staff_and_those_with_a_role_in_it(store: Store, court: str, clerk: str):
    other = await store.ensure_court("Another")
    guest = await store.add_staff(other, "A judge", "hash", ["judge"])
    assert [person.id for person in await store.staff_of_court(court)] == [clerk]
    await store.grant(guest, court, "panel")
    assert [person.name for person in await store.staff_of_court(court)] == ["A clerk", "A judge"]
    assert [person.id for person in await store.staff_of_court(court, "JUDGE")] == [guest]
    assert await store.staff_of_court(court, "%") == []


async def test_a_reset_ends_the_old_password_and_every_session(store: Store, court: str, clerk: str):
    session = await store.create_session("staff", court, 0.0, 100.0, subject=clerk)
    await store.open_reset(court, clerk, "code", 100.0, BY)
    person = await store.staff_by_id(clerk)
    assert person
    assert person.password_hash == ""
    assert not await store.is_valid(session.id, 1.0)


async def test_a_reset_code_is_good_for_its_time(store: Store, court: str, clerk: str):
    await store.open_reset(court, clerk, "code", 100.0, BY)
    assert await store.reset_hash(clerk, 99.0) == "code"
    assert await store.reset_hash(clerk, 100.0) is None


async def test_a_reset_code_is_good_once(store: Store, court: str, clerk: str):
    await store.open_reset(court, clerk, "code", 100.0, BY)
    assert await store.use_reset(court, clerk, "code", "new", BY)
    assert not await store.use_reset(court, clerk, "code", "newer", BY)
    person = await store.staff_by_id(clerk)
    assert person
    assert person.password_hash == "new"


async def test_who_changes_the_password_stays_in_and_nobody_else(store: Store, court: str, clerk: str):
    kept, other = [await store.create_session("staff", court, 0.0, 100.0, subject=clerk) for _ in range(2)]
    await store.change_password(court, clerk, "new", kept.id, BY)
    assert (await store.is_valid(kept.id, 1.0), await store.is_valid(other.id, 1.0)) == (True, False)


async def test_one_session_ends_without_the_others(store: Store, court: str, clerk: str):
    one, other = [await store.create_session("staff", court, 0.0, 100.0, subject=clerk) for _ in range(2)]
    await store.revoke_sessions(court, clerk, one.id, BY)
    assert [session.id for session in await store.sessions_of(clerk, 1.0)] == [other.id]


async def test_somebody_elses_session_is_not_ended(store: Store, court: str, clerk: str):
    session = await store.create_session("staff", court, 0.0, 100.0, subject="somebody else")
    with pytest.raises(Refused):
        await store.revoke_sessions(court, clerk, session.id, BY)
    assert await store.is_valid(session.id, 1.0)
    assert await kinds(store, court) == ["added"]


async def test_a_step_of_the_second_factor_is_good_once(store: Store, court: str, clerk: str):
    await store.keep_pending(court, clerk, b"sealed")
    assert await store.confirm_factor(court, clerk, b"sealed", 7, ["a", "b"], BY)
    assert [await store.use_step(clerk, step) for step in (7, 6, 8, 8)] == [False, False, True, False]


async def test_a_pending_second_factor_does_not_count(store: Store, court: str, clerk: str):
    await store.keep_pending(court, clerk, b"sealed")
    person = await store.staff_by_id(clerk)
    assert person
    assert not person.has_factor
    assert not await store.confirm_factor(court, clerk, b"another", 7, ["a"], BY)


async def test_a_recovery_code_is_good_once(store: Store, court: str, clerk: str):
    await store.keep_pending(court, clerk, b"sealed")
    await store.confirm_factor(court, clerk, b"sealed", 7, ["a", "b"], BY)
    assert [await store.use_recovery(court, clerk, "a", BY) for _ in range(2)] == [True, False]
    assert await store.recovery_left(clerk) == 1


async def test_a_removed_second_factor_takes_its_recovery_codes_along(store: Store, court: str, clerk: str):
    await store.keep_pending(court, clerk, b"sealed")
    await store.confirm_factor(court, clerk, b"sealed", 7, ["a"], BY)
    await store.remove_factor(court, clerk, BY)
    assert (await store.factor(clerk), await store.recovery_left(clerk)) == (None, 0)


@pytest.mark.parametrize("place", ["employer", "role"])
async def test_a_court_may_require_a_second_factor_of_all_its_staff(store: Store, court: str, place: str):
    other = await store.ensure_court("Another")
    person = await store.add_staff(court if place == "employer" else other, "A judge", "hash", [])
    await store.grant(person, court, "judge")
    await store.set_factor_policy(court, True, BY)
    found = await store.staff_by_id(person)
    assert found
    assert (found.needs_factor, found.must_factor) == (True, False)


async def test_another_courts_policy_requires_nothing(store: Store, court: str, clerk: str):
    await store.set_factor_policy(await store.ensure_court("Another"), True, BY)
    found = await store.staff_by_id(clerk)
    assert found
    assert not found.needs_factor


async def test_nobody_is_two_people_at_the_provider(store: Store, court: str, clerk: str):
    other = await store.add_staff(court, "Another", "hash", ["judge"])
    await store.link(court, clerk, "https://issuer", "subject", BY)
    with pytest.raises(Refused):
        await store.link(court, other, "https://issuer", "subject", BY)
    assert await store.linked("https://issuer", "subject") == clerk
    await store.unlink(court, clerk, BY)
    assert await store.linked("https://issuer", "subject") is None


@pytest.mark.parametrize("act", sorted(TABLE))
async def test_who_administers_one_court_does_nothing_in_another(store: Store, court: str, clerk: str, act: str):
    other = await store.ensure_court("Another")
    stranger = await store.staff_by_id(await store.add_staff(other, "Administrator", "hash", ["administrator"]))
    person = await store.staff_by_id(clerk)
    assert stranger
    with pytest.raises(Refused, match="not-permitted"):
        check(stranger, court, person, act)
    with pytest.raises(Refused, match="not-found"):
        check(stranger, other, person, act)


@pytest.mark.parametrize("act", sorted(act for act, rule in TABLE.items() if rule.takes_over))
async def test_nobody_gets_through_anothers_account_into_a_court_not_theirs(store: Store, court: str, act: str):
    other = await store.ensure_court("Another")
    mine = await store.staff_by_id(await store.add_staff(court, "Administrator", "hash", ["administrator"]))
    judge = await store.add_staff(court, "A judge", "hash", ["judge"])
    assert mine
    assert check(mine, court, await store.staff_by_id(judge), act)
    await store.grant(judge, other, "judge")
    with pytest.raises(Refused, match="not-permitted"):
        check(mine, court, await store.staff_by_id(judge), act)


async def test_nobody_shuts_themselves_out(store: Store, court: str):
    mine = await store.staff_by_id(await store.add_staff(court, "Administrator", "hash", ["administrator"]))
    assert mine
    for act in TABLE:
        if act in ON_ONESELF:
            assert check(mine, court, mine, act) == mine
        else:
            with pytest.raises(Refused, match="not-permitted"):
                check(mine, court, mine, act)
