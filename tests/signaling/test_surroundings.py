"""Light and noise during the hearing: who is looked at, and who is told what (Rules ¶28)."""

from __future__ import annotations

import pytest

from tests.signaling.test_court_policies import change

EVERY = {"light": 0.75, "noise": 0.75}


async def in_session(court):
    judge = await court.opened(start=True)
    party = await court.admitted(judge)
    await judge.connect()
    await party.connect()
    return judge, party


def look(court, clock, seat="party-1", times=2, passed=0.75, **found):
    for _ in range(times):
        clock.s += passed
        court.hub.looked({"hearing": court.hearing, "seat": seat, "every_s": EVERY, **found})


def said(verdict, cause="", lasting=False, adjourn=False):
    return {"verdict": verdict, "cause": cause, "lasting": lasting, "adjourn": adjourn}


async def until(device, part, verdict, seat="party-1"):
    """All seats, once this one is told so."""
    told = await device.expect(
        "surroundings", lambda m: m["seats"].get(seat, {}).get(part, {}).get("verdict") == verdict
    )
    return told["seats"]


async def until_empty(device):
    await device.expect("surroundings", lambda m: m["seats"] == {})


DARK, LOUD = {"light": ["bad", "dark"]}, {"noise": ["bad", "noise"]}


async def test_who_is_heard_or_seen_is_looked_at(court, clock):
    await in_session(court)
    assert court.media.policies[court.hearing]["sampled"] == {"judge": "scene", "party-1": "face"}


async def test_by_the_courts_policy_nobody_is_looked_at(court, clock):
    _, party = await in_session(court)
    look(court, clock, **DARK)
    await until(party, "light", "bad")
    await change(court, "surroundings", False)
    await court.hub.look_around()
    assert court.media.policies[court.hearing]["sampled"] == {}
    await until_empty(party)
    look(court, clock, **DARK)
    assert court.hub.rooms()[0].surroundings.told == {}


async def test_the_participant_is_told_of_the_own_place_and_the_court_of_everybodys(court, clock):
    judge, party = await in_session(court)
    look(court, clock, "judge", **LOUD)
    look(court, clock, **DARK)
    told = await until(party, "light", "bad")
    assert list(told) == ["party-1"]
    assert told["party-1"]["light"] == said("bad", "dark")
    seats = await until(judge, "light", "bad")
    assert seats["judge"]["noise"] == said("bad", "noise")
    assert seats["party-1"]["light"] == said("bad", "dark")


async def test_what_stays_bad_is_told_as_lasting_and_noise_alone_as_a_reason_to_adjourn(court, clock):
    judge, _ = await in_session(court)
    look(court, clock, times=16, **DARK, **LOUD)
    lasting = await judge.expect("surroundings", lambda m: m["seats"]["party-1"]["light"]["lasting"])
    assert not lasting["seats"]["party-1"]["noise"]["adjourn"]
    look(court, clock, times=30, **DARK, **LOUD)
    told = await judge.expect("surroundings", lambda m: m["seats"]["party-1"]["noise"]["adjourn"])
    assert told["seats"]["party-1"]["light"] == said("bad", "dark", lasting=True)


async def test_when_the_worker_is_gone_nothing_that_it_found_holds(court, clock):
    _, party = await in_session(court)
    look(court, clock, **DARK)
    await until(party, "light", "bad")
    court.hub.lookout_status(None)
    await until_empty(party)


async def test_what_is_not_looked_at_any_more_is_not_measured(court, clock):
    _, party = await in_session(court)
    look(court, clock, **DARK)
    await until(party, "light", "bad")
    clock.s += 6
    await court.hub.look_around()
    assert (await until(party, "light", "unmeasured"))["party-1"]["light"] == said("unmeasured", "no-sample")


async def test_who_comes_in_later_is_told_what_holds(court, clock):
    await in_session(court)
    look(court, clock, **DARK)
    clerk = await court.staff("clerk")
    await clerk.connect()
    assert (await clerk.expect("surroundings"))["seats"]["party-1"]["light"]["verdict"] == "bad"


@pytest.mark.parametrize("found", [{"seat": "nobody"}, {"seat": "party-2"}, {"hearing": "no such"}])
async def test_a_look_at_somebody_who_is_not_there_is_no_look(court, clock, found):
    await in_session(court)
    court.hub.looked({"hearing": court.hearing, "seat": "party-1", "every_s": EVERY, **DARK, **found})
    assert court.hub.rooms()[0].surroundings.told == {}


async def test_a_second_device_that_takes_the_seat_is_told_what_holds(court, clock):
    judge, _ = await in_session(court)
    second = await court.staff("judge")
    await second.connect()
    look(court, clock, times=3, **DARK)
    await judge.act("agree_device", seat="judge")
    look(court, clock, times=1, **DARK)
    await court.hub.look_around()
    assert (await second.expect("surroundings"))["seats"]["party-1"]["light"]["verdict"] == "bad"


async def test_a_microphone_that_is_too_loud_is_no_reason_to_adjourn(court, clock):
    judge, _ = await in_session(court)
    look(court, clock, times=60, noise=["bad", "clipping"])
    told = await judge.expect("surroundings", lambda m: m["seats"]["party-1"]["noise"]["lasting"])
    assert not told["seats"]["party-1"]["noise"]["adjourn"]
    assert not court.hub.rooms()[0].surroundings.told["party-1"]["noise"]["adjourn"]


async def test_one_room_s_trouble_keeps_nobody_from_looking_at_the_others(court, clock, monkeypatch):
    _, party = await in_session(court)
    look(court, clock, **DARK)
    await until(party, "light", "bad")
    (room,) = court.hub.rooms()
    monkeypatch.setattr(room, "silent", lambda now: 1 / 0)
    await court.hub.look_around()
