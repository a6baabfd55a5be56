from __future__ import annotations

import asyncio
import json
from functools import partial

import pytest

from signaling import websocket
from signaling.doorstep import Doorstep
from tests.signaling.conftest import NUMBER


async def test_hello_is_answered_with_the_snapshot(court):
    judge = await court.opened()
    welcome = await judge.connect()
    assert welcome["type"] == "welcome"
    assert welcome["resumed"] is False
    assert welcome["server"] == "1.0.0"
    assert welcome["media"] == court.media.boot
    assert welcome["hearing"]["you"]["standing"] == "admitted"


async def test_a_client_that_was_cut_off_gets_what_it_missed_once_and_in_order(court):
    judge = await court.opened()
    await judge.connect()
    await judge.expect("hearing")
    await judge.drop()
    await court.enter("party-1")
    await court.enter("party-2")
    for seat in ("party-1", "party-2"):
        court.media.emit("speaker", hearing=court.hearing, seat=seat)
    last = judge.last
    welcome = await judge.resume()
    assert welcome["resumed"] is True
    assert "hearing" not in welcome
    numbers = []
    while True:
        message = await judge.read()
        numbers.append(message["seq"])
        if message["type"] == "speaker" and message["seat"] == "party-2":
            break
    assert numbers == list(range(last + 1, last + 1 + len(numbers)))


async def test_a_client_whose_messages_are_no_longer_kept_starts_afresh(court):
    judge = await court.opened()
    await judge.connect()
    await judge.drop()
    judge.last = 10_000
    welcome = await judge.resume()
    assert welcome["resumed"] is False
    assert welcome["hearing"]["number"] == NUMBER


async def test_a_session_belongs_to_the_token_that_began_it(court):
    judge, clerk = await court.opened(), await court.staff("clerk")
    session = (await judge.connect())["session"]
    assert (await clerk.connect(session=session, last=0))["resumed"] is False


async def test_after_a_restart_of_the_app_a_client_gets_a_snapshot_with_its_old_token(start):
    first = await start()
    judge = await first.opened()
    await judge.connect()
    await first.http.close()
    second = await start()
    judge.http = second.http
    welcome = await judge.resume()
    assert (welcome["resumed"], welcome["hearing"]["you"]["standing"]) == (False, "admitted")


async def test_the_same_token_in_a_second_window_ends_the_first(court):
    judge = await court.opened()
    await judge.connect()
    first = judge.socket
    assert (await judge.connect())["type"] == "welcome"
    while (message := await first.receive_json())["type"] != "bye":
        pass
    assert message["problem"]["code"] == "replaced"


async def test_in_the_waiting_room_nobody_else_is_seen_or_heard_of(court):
    judge = await court.opened()
    party = await court.enter()
    welcome = await party.connect()
    assert welcome["hearing"]["you"] == {
        "seat": "party-1", "role": "party", "place": "personal_device", "standing": "waiting", "inside": False,
        "muted": False, "declared": True, "acts": ["report_problem"], "reason": None,
        "entry_check": "hold",
    }  # fmt: skip
    assert welcome["hearing"]["seats"] == []
    await judge.connect()
    await judge.send("device", microphone="on", camera="on")
    await judge.send("ping")
    await judge.expect("pong")
    links = {seat: {"up": {}, "down": {}} for seat in ("judge", "party-1")}
    court.media.emit("speaker", hearing=court.hearing, seat="judge")
    court.media.emit("links", hearing=court.hearing, seats=links)
    while (message := await party.read())["type"] != "links":
        assert message["type"] == "hearing"
    assert list(message["seats"]) == ["party-1"]
    await judge.act("admit", seat="party-1")
    assert (await party.expect("speaker"))["seat"] == "judge"


async def test_the_court_and_the_technician_see_every_link_and_the_others_their_own(court):
    judge = await court.opened()
    party, technician = await court.admitted(judge), await court.staff("technician")
    for device in (judge, party, technician):
        await device.connect()
    links = {seat: {"up": {"kbps": 900}, "down": {}} for seat in ("judge", "party-1")}
    court.media.emit("links", hearing=court.hearing, seats=links)
    seen = [set((await device.expect("links"))["seats"]) for device in (judge, party, technician)]
    assert seen == [{"judge", "party-1"}, {"party-1"}, {"judge", "party-1"}]


async def test_a_refused_participant_reads_the_reason_and_is_let_go(court):
    judge = await court.opened()
    party = await court.enter()
    await party.connect()
    await judge.act("refuse", seat="party-1", reason="Another person")
    bye = await party.expect("bye")
    assert (bye["problem"]["code"], bye["problem"]["params"]["reason"]) == ("refused", "Another person")
    assert (await party.connect())["problem"]["code"] == "refused"


async def test_at_the_end_everybody_is_told(court):
    judge = await court.opened(start=True)
    party = await court.admitted(judge)
    for device in (judge, party):
        await device.connect()
    await judge.act("conclude")
    assert [(await device.expect("bye"))["problem"]["code"] for device in (judge, party)] == ["ended", "ended"]


async def test_who_leaves_over_http_is_let_go(court):
    judge = await court.opened()
    await judge.connect()
    await court.http.delete("/api/v1/token", headers=judge.headers)
    assert (await judge.expect("bye"))["problem"]["code"] == "token-revoked"


async def test_devices_are_told_to_the_others_and_stand_in_the_snapshot(court):
    judge = await court.opened()
    party = await court.admitted(judge)
    await judge.connect()
    await party.connect()
    await party.send("device", microphone="muted", camera="denied")
    message = await judge.expect("devices")
    assert (message["seat"], message["microphone"], message["camera"]) == ("party-1", "muted", "denied")
    response = await court.http.get("/api/v1/hearing", headers=judge.headers)
    seats = {one["seat"]: one for one in (await response.json())["seats"]}
    assert (seats["party-1"]["microphone"], seats["party-1"]["connected"]) == ("muted", True)


@pytest.mark.parametrize(
    ("hello", "code"),
    [
        ({"type": "hello"}, "token-missing"),
        ({"type": "ping"}, "token-missing"),
        ({"type": "hello", "token": "x", "version": "0.8.9"}, "client-too-old"),
        ({"type": "hello", "token": "x", "version": None}, "bad-request"),
        ({"type": "hello", "token": "x", "version": "1.0"}, "token-revoked"),
        ([], "bad-request"),
    ],
)
async def test_a_first_message_that_is_no_good_hello_is_the_last(court, hello, code):
    socket = await court.http.ws_connect("/api/v1/ws")
    await socket.send_json(hello)
    message = await socket.receive_json()
    assert (message["type"], message["problem"]["code"]) == ("bye", code)
    assert (await socket.receive()).type.name in ("CLOSE", "CLOSED")


async def test_a_staff_token_opens_no_websocket(court):
    socket = await court.http.ws_connect("/api/v1/ws")
    await socket.send_json({"type": "hello", "token": await court.login(), "version": "1.0.0"})
    assert (await socket.receive_json())["problem"]["code"] == "not-permitted"


@pytest.mark.parametrize("text", ["{", "[]", "1", "[" * 5000])
async def test_what_is_not_json_is_told_and_nothing_is_lost(court, text):
    judge = await court.opened()
    await judge.connect()
    await judge.socket.send_str(text)
    assert (await judge.expect("problem"))["problem"]["code"] == "bad-request"
    await judge.send("ping")
    await judge.expect("pong")


async def test_a_message_of_an_unknown_type_is_told_with_its_id(court):
    judge = await court.opened()
    await judge.connect()
    assert (await judge.request("dance"))["problem"]["params"] == {"field": "type"}


async def test_a_message_that_is_too_long_closes_only_its_own_socket(court):
    judge = await court.opened()
    await judge.connect()
    await judge.socket.send_str(json.dumps({"type": "publish", "sdp": "x" * 200_000}))
    async with asyncio.timeout(5):
        while (message := await judge.socket.receive()).type.name == "TEXT":
            pass
    assert message.data == 1009
    assert (await judge.resume())["resumed"] is True


async def test_a_flood_is_slowed_down_and_disturbs_nobody_else(court):
    judge, clerk = await court.opened(), await court.staff("clerk")
    await judge.connect()
    await clerk.connect()
    for _ in range(100):
        await judge.send("device", microphone="on", camera="on")
    assert (await judge.expect("problem"))["problem"]["code"] == "slow-down"
    await clerk.send("ping")
    await clerk.expect("pong")


async def test_a_renewed_token_keeps_the_conversation_beyond_the_first_ones_end(start, monkeypatch):
    court = await start(lifetime_s=30)
    judge = await court.opened()
    await judge.connect()
    answer = await (await court.http.post("/api/v1/token", headers=judge.headers)).json()
    await judge.send("renew", token=answer["token"])
    await judge.send("renew", token="nonsense")
    assert (await judge.expect("problem"))["problem"]["code"] == "token-revoked"
    clock = court.hub.utc
    court.hub.utc = lambda: clock() + 60
    await judge.send("ping")
    assert (await judge.expect("bye"))["problem"]["code"] == "token-expired"


async def test_another_seats_token_does_not_renew_a_conversation(court):
    judge, clerk = await court.opened(), await court.staff("clerk")
    await judge.connect()
    await judge.send("renew", token=clerk.token)
    assert (await judge.expect("problem"))["problem"]["code"] == "not-permitted"


async def test_silent_sockets_are_bounded_and_the_oldest_goes_so_that_who_says_hello_comes_in(start, monkeypatch):
    monkeypatch.setattr(websocket, "Doorstep", partial(Doorstep, network_most=3))
    court = await start()
    judge, clerk = await court.opened(), await court.staff("clerk")
    await clerk.connect()
    silent = [await court.http.ws_connect("/api/v1/ws") for _ in range(5)]
    async with asyncio.timeout(5):
        assert [(await socket.receive()).type.name for socket in silent[:2]] == ["CLOSED", "CLOSED"]
    assert (await judge.connect())["type"] == "welcome"
    assert not silent[-1].closed
    await clerk.send("ping")  # who has said hello is in nobody's way
    await clerk.expect("pong")
