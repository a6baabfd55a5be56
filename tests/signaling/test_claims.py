"""One seat, one device; a second device can't take the seat silently (Rules ¶11)."""

from __future__ import annotations

import time

import pytest

from signaling.room import GONE_AFTER_S


@pytest.fixture
async def two(court):
    """The judge, and two devices with the right word of one seat, all connected."""
    judge = await court.opened()
    first = await court.admitted(judge)
    await judge.connect()
    await first.connect()
    second = await court.enter()
    assert second.entry["claim"] is True
    assert (await second.connect())["hearing"]["you"]["standing"] == "claiming"
    return judge, first, second


def seats_of(message):
    return {seat["seat"]: seat for seat in message["hearing"]["seats"]}


async def later(court):
    """The hub looks around when the time for a device to come back is over."""
    court.hub._monotonic = lambda: time.monotonic() + GONE_AFTER_S + 1
    await court.hub.look_around()


async def test_a_second_device_is_told_to_the_court_and_to_the_first(two):
    judge, first, _ = two
    assert (await judge.expect("claim"))["seat"] == "party-1"
    assert (await first.expect("claim"))["seat"] == "party-1"


async def test_a_second_device_sees_and_sends_nothing(two):
    _, _, second = two
    assert (await second.request("publish", sdp="v=0"))["problem"]["code"] == "not-permitted"
    assert (await second.act("open"))[1]["code"] == "not-permitted"


async def test_when_the_court_agrees_the_second_device_has_the_seat_and_the_first_is_told(two):
    judge, first, second = two
    await judge.act("agree_device", seat="party-1")
    assert (await first.expect("bye"))["problem"]["code"] == "replaced"
    await second.standing("waiting")
    assert (await first.connect())["problem"]["code"] == "replaced"


async def test_when_the_court_does_not_agree_the_second_device_is_told(two):
    judge, first, second = two
    await judge.act("refuse_device", seat="party-1")
    assert (await second.expect("bye"))["problem"]["code"] == "device-refused"
    assert (await second.connect())["problem"]["code"] == "device-refused"
    await first.send("ping")
    await first.expect("pong")


async def test_while_the_first_device_is_there_the_second_waits(court, two):
    _, _, second = two
    await later(court)
    assert (await second.connect())["hearing"]["you"]["standing"] == "claiming"


async def test_when_the_first_device_is_gone_the_second_has_the_seat(court, two):
    judge, first, second = two
    await first.drop()
    await judge.expect("hearing", lambda m: not seats_of(m)["party-1"]["connected"])
    await court.hub.look_around()
    assert (await court.seat("party-1")).claim
    await later(court)
    await second.standing("waiting")


async def test_a_device_whose_media_arrives_is_there_without_its_websocket(court, two):
    _, first, second = two
    answer = await first.request("publish", sdp="v=0 offer")
    where = {"hearing": court.hearing, "seat": "party-1", "direction": "publish"}
    court.media.emit("connection", connection=answer["connection"], state="connected", **where)
    await first.drop()
    court.media.emit("speaker", hearing=court.hearing, seat="judge")
    await two[0].expect("speaker", lambda m: m["seat"] == "judge")
    await later(court)
    assert (await court.seat("party-1")).claim
    court.media.emit("connection", connection=answer["connection"], state="lost", **where)
    court.media.emit("speaker", hearing=court.hearing, seat=None)
    await two[0].expect("speaker", lambda m: m["seat"] is None)
    court.hub._monotonic = lambda: time.monotonic() + 3 * GONE_AFTER_S
    await court.hub.look_around()
    await second.standing("waiting")


async def test_a_granted_claims_renewed_token_is_the_seats(court, two):
    judge, _, second = two
    await judge.act("agree_device", seat="party-1")
    await judge.act("admit", seat="party-1")
    answer = await (await court.http.post("/api/v1/token", headers=second.headers)).json()
    second.token = answer["token"]
    assert (await second.connect())["hearing"]["you"]["standing"] == "admitted"


async def test_a_seat_whose_device_is_gone_is_taken_at_once(court):
    judge = await court.opened()
    await court.admitted(judge)
    await later(court)
    assert (await court.enter()).entry["claim"] is False


async def test_a_second_device_that_is_itself_gone_does_not_take_the_seat_from_one_that_comes_back(court, two):
    judge, first, second = two
    await second.drop()
    await first.drop()
    await judge.expect("hearing", lambda m: not seats_of(m)["party-1"]["connected"])
    await later(court)
    assert (await first.resume())["type"] == "welcome"
    assert (await court.seat("party-1")).standing == "admitted"
