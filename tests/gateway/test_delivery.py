"""What of a seat's speech went to whom, each second."""

from __future__ import annotations

import asyncio
from time import monotonic

from gateway.delivery import Acknowledged
from tests.gateway.rooms import Hearing
from tests.gateway.test_server import speak


async def talk(publisher, seconds, level=20):
    """In real time."""
    began = monotonic()
    for number in range(int(50 * seconds)):
        await asyncio.sleep(began + 0.02 * number - monotonic())
        speak(publisher, 1, number, level)


def told(hearing):
    return [event for event in hearing.events if event["event"] == "audibility"]


async def test_of_a_second_of_speech_it_is_told_what_was_sent_and_what_each_listener_acknowledged(tmp_path):
    async with Hearing(["judge", "party-1", "party-2"], tmp_path) as hearing:
        publisher = await hearing.publish("judge", video=False)
        for seat in ("party-1", "party-2"):
            await hearing.subscribe(seat)
        await talk(publisher, 3.2)
        event = told(hearing)[-1]
        assert (event["seat"], set(event["to"])) == ("judge", {"party-1", "party-2"})
        assert event["sent"] == event["received"] > 25
        for pair in event["to"].values():
            assert pair["forwarded"] == event["sent"]
            assert pair["repaired"] == 0
        assert sum(one["to"]["party-1"]["acked"] for one in told(hearing)) > 25


async def test_of_silence_and_of_who_may_not_be_heard_nothing_is_told(tmp_path):
    async with Hearing(["judge", "party-1"], tmp_path) as hearing:
        publisher = await hearing.publish("judge", video=False)
        await hearing.subscribe("party-1")
        await talk(publisher, 1.5, level=80)
        assert told(hearing) == []
        await hearing.allow(links={})
        await talk(publisher, 1.5)
        assert told(hearing) == []


def test_what_feedback_passes_over_after_an_outage_was_not_acknowledged():
    acknowledged = Acknowledged()
    before = [acknowledged.take(50, 200, 200, 0) for _ in range(3)]
    outage = [acknowledged.take(50, 200, 0, 0) for _ in range(7)]
    after = [acknowledged.take(50, 200, arrived, 0) for arrived in (150, 200)]
    assert (before, outage, after) == ([50] * 3, [0] * 7, [400 * 150 // 1600, 50])


def test_what_is_told_later_was_acknowledged_all_the_same():
    acknowledged = Acknowledged()
    assert [acknowledged.take(50, 200, 0, 0), acknowledged.take(50, 200, 300, 100)] == [0, 75]
