"""Who received and played whom (Rules ¶35): what media counts and listeners report, told to judge and clerk alone."""

from __future__ import annotations

import pytest

from courtroom.audibility import ledgers
from quality.audibility.book import read
from tests.signaling.test_procedure import sitting

REPORTS = "report"


class Speech:
    """A party speaks, and the clerk's device reports; the hub's clock is ours."""

    def __init__(self, court, judge, clerk, party, connection):
        self.court = court
        self.judge, self.clerk, self.party = judge, clerk, party
        self.connection = connection
        self.now = 1000.0
        court.hub._monotonic = lambda: self.now

    async def run(self, seconds, share, acked=50):
        """``share`` of each second is played, the rest made up."""
        for _ in range(seconds):
            self.now += 1
            pair = {"forwarded": 50, "acked": acked, "repaired": 0, "redundancy": 0, "silent": False, "after": None}
            to = {"clerk": pair, "technician": {**pair, "acked": 0}}
            self.court.media.emit(
                "audibility", hearing=self.court.hearing, seat="party-1", span_s=1.0, voiced=40, sent=50, received=50,
                to=to,
            )  # fmt: skip
            self.court.media.emit("speaker", hearing=self.court.hearing, seat="party-1")
            while (message := await self.party.read())["type"] != "speaker":
                assert message["type"] != "audibility"
            figures = {"played_s": share * self.now, "concealed_s": (1 - share) * self.now, "sound": "on"}
            await self.report({"at": 1000 * self.now, "seats": {"party-1": figures}})
            await self.court.hub.look_around()

    async def report(self, fields):
        count = len(self.court.media.ops(REPORTS))
        await self.clerk.send("report", down={"connection": self.connection, **fields})
        await self.court.media.wait_for(REPORTS, count + 1)


@pytest.fixture
async def speech(start, tmp_path):
    court = await start(ledgers=ledgers(tmp_path / "data"))
    judge, clerk, party = await sitting(court)
    await court.staff("technician")
    await judge.connect()
    await clerk.connect()
    offer = await clerk.request("subscribe")
    return Speech(court, judge, clerk, party, offer["connection"])


async def test_judge_and_clerk_are_told_who_did_not_receive_and_play_and_nobody_else(speech):
    await speech.run(8, 0.59, acked=30)
    for court in (speech.judge, speech.clerk):
        (pair,) = (await court.expect("audibility"))["pairs"]
        assert (pair["speaker"], pair["listener"], pair["share"], pair["cause"]) == ("party-1", "clerk", 59, "downlink")
    assert (await speech.judge.act("ask_repeat", seat="party-1"))[0] == 200
    while (message := await speech.party.read())["type"] != "repeat":
        assert message["type"] != "audibility"
    assert message["seat"] == "party-1"


async def test_of_who_only_watches_nothing_is_told(speech):
    await speech.run(10, 0.59, acked=30)
    (room,) = speech.court.hub.rooms()
    assert [pair["listener"] for pair in room.audibility.told] == ["clerk"]


async def test_nothing_is_told_while_all_is_well(speech):
    await speech.run(8, 1.0)
    assert (await speech.judge.act("ask_repeat", seat="party-1"))[0] == 200
    while (message := await speech.judge.read())["type"] != "repeat":
        assert message["type"] != "audibility"


async def test_a_repeat_keeps_what_was_received_and_played(speech):
    await speech.run(8, 0.59, acked=30)
    assert (await speech.clerk.act("ask_repeat", seat="party-1"))[0] == 200
    stored = await speech.court.store.events_after(speech.court.hearing, 0)
    (event,) = [one.event for one in stored if one.event.kind == "repeat_asked"]
    assert [(listener, one["share"]) for listener, one in event.data["received"].items()] == [("clerk", 59)]


async def test_who_comes_in_is_told_what_still_holds(speech):
    await speech.run(8, 0.59, acked=30)
    await speech.judge.expect("audibility")
    await speech.judge.drop()
    await speech.judge.connect()
    assert (await speech.judge.expect("audibility"))["pairs"]


async def test_a_listener_whose_reports_part_from_what_was_delivered_is_marked(speech):
    await speech.run(9, 0.1)
    await speech.judge.expect("audibility", lambda m: m["pairs"] and m["pairs"][0]["contradiction"] == "less")


@pytest.mark.parametrize("report", [
    {}, {"at": "x", "seats": []}, {"at": 10**400, "seats": {"party-1": {}}}, {"at": 1.0, "seats": {"party-1": 3}},
    {"at": 1.0, "seats": {"nobody": {"played_s": 1.0, "concealed_s": 0.0}}},
    {"at": True, "seats": {"party-1": {"played_s": -1, "concealed_s": [], "sound": {}}}},
])  # fmt: skip
async def test_a_report_of_nonsense_changes_nothing(speech, report):
    await speech.report(report)
    await speech.run(8, 1.0)
    await speech.clerk.send("device", microphone="on", camera="on")
    while (message := await speech.judge.read())["type"] != "devices":
        assert message["type"] != "audibility"


async def test_a_stop_of_the_app_loses_nothing_of_what_was_told(speech, tmp_path):
    await speech.run(3, 0.5)
    await speech.court.hub.stop()
    (folder,) = (tmp_path / "data").glob("courts/*/*/*")
    assert len(list(read(folder))) == 3


async def test_the_sitting_keeps_every_second_of_speech(speech, tmp_path):
    await speech.run(8, 0.5)
    assert (await speech.judge.act("conclude"))[0] == 200
    await speech.court.concluded.get()
    (folder,) = (tmp_path / "data").glob("courts/*/*/*")
    lines = list(read(folder))
    assert [line.speaker for line in lines] == ["party-1"] * 8
    assert lines[5].to["clerk"].played == pytest.approx(0.5, abs=0.01)
