"""What of a seat's speech went to whom, each second."""

from __future__ import annotations

import asyncio
from time import monotonic

from gateway.acknowledged import Acknowledged, Told
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


class Link:
    """A second at a time of 50 packets of sound among 200; ``lost`` of the sound are reported lost in all."""

    def __init__(self):
        self.of = Acknowledged()
        self.now = self.reported = self.heard = 0.0
        self.lost = 0

    def seconds(self, count, arrived, lost=0, report=False, heard=False, asked=0):
        told = []
        for _ in range(count):
            self.now += 1
            self.reported = self.now - 0.5 if report else self.reported
            self.heard = self.now - 0.2 if heard or arrived else self.heard
            figures = {"now": self.now, "heard": self.heard, "reported": self.reported, "cumulative": self.lost}
            figures["asked"] = asked
            told.append(self.of.take(50, 200, arrived, lost, **figures))
        return told


def test_what_feedback_passes_over_after_an_outage_was_not_acknowledged():
    link = Link()
    before, outage = link.seconds(3, 200), link.seconds(7, 0)
    after = link.seconds(1, 150) + link.seconds(1, 200)
    assert [told.acked for told in before + outage + after] == [50] * 3 + [0] * 7 + [400 * 150 // 1600, 50]
    assert [told.silent for told in before + outage + after] == [False] * 3 + [True] * 7 + [False] * 2
    assert {told.after for told in before + outage + after} == {None}


def test_what_is_told_later_was_acknowledged_all_the_same():
    link = Link()
    assert [told.acked for told in link.seconds(1, 0) + link.seconds(1, 300, 100)] == [0, 75]


def test_a_receiver_report_after_a_silence_says_how_much_of_it_came_all_the_same():
    for lost, share in ((0, 100), (350, 0), (175, 50), (999, 0)):
        link = Link()
        link.seconds(3, 200)
        link.seconds(7, 0)
        link.seconds(1, 200)  # 350 packets of sound were passed over
        link.lost = lost
        assert [told.after for told in link.seconds(2, 200, report=True)] == [None, share]
        assert [told.after for told in link.seconds(3, 200, report=True)] == [None] * 3


def test_a_listener_that_counts_anew_after_a_hole_is_believed_by_what_its_feedback_tells_late():
    for late, lost, share in ((0, 0, 100), (700, 700, 0), (700, 350, 50), (20, 20, 100)):
        link = Link()
        link.seconds(3, 200)
        link.seconds(7, 0)
        link.seconds(1, 200)
        link.seconds(1, 200 + late - lost, lost)
        assert [told.after for told in link.seconds(1, 200, report=True)] == [share]


def test_who_asks_for_most_of_the_last_second_has_got_nothing_of_the_silence():
    for asked, share in ((40, 0), (12, 100), (0, 100)):
        link = Link()
        link.seconds(3, 200)
        link.seconds(7, 0)
        link.seconds(1, 200, asked=asked)
        assert [told.after for told in link.seconds(2, 200, report=True)] == [None, share]


def test_loss_as_there_always_is_after_a_silence_is_not_that_of_the_silence():
    for silence, late in ((7, (240, 60)), (1, (200, 11))):
        link = Link()
        link.seconds(6, 160, 40)
        link.seconds(silence, 0)
        link.seconds(1, 160, 40)
        link.seconds(1, *late)
        assert link.seconds(1, 160, 40, report=True)[0].after >= 75


def test_a_report_of_before_feedback_came_back_settles_nothing():
    link = Link()
    link.seconds(1, 0)
    link.seconds(1, 300, 100, report=True)
    link.lost = 25
    link.seconds(7, 0)
    link.seconds(1, 200)
    assert [told.after for told in link.seconds(2, 200, report=True)] == [None, 100]


def test_loss_that_feedback_told_is_no_loss_of_the_silence():
    link = Link()
    link.seconds(1, 200, report=True)
    link.seconds(4, 150, 50)
    link.seconds(5, 0)
    link.seconds(1, 200)
    link.lost = 4 * 12
    assert [told.after for told in link.seconds(2, 200, report=True)] == [None, 100]


def test_a_silence_of_which_all_is_told_later_waits_for_no_report():
    link = Link()
    link.seconds(1, 0)
    assert link.seconds(1, 300, 100) == [Told(75, False, 0)]


def test_what_feedback_tells_lost_of_a_silence_is_not_asked_of_the_report():
    link = Link()
    link.seconds(4, 0)
    link.seconds(1, 400, 200)
    assert [told.after for told in link.seconds(2, 200, report=True)] == [None, 100 * 100 // 200]


def test_a_report_of_before_the_silence_does_not_judge_it():
    link = Link()
    link.seconds(3, 200)
    link.seconds(2, 0, report=True)
    assert [told.after for told in link.seconds(1, 200)] == [None]


def test_who_is_heard_and_acknowledges_nothing_has_received_nothing():
    link = Link()
    link.seconds(2, 200)
    told = link.seconds(2, 0) + link.seconds(3, 0, heard=True)
    assert [(one.silent, one.after) for one in told] == [(True, None)] * 3 + [(False, 0)] * 2


def test_a_check_that_comes_a_moment_before_the_first_feedback_says_nothing():
    link = Link()
    link.seconds(2, 200)
    link.seconds(3, 0)
    told = link.seconds(1, 0, heard=True) + link.seconds(1, 200) + link.seconds(2, 200, report=True)
    assert [(one.silent, one.after) for one in told] == [(True, None), (False, None), (False, None), (False, 100)]
