"""A participant whose network is gone for ten seconds, and comes back: the real server, real media, real time."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from urllib.parse import urlsplit

import pytest

from tests.client.court import court
from tests.client.network import Outage
from tests.client.participant import enter
from tests.client.test_hearing import source
from tests.client.through import Way

OUTAGE_S = 10.0
BACK_S = 10.0


def the_party(hearing):
    return next(seat for seat in hearing["seats"] if seat["seat"] == "party-1")


def events_of(place):
    """How often the journal has each kind of event of the party's seat."""
    (journal,) = place.data.glob("courts/*/*/*/journal.jsonl")
    lines = [json.loads(line) for line in journal.read_bytes().splitlines()]
    events = [line["event"] for line in lines if line["kind"] == "event"]
    return Counter(event["kind"] for event in events if event.get("data", {}).get("seat") == "party-1")


def recorded(place):
    return sum(take.stat().st_size for take in place.takes() if take.name.startswith("party-1-audio"))


async def goes_on(place):
    """The party's sound on the disk becomes more."""
    before = recorded(place)
    async with asyncio.timeout(BACK_S):
        while recorded(place) <= before:
            await asyncio.sleep(0.05)


def everything(judge, party):
    """Sound and picture both ways."""
    return asyncio.gather(*(
        to.hears(seat, kind, 50, timeout=BACK_S)
        for to, seat in ((judge, "party-1"), (party, "judge")) for kind in ("audio", "video")
    ))  # fmt: skip


@pytest.fixture
def outage():
    """Of the party's media, both ways."""
    return Outage()


@pytest.fixture
async def sitting(tmp_path, outage):
    """A judge and a party in session, the party's signaling by a way of its own."""
    async with court(tmp_path) as place, Way(urlsplit(place.url).port) as way:
        judge = await place.judge(source=source())
        party = await enter(
            f"http://localhost:{way.port}", place.hearing, "party-1", place.words["party-1"],
            source=source(), network_out=outage, network_in=outage,
        )  # fmt: skip
        try:
            for person in (judge, party):
                await person.join()
            await judge.session.until(lambda hearing: the_party(hearing)["standing"] == "waiting")
            await judge.api.act("admit", "party-1")
            await judge.api.act("start", reason="all are heard")
            await party.session.until_state("in_session")
            yield place, judge, party, way
        finally:
            for person in (judge, party):
                await person.close()


async def test_after_ten_seconds_without_network_one_is_back_in_ones_seat_by_oneself(sitting, outage):
    place, judge, party, way = sitting
    await asyncio.gather(everything(judge, party), goes_on(place))
    session, attendance, standings = party.session.session, attendance_of(party), standings_of(party)

    way.down = outage.down = True
    counted, _ = await asyncio.gather(silence(judge, party), asyncio.sleep(OUTAGE_S))
    assert counted == count(judge, party)
    assert not party.session.connected.is_set()

    way.down = outage.down = False
    await asyncio.gather(everything(judge, party), goes_on(place), party.session.connected.wait())
    await judge.session.until(lambda hearing: the_party(hearing)["connected"], timeout=BACK_S)
    assert standings == {"admitted"}
    assert (party.session.session, attendance_of(party), party.session.gaps) == (session, attendance, 0)
    events = events_of(place)
    assert (events["entered"], events["admitted"], events["left"]) == (1, 1, 0)


async def silence(judge, party):
    """What had come when the court saw that the party was gone."""
    await judge.session.until(lambda hearing: not the_party(hearing)["connected"])
    return count(judge, party)


def count(judge, party):
    return judge.reception("party-1", "audio").packets, party.reception("judge", "audio").packets


def attendance_of(party):
    """The server names a connection by it."""
    return party._down.partition(".")[0]


def standings_of(party):
    """All that the party is told from now on."""
    standings, on_message = {party.session.hearing["you"]["standing"]}, party.session.on_message

    def noted(message):
        if message.get("hearing"):
            standings.add(message["hearing"]["you"]["standing"])
        on_message(message)

    party.session.on_message = noted
    return standings
