"""The procedure through HTTP and WebSocket: what media is told to forward and record, and who is told what."""

from __future__ import annotations

import asyncio

import pytest

from hearings.hearing import Event
from hearings.store.staff_log import Doing
from tests.signaling.conftest import WORDS

LINKED = {"judge": {"clerk": "av"}, "clerk": {"judge": "av"}}


def policy(court):
    return court.media.policies[court.hearing]


def connected(message):
    return {seat["seat"] for seat in message["hearing"]["seats"] if seat["connected"]}


async def sitting(court):
    """Judge, clerk and a party with media, in session."""
    judge, clerk = await court.opened(), await court.staff("clerk")
    party = await court.admitted(judge)
    await party.connect()
    await party.request("publish", sdp="v=0")
    assert (await judge.act("start", reason="all are heard"))[0] == 200
    return judge, clerk, party


async def closed(court):
    judge, clerk, party = await sitting(court)
    assert (await judge.act("close_session", reason="A trade secret"))[0] == 200
    return judge, clerk, party


async def test_in_a_closed_session_media_knows_the_courtroom_only(court):
    await closed(court)
    assert policy(court)["links"] == LINKED
    assert policy(court)["record"] == {"judge": "av", "clerk": "av"}
    assert "party-1" not in policy(court)["seats"]


async def test_a_closed_session_comes_back_closed_after_a_restart_of_the_app(start):
    first = await start()
    await closed(first)
    first.media.policies.clear()
    await first.http.close()
    second = await start()
    assert policy(second)["links"] == LINKED
    assert "party-1" not in policy(second)["record"]


async def test_a_closed_session_comes_back_closed_after_a_restart_of_media(court):
    judge, _, _ = await closed(court)
    await judge.connect()
    await court.media.stop()
    await judge.expect("media", lambda m: m["state"] == "down")
    await court.media.restart()
    await judge.expect("media", lambda m: m["state"] == "up")
    assert policy(court)["links"] == LINKED


async def test_nobody_joins_a_closed_session_and_the_refusal_names_the_paragraph(court):
    await closed(court)
    status, problem = await court.try_word("party-2", WORDS["party-2"])
    assert (status, problem["code"], problem["params"]["paragraph"]) == (403, "closed-session", "6")


async def test_who_is_shut_out_keeps_socket_and_seat_gets_no_media_and_learns_nothing(court):
    judge, _, party = await closed(court)
    seen = (await party.expect("hearing", lambda m: m["hearing"]["state"] == "closed_session"))["hearing"]
    assert (seen["you"]["standing"], seen["you"]["inside"]) == ("admitted", False)
    assert (seen["seats"], seen["reason"], seen["floor"]) == ([], None, None)
    for kind, fields in (("publish", {"sdp": "v=0"}), ("subscribe", {})):
        assert (await party.request(kind, **fields))["problem"]["code"] == "closed-session"
    await judge.connect()
    court.media.emit("speaker", hearing=court.hearing, seat="judge")
    await judge.expect("speaker", lambda m: m["seat"] == "judge")
    await judge.act("reopen", reason="It is heard")
    while (message := await party.read())["type"] != "hearing" or message["hearing"]["state"] != "in_session":
        assert message["type"] != "speaker"
    assert message["hearing"]["seats"]
    assert (await party.request("publish", sdp="v=0"))["type"] == "answer"


async def test_a_muted_seat_is_neither_heard_nor_recorded(court):
    judge, _, _ = await sitting(court)
    await judge.act("mute", seat="party-1")
    assert policy(court)["links"]["party-1"] == {"judge": "v", "clerk": "v"}
    assert policy(court)["record"]["party-1"] == "v"


async def test_a_witness_who_is_held_learns_nothing_until_called(court):
    judge, _, _ = await sitting(court)
    witness = await court.admitted(judge, "witness-1")
    welcome = await witness.connect()
    assert (welcome["hearing"]["you"]["standing"], welcome["hearing"]["seats"]) == ("held", [])
    assert (await witness.request("subscribe"))["slots"] == []
    assert not any("witness-1" in links for links in policy(court)["links"].values())
    await judge.act("call_witness", seat="witness-1")
    assert (await witness.expect("slots"))["slots"]
    assert policy(court)["links"]["party-1"]["witness-1"] == "av"


async def test_a_dismissed_witness_is_sent_away_with_thanks(court):
    judge, _, _ = await sitting(court)
    witness = await court.admitted(judge, "witness-1")
    await witness.connect()
    await judge.act("dismiss_witness", seat="witness-1")
    assert (await witness.expect("bye"))["problem"]["code"] == "dismissed"


async def with_organiser(court):
    home = (await court.hub.changes.current(court.hearing)).court
    organiser = await court.store.add_staff(home, "Omarov", "", ["organiser"])
    doing = Doing("admin", "2026-11-20T09:00:00.000Z")
    await court.store.set_email(home, organiser, "omarov@court.example", doing)
    return await court.staff("clerk")


async def test_the_organiser_is_told_of_a_problem_before_the_hearing_and_once(court):
    clerk = await with_organiser(court)
    for kind in ("sound", "sound", "picture"):
        assert (await clerk.act("report_problem", data={"kind": kind}))[0] == 200
    assert [row.kind for row in await court.store.notices(hearing=court.hearing)] == ["problem", "problem"]


async def test_what_the_organiser_is_told_is_kept_with_the_report(court, monkeypatch):
    async def killed(*told):
        raise asyncio.CancelledError

    await with_organiser(court)
    changes = court.hub.changes
    monkeypatch.setattr(changes, "_tell", killed)
    data = {"problem": 1, "problem_kind": "sound", "seat": "clerk", "text": "", "link": None}

    def reported(hearing, at):
        return [Event("problem_reported", hearing.version + 1, at, "clerk", data)]

    with pytest.raises(asyncio.CancelledError):
        await changes.apply(court.hearing, reported)
    assert [row.kind for row in await court.store.notices(hearing=court.hearing)] == ["problem"]


async def test_a_notice_that_cannot_be_made_keeps_no_problem_from_the_court(court, monkeypatch):
    clerk = await with_organiser(court)
    monkeypatch.setattr(court.store, "notice_keys", None)
    assert (await clerk.act("report_problem", data={"kind": "sound"}))[0] == 200


async def test_a_reported_problem_is_told_with_the_links_figures(court):
    _, clerk, party = await sitting(court)
    await clerk.connect()
    figures = {"party-1": {"up": {"loss": 30.0}, "down": {}}}
    court.media.emit("links", hearing=court.hearing, seats=figures)
    await clerk.expect("links", lambda m: m["seats"]["party-1"]["up"]["loss"] == 30.0)
    assert (await party.act("report_problem", data={"kind": "sound", "text": "I hear nothing"}))[0] == 200
    told = await clerk.expect("problem_reported")
    assert (told["seat"], told["about"]) == ("party-1", "sound")
    seen = (await clerk.expect("hearing", lambda m: m["hearing"]["problems"]))["hearing"]
    assert seen["problems"][0]["link"] == figures["party-1"]


async def test_beside_a_participants_answers_stands_what_media_brings_of_those_whom_it_should(court):
    judge, clerk, party = await sitting(court)
    await clerk.connect()
    await judge.connect()
    await judge.send("device", microphone="on", camera="on")
    await clerk.send("device", microphone="on", camera="off")
    court.media.emit("media", hearing=court.hearing, seat="judge", audio=True, video=True)
    pictures = {"judge": "low", "clerk": "off", "witness-1": "off", "technician": "off"}
    court.media.emit("pictures", hearing=court.hearing, seat="party-1", pictures=pictures)
    await party.expect("pictures")
    assert (await judge.act("begin_check"))[0] == 200
    answers = dict.fromkeys(("hears", "sees", "asks", "answers"), True)
    assert (await party.act("confirm_check", data=answers))[0] == 200
    seen = (await clerk.expect("hearing", lambda m: (m["hearing"]["check"] or {}).get("measured")))["hearing"]
    assert seen["check"]["measured"] == {
        "party-1": {"judge": {"audio": True, "video": True}, "clerk": {"audio": False}}
    }


async def test_who_gets_nothing_of_devices_that_tell_nothing_is_not_said_to_get_all(court):
    judge, clerk, party = await sitting(court)
    await clerk.connect()
    court.media.emit("pictures", hearing=court.hearing, seat="party-1", pictures={})
    await party.expect("pictures")
    await judge.act("begin_check")
    await party.act("confirm_check", data=dict.fromkeys(("hears", "sees", "asks", "answers"), True))
    seen = (await clerk.expect("hearing", lambda m: (m["hearing"]["check"] or {}).get("measured")))["hearing"]
    assert seen["check"]["measured"]["party-1"]["judge"] == {"audio": False, "video": False}


async def test_losing_a_necessary_participant_alarms_judge_and_clerk_and_the_return_ends_it(court):
    _, clerk, party = await sitting(court)
    await clerk.connect()
    connection = (await party.request("publish", sdp="v=0"))["connection"]
    tell = {"hearing": court.hearing, "seat": "party-1", "connection": connection, "direction": "publish"}
    now = court.hub._monotonic()
    court.media.emit("connection", state="connected", **tell)
    await clerk.expect("hearing", lambda m: "party-1" in connected(m))
    room = await court.hub.room(court.hearing)
    assert room.silent(now)["party-1"] <= 0
    court.media.emit("connection", state="closed", **tell)
    await party.socket.close()
    await clerk.expect("hearing", lambda m: "party-1" not in connected(m))
    await court.hub._watch.presence(room, now + 60.0, court.hub.utc())
    alarm = await clerk.expect("alarm", lambda m: m["seat"] == "party-1")
    assert (alarm["lost"], alarm["measured"]["silent_s"] >= 4.0) == (True, True)
    court.media.emit("connection", state="connected", **tell)
    assert (await clerk.expect("alarm", lambda m: m["seat"] == "party-1"))["lost"] is False


async def test_the_end_of_a_test_session_says_when_the_hearing_is(court):
    clerk = await court.staff("clerk")
    assert (await clerk.act("begin_test"))[0] == 200
    party = await court.enter()
    await party.connect()
    assert policy(court)["links"]["party-1"] == {"clerk": "av"}
    assert (policy(court)["record"], policy(court)["sitting"]) == ({}, None)
    await clerk.act("end_test")
    assert (await party.expect("bye"))["problem"]["code"] == "not-yet-open"
    assert (await court.try_word("party-1", WORDS["party-1"]))[1]["code"] == "not-yet-open"


async def test_what_a_test_session_measured_is_kept_and_shown_to_who_cares_for_links(court):
    clerk = await court.staff("clerk")
    await clerk.act("begin_test")
    await clerk.connect()
    party = await court.enter()
    await party.connect()
    link = {"kbps": 900, "loss": 0.5, "verdict": "good"}
    court.media.emit("media", hearing=court.hearing, seat="party-1", audio=True, video=False)
    court.media.emit("links", hearing=court.hearing, seats={"party-1": {"up": link, "down": link | {"layers": {}}}})
    await clerk.expect("links")
    court.media.emit("media", hearing=court.hearing, seat="party-1", audio=False, video=False)
    await clerk.act("end_test")
    shown = await clerk.expect("hearing", lambda m: m["hearing"]["tests"])
    (test,) = shown["hearing"]["tests"]
    measured = {"link": {"up": link, "down": link}, "audio": True, "video": False, "version": "1.0.0"}
    assert (test["by"], test["seats"]["party-1"]) == ("clerk", measured)
    inside = await court.admitted(await court.opened(), "party-1")
    assert (await inside.connect())["hearing"]["tests"] == []


async def test_a_postponed_hearing_closes_its_record_and_takes_leave_of_the_participants(court):
    judge, _, party = await sitting(court)
    await judge.act("postpone", reason="The expert is ill")
    bye = await party.expect("bye")
    assert (bye["problem"]["code"], bye["problem"]["params"]["reason"]) == ("postponed", "The expert is ill")
    assert bye["problem"]["params"]["scheduled_at"] is None
    assert (await court.concluded.get()).state == "postponed"
    assert policy(court)["sitting"] is None
    status, _ = await judge.act("reschedule", data={"scheduled_at": "2026-12-01T10:00:00+05:00"})
    (row,) = await court.store.list_hearings()
    assert (status, row.state, row.scheduled_at) == (200, "scheduled", "2026-12-01T05:00:00.000Z")


async def test_without_declarations_one_waits_and_is_not_admitted(court):
    judge = await court.opened()
    status, entry = await court.try_word("party-1", WORDS["party-1"], declarations={})
    assert status == 200
    status, problem = await judge.act("admit", seat="party-1")
    assert (status, problem["code"], problem["params"]["paragraph"]) == (403, "undeclared", "29")
    headers = {"Authorization": f"Bearer {entry['token']}"}
    given = dict.fromkeys(("in_person", "under_sixteens", "recording"), True)
    body = {"act": "declare", "data": given}
    assert (await court.http.post("/api/v1/hearing/acts", json=body, headers=headers)).status == 200
    assert (await judge.act("admit", seat="party-1"))[0] == 200


@pytest.mark.parametrize("declarations", [{"in_person": True}, {"in_person": "yes"}, []])
async def test_a_part_of_the_declarations_is_none(court, declarations):
    await court.opened()
    status, problem = await court.try_word("party-1", WORDS["party-1"], declarations=declarations)
    assert (status, problem["code"]) in [(403, "undeclared"), (400, "bad-request")]


async def test_the_same_key_with_other_data_is_another_act(court):
    _, _, party = await sitting(court)
    assert (await party.act("report_problem", key="k", data={"kind": "sound"}))[0] == 200
    assert (await party.act("report_problem", key="k", data={"kind": "picture"}))[0] == 400
    assert (await party.act("report_problem", key="k", data={"kind": "sound"}))[0] == 200
    assert len((await court.hub.changes.current(court.hearing)).faults) == 1


async def test_the_technicians_words_reach_the_waiting_room_without_naming_a_seat(court):
    await court.opened()
    technician, party, other = await court.staff("technician"), await court.enter(), await court.enter("party-2")
    await party.connect()
    await other.connect()
    assert (await technician.act("message", data={"to": "party-1", "text": "Turn on the camera"}))[0] == 200
    assert (await technician.act("message", data={"text": "We begin soon"}))[0] == 200
    told = [await party.expect("message"), await party.expect("message"), await other.expect("message")]
    assert [message["text"] for message in told] == ["Turn on the camera", "We begin soon", "We begin soon"]
    assert {message["role"] for message in told} == {"technician"}


async def test_a_participants_words_are_refused_naming_the_paragraph(court):
    _, _, party = await sitting(court)
    status, problem = await party.act("message", data={"text": "Hello"})
    assert (status, problem["code"], problem["params"]["paragraph"]) == (403, "not-permitted", "27")
