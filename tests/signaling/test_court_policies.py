"""A court's own policies take effect in its hearings."""

from __future__ import annotations

import pytest

from hearings.store.words import normal_password


async def change(court, name, value, version=0):
    """As an administrator of the hearing's court does."""
    of = (await court.hub.changes.current(court.hearing)).court
    if not version:
        password = await court.words.hash("a long password", normal_password)
        await court.store.add_staff(of, "Admin", password, ["administrator"])
    headers = {"Authorization": f"Bearer {await court.login('Admin')}"}
    body = {"version": version, "name": name, "value": value, "reason": "The chair's order"}
    response = await court.http.post(f"/api/v1/office/courts/{of}/policies", json=body, headers=headers)
    assert response.status == 200, await response.text()


async def with_a_party(court):
    """The judge, in session with a party whose device says nothing."""
    judge = await court.opened()
    await court.admitted(judge)
    assert (await judge.act("start", reason="all are heard"))[0] == 200
    return judge


async def state_a_minute_later(court):
    clock = court.hub._monotonic
    await court.hub.look_around()
    court.hub._monotonic = lambda: clock() + 60.0
    await court.hub.look_around()
    return (await court.hub.changes.current(court.hearing)).state


@pytest.mark.parametrize(("wanted", "state"), [(True, "technical_adjournment"), (False, "in_session")])
async def test_a_loss_adjourns_by_itself_where_the_court_wants_it(court, wanted, state):
    await with_a_party(court)
    await change(court, "auto_adjourn", wanted)
    assert await state_a_minute_later(court) == state


async def test_an_administrators_change_takes_effect_in_the_next_look_around(court):
    judge = await with_a_party(court)
    await change(court, "auto_adjourn", True)
    assert await state_a_minute_later(court) == "technical_adjournment"
    assert (await judge.act("resume"))[0] == 200
    await change(court, "auto_adjourn", False, version=1)
    room = await court.hub.room(court.hearing)
    assert await state_a_minute_later(court) == "in_session"
    assert room.hearing.seats["party-1"].lost


async def test_media_judges_links_by_the_courts_own_threshold(court):
    judge = await with_a_party(court)
    assert court.media.policies[court.hearing]["link_threshold_bps"] == 1_000_000
    await change(court, "link_threshold_bps", 2_000_000)
    await court.hub.look_around()
    assert court.media.policies[court.hearing]["link_threshold_bps"] == 2_000_000
    assert (await judge.act("recess"))[0] == 200
    assert court.media.policies[court.hearing]["link_threshold_bps"] == 2_000_000


async def test_policies_that_cannot_be_read_leave_those_that_are_known(court, monkeypatch):
    await with_a_party(court)
    await change(court, "auto_adjourn", True)
    await court.hub.look_around()

    async def broken(*arguments):
        raise RuntimeError("the database is away")

    monkeypatch.setattr(court.store, "office_events", broken)
    assert await state_a_minute_later(court) == "technical_adjournment"
