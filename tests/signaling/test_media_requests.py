from __future__ import annotations

import pytest

from gateway.messages import ControlError
from hearings.store import NewSeatRow


@pytest.fixture
async def judge(court):
    judge = await court.opened()
    await judge.connect()
    return judge


async def test_an_offer_is_answered_under_a_name_that_says_whose_the_connection_is(court, judge):
    answer = await judge.request("publish", sdp="v=0 offer")
    assert (answer["type"], answer["sdp"]) == ("answer", "v=0 answer")
    seat = await court.seat("judge")
    assert answer["connection"].partition(".")[0] == seat.attendance
    assert court.media.connections[answer["connection"]]["seat"] == "judge"


async def test_subscribe_brings_an_offer_and_its_slots_and_subscribed_is_ok(court, judge):
    offer = await judge.request("subscribe")
    assert (offer["type"], offer["sdp"]) == ("offer", "v=0 offer")
    assert {"mid": "0", "kind": "audio", "seat": "clerk"} in offer["slots"]
    ok = await judge.request("subscribed", connection=offer["connection"], sdp="v=0 answer")
    assert ok["type"] == "ok"


@pytest.mark.parametrize(
    ("refusal", "code"), [("full", "hearing-full"), ("overloaded", "overloaded"), ("server-error", "server-error")]
)
async def test_what_media_refuses_is_a_problem_in_words(court, judge, refusal, code):
    court.media.refusals["publish"] = ControlError(refusal)
    assert (await judge.request("publish", sdp="v=0"))["problem"]["code"] == code


@pytest.mark.parametrize(("fields", "code"), [({}, "bad-request"), ({"sdp": "nonsense"}, "bad-offer")])
async def test_a_bad_offer_is_a_problem(court, judge, fields, code):
    assert (await judge.request("publish", **fields))["problem"]["code"] == code


async def test_another_devices_connection_is_not_ones_own(court, judge):
    message = await judge.request("subscribed", connection="somebody.else", sdp="v=0")
    assert message["problem"]["code"] == "not-permitted"


async def test_of_a_report_only_plain_figures_reach_media(court, judge):
    offer = await judge.request("subscribe")
    down = {"connection": offer["connection"], "freezes": 2, "freeze_s": 1.5, "op": "drop", "seats": {}, "kbps": "x"}
    await judge.send("report", up={}, down=down)
    request = await court.media.wait_for("report")
    del request["id"]
    assert request == {"op": "report", "connection": offer["connection"], "freezes": 2, "freeze_s": 1.5}


async def test_while_media_is_down_a_request_says_so(court, judge):
    await court.media.stop()
    await judge.expect("media")
    assert (await judge.request("publish", sdp="v=0"))["problem"]["code"] == "media-down"


async def test_media_that_comes_back_is_told_by_its_boot_and_knows_every_hearing(court, judge):
    await court.media.stop()
    assert (await judge.expect("media"))["state"] == "down"
    await court.media.restart()
    message = await judge.expect("media")
    assert (message["state"], message["boot"]) == ("up", court.media.boot)
    assert court.hearing in court.media.policies


async def test_whoever_is_no_longer_of_the_hearing_has_no_media_connection(court, judge):
    party = await court.admitted(judge)
    await party.connect()
    answer = await party.request("publish", sdp="v=0")
    await judge.act("remove", seat="party-1", reason="Disorder")
    assert (await court.media.wait_for("close"))["connection"] == answer["connection"]


async def test_after_a_restart_of_the_app_media_of_those_still_of_the_hearing_goes_on(start):
    first = await start()
    judge = await first.opened()
    await judge.connect()
    kept = (await judge.request("publish", sdp="v=0"))["connection"]
    first.media.connections["stranger.1"] = {
        "connection": "stranger.1", "hearing": first.hearing, "seat": "party-1", "direction": "publish",
    }  # fmt: skip
    await first.http.close()
    second = await start()
    await second.media.wait_for("close")
    assert list(second.media.connections) == [kept]
    assert (await (await second.http.get("/api/v1/hearing", headers=judge.headers)).json())["seats"][0]["connected"]


async def test_policy_is_at_media_before_an_act_is_answered(court, judge):
    party = await court.admitted(judge)
    assert party.entry["seat"]["seat"] in court.media.policies[court.hearing]["links"]["judge"]
    await judge.act("start", reason="all are heard")
    await judge.act("recess")
    assert court.media.policies[court.hearing]["links"] == {}
    assert court.media.policies[court.hearing]["record"] == {}


async def test_recording_is_what_the_recorder_says(court, judge):
    where = {"hearing": court.hearing, "seats": ["judge"], "seconds": {}, "received_seconds": {}}
    court.media.emit("recording", on=True, failed=None, **where)
    message = await judge.expect("hearing", lambda m: m["hearing"]["recording"]["on"])
    assert message["hearing"]["recording"] == {"on": True, "failed": None}
    court.media.emit("recording", on=True, failed="disk-full", **where)
    await judge.expect("hearing", lambda m: m["hearing"]["recording"]["failed"] == "disk-full")


async def test_a_listener_is_told_which_pictures_come_also_after_a_return(court, judge):
    court.media.emit("pictures", hearing=court.hearing, seat="judge", pictures={"clerk": "paused"})
    assert (await judge.expect("pictures"))["pictures"] == {"clerk": "paused"}
    await judge.connect()
    assert (await judge.expect("pictures"))["pictures"] == {"clerk": "paused"}


async def test_a_device_whose_picture_somebody_cannot_decode_is_asked_to_publish_again(court, judge):
    connection = (await judge.request("publish", sdp="v=0"))["connection"]
    court.media.emit("republish", hearing=court.hearing, seat="judge", connection=connection)
    await judge.expect("republish")


async def test_a_new_seat_brings_its_listeners_a_new_offer(court, judge):
    await judge.request("subscribe")
    hearing = await court.store.load(court.hearing)
    await court.store.add_seat(hearing, NewSeatRow("expert-1", "expert", "E"), "2026-11-21T09:00:00.000Z")
    await judge.act("start")
    offer = await judge.expect("offer")
    assert "re" not in offer
    assert "expert-1" in {slot["seat"] for slot in offer["slots"]}


async def test_in_the_waiting_room_no_message_names_another_seat(court, judge):
    party = await court.enter()
    seen = [await party.connect()]
    offer = await party.request("subscribe")
    assert (offer["type"], offer["slots"]) == ("offer", [])
    layers = {"judge": "off", "clerk": "off"}
    court.media.emit("pictures", hearing=court.hearing, seat="party-1", pictures=layers)
    court.media.emit("links", hearing=court.hearing, seats={"party-1": {"up": {}, "down": {"layers": layers}}})
    seen.append(await party.expect("links"))
    seen.append(await party.connect())
    assert [seat for seat in ("judge", "clerk", "party-2", "witness-1") if f"'{seat}'" in repr([offer, *seen])] == []


async def test_at_the_admission_a_device_learns_whose_its_sections_are(court, judge):
    party = await court.enter()
    await party.connect()
    offer = await party.request("subscribe")
    court.media.emit("pictures", hearing=court.hearing, seat="party-1", pictures={"judge": "low"})
    await judge.act("admit", seat="party-1")
    slots = await party.expect("slots")
    assert slots["connection"] == offer["connection"]
    assert {"mid": "0", "kind": "audio", "seat": "judge"} in slots["slots"]
    assert (await party.expect("pictures"))["pictures"] == {"judge": "low"}
    assert len(court.media.ops("subscribe")) == 1


async def test_an_admission_that_comes_before_the_offer_is_answered_leaves_no_section_unnamed(court, judge):
    party = await court.enter()
    await party.connect()
    court.media.silent.add("subscribe")
    await party.send("subscribe", id=7)
    request = await court.media.wait_for("subscribe")
    await judge.act("admit", seat="party-1")
    reply = {"re": request["id"], "sdp": "v=0", "slots": [{"mid": "0", "kind": "audio", "seat": "judge"}]}
    court.media.send(reply)
    offer = await party.expect("offer")
    assert offer["slots"] == reply["slots"]


async def test_who_is_admitted_by_an_app_that_does_not_know_the_connection_gets_another(start):
    first = await start()
    judge = await first.opened()
    party = await first.enter()
    await party.connect()
    older = (await party.request("subscribe"))["connection"]
    await first.http.close()
    second = await start()
    judge.http = party.http = second.http
    await party.resume()
    await judge.act("admit", seat="party-1")
    offer = await party.expect("offer")
    assert offer["connection"] != older
    assert "judge" in {slot["seat"] for slot in offer["slots"]}


async def test_a_mistake_of_ours_about_what_media_says_does_not_end_the_link_for_good(court, judge):
    court.media.send({"re": ["no", "number"]})
    assert (await judge.expect("media"))["state"] == "down"
    assert (await judge.expect("media"))["state"] == "up"
    assert (await judge.request("publish", sdp="v=0 offer"))["type"] == "answer"


async def test_a_device_learns_whether_anybody_wants_its_upper_layer_also_after_a_return(court, judge):
    connection = (await judge.request("publish", sdp="v=0"))["connection"]
    court.media.emit("layers", hearing=court.hearing, seat="judge", connection=connection, high=False)
    assert (await judge.expect("layers"))["high"] is False
    await judge.connect()
    assert (await judge.expect("layers")) | {"seq": 0} == {
        "type": "layers", "seq": 0, "connection": connection, "high": False,
    }  # fmt: skip
