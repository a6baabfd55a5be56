"""A sender whose control sees no queue, over a link in virtual time: its sound must not stand there for long."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from random import Random
from time import monotonic
from types import SimpleNamespace

import pytest

from bench.shaping import Link, Shape
from gateway import rtcp
from gateway.receive_stats import ReceiveStats
from gateway.relief import AGAIN_S, BEGUN_S, FULL_S, HOLD_S, LEAST, UNBOUND, Relief
from tests.gateway.rooms import Hearing

NARROW = Shape(rate_kbit=300, queue_bytes=18_750, delay_ms=50)
CLOCK = 777.0
STEP = 0.02
VOICE = 120
PICTURE = 600
OTHERS_PACKET = 1500
"""Of somebody else on the same link, who sends it elsewhere."""


@dataclass
class Sender:
    """Sound every 20 ms, and pictures that fill whatever it is told, or ``wants`` where it is told nothing. It hears
    after 0.3 s, but for a share ``deaf`` of it. ``obeys``: else it hears nothing at all."""

    wants: float = 320e3
    obeys: bool = True
    deaf: float = 0.0
    shape: Shape = NARROW
    now: float = 0.0
    told: list[float | None] = field(default_factory=list)
    queues: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.relief = Relief(self.now)
        self.link = Link(self.shape, Random(1))
        self._random = Random(2)
        self.limit = self.wants
        self._owed = 0.0
        self._on_its_way: deque[tuple[float, float]] = deque()
        self._octets, self._shortest = 0, float("inf")

    def run(self, seconds: float) -> Sender:
        for _ in range(round(seconds / STEP)):
            self._step()
        return self

    def _step(self) -> None:
        self.now = round(self.now + STEP, 6)
        self._put(VOICE)
        self._owed += max(self.limit - 8 * VOICE / STEP, 0.0) * STEP / 8
        while self._owed >= PICTURE:
            self._owed -= PICTURE
            self._put(PICTURE)
        for packet in self.link.take(self.now):
            if len(packet) == OTHERS_PACKET:
                continue
            self._octets += len(packet)
            if len(packet) == VOICE:
                journey = self.now - int.from_bytes(packet[:8], "big") / 1e6
                self._shortest = min(self._shortest, journey + CLOCK)
                self.queues.append(journey - self.link.shape.delay_ms / 1000)
        if round(self.now / STEP) % 5 == 0:
            self._feed_back()

    def _put(self, octets: int) -> None:
        self.link.put(round(self.now * 1e6).to_bytes(8, "big") + bytes(octets - 8), self.now)

    def _feed_back(self) -> None:
        if self._shortest < float("inf"):
            self.relief.heard(self._shortest, self.now)
        bps = self.relief.turn(self._octets, self.now)
        self._octets, self._shortest = 0, float("inf")
        self.told.append(bps)
        if bps is not None and self.obeys and self._random.random() >= self.deaf:
            self._on_its_way.append((self.now + 0.3, bps))
        while self._on_its_way and self._on_its_way[0][0] <= self.now:
            self.limit = min(self._on_its_way.popleft()[1], self.wants)


def late(sender: Sender, seconds: float) -> float:
    """The share of the last seconds' sound that stood for more than 0.2 s."""
    last = sender.queues[-round(seconds / STEP) :]
    return sum(queue > 0.2 for queue in last) / len(last)


def begun(told: Sequence[float | None]) -> list[int]:
    """When it was first told something, tenths of a second."""
    return [number for number, (before, now) in enumerate(pairwise(told)) if before is None and now is not None]


def test_a_sender_that_stays_within_its_link_is_told_nothing():
    assert set(Sender(wants=250e3).run(60).told) == {None}


def test_a_queue_that_the_sender_does_not_see_goes_and_does_not_come_back_to_stay():
    sender = Sender().run(20)
    assert max(sender.queues[: round(5 / STEP)]) > 0.3
    sender.queues.clear()
    assert late(sender.run(100), 100) < 0.1


def test_it_is_free_again_once_the_queue_is_gone():
    sender = Sender().run(10)
    sender.wants = 250e3
    sender.run(30)
    assert UNBOUND in sender.told
    assert sender.told[-1] is None
    assert sender.limit == 250e3


def test_it_is_free_again_though_most_of_what_it_is_told_is_lost():
    sender = Sender(deaf=0.8).run(12)
    sender.wants = 250e3
    assert sender.run(60).limit == 250e3


def test_what_is_told_while_nothing_comes_is_told_again():
    sender = Sender().run(8.5)
    while sender.relief.bps is not None:
        sender.run(0.1)
    sender.now += 10
    assert {sender.relief.turn(0, sender.now + tenth / 10) for tenth in range(100)} == {None}
    assert sender.relief.turn(1000, sender.now + 11) == UNBOUND


def test_each_time_that_the_queue_comes_back_less_is_sent_for_longer():
    sender = Sender().run(150)
    ends = [number for number, (a, b) in enumerate(pairwise(sender.told)) if b == UNBOUND != a]
    apart = [later - sooner for sooner, later in pairwise(ends)]
    assert len(apart) >= 2
    assert apart[-1] > apart[0]


def test_a_sender_that_does_not_obey_is_let_be():
    sender = Sender(obeys=False).run(25)
    assert len(begun(sender.told)) == 1
    assert sender.run(60).told[-500:] == [None] * 500


@pytest.mark.parametrize("longer_ms", [60, 200, 1000])
def test_a_longer_way_is_no_queue(longer_ms):
    sender = Sender(wants=200e3).run(20)
    sender.link.shape = replace(NARROW, delay_ms=50 + longer_ms)
    sender.run(60)
    assert sender.told[-1] is None
    assert sender.limit == 200e3
    assert sum(bps is not None and bps < UNBOUND for bps in sender.told) < 10 * 10


def test_nothing_is_held_back_for_longer_than_a_while_at_a_time():
    sender, longest, since = Sender(obeys=False).run(5), 0.0, None
    for _ in range(600):
        sender.run(0.1)
        since = (since if since is not None else sender.now) if sender.relief.full(sender.now) else None
        longest = max(longest, sender.now - since if since is not None else 0.0)
    assert 1.0 < longest <= FULL_S + 1.2


@pytest.mark.parametrize(("apart_s", "least"), [(6, LEAST), (12, LEAST), (30, 60e3)])
def test_another_s_bursts_now_and_then_do_not_add_up(apart_s, least):
    sender, limits = Sender(wants=200e3).run(20), []
    for _ in range(420 // apart_s):
        for _ in range(75):  # 300 kbit/s for 3 s
            sender.link.put(bytes(OTHERS_PACKET), sender.now)
            sender.run(0.04)
        for _ in range(apart_s):
            sender.run(1.0)
            limits.append(sender.limit)
    told = [bps for bps in sender.told if bps is not None]
    assert len(told) > 100
    assert min(told) >= least
    assert sum(limits) / len(limits) > 110e3
    assert sender.run(60).limit == 200e3


@pytest.mark.parametrize("stands_s", [1, 3, 5])
def test_sound_that_stood_still_for_a_while_is_no_queue(stands_s):
    sender = Sender(wants=200e3).run(20)
    sender.now += stands_s
    for late in (stands_s, 0.0, 0.0):  # what waited, and what did not
        sender.relief.heard(CLOCK + 0.05 + late, sender.now)
        assert sender.relief.turn(25_000, sender.now) is None
        sender.now += 0.1
    assert set(sender.run(10).told) == {None}


def test_in_another_network_a_sender_is_free_and_is_told_so():
    sender = Sender().run(8)
    assert sender.relief.bps is not None
    sender.relief = sender.relief.elsewhere(sender.now)
    assert sender.relief.turn(1000, sender.now) == UNBOUND
    assert set(sender.run(4).told[-10:]) == {None}


def test_a_clock_that_began_anew_is_no_queue():
    sender = Sender(wants=200e3).run(20)
    sender.relief.restarted(sender.now)
    for _ in range(40):
        sender.now += 0.1
        sender.relief.heard(CLOCK + 50.0, sender.now)
        assert sender.relief.turn(2500, sender.now) is None


def test_rtp_time_that_wraps_or_stands_still_for_long_begins_anew():
    for timestamps in ([4294966336, 0, 960], [960, 1920, 2880 - 6 * 48_000]):
        stats = ReceiveStats(1, 48_000)
        for number, timestamp in enumerate(timestamps):
            stats.on_packet(number, timestamp & 0xFFFFFFFF, 100, 10 + number / 50)
        assert stats.restarted
        latest = 10 + 2 / 50 - (timestamps[-1] & 0xFFFFFFFF) / 48_000
        assert stats.journey() == pytest.approx(latest)
        assert stats.journey() == float("inf")


def test_a_queue_that_comes_back_after_long_is_held_as_short_as_the_first():
    sender = Sender().run(60)
    assert sender.relief._hold > HOLD_S
    sender.wants = 200e3
    sender.run(AGAIN_S + 60)
    sender.wants = sender.limit = 320e3
    while sender.relief.bps is None:
        sender.run(0.1)
    assert sender.relief._hold == HOLD_S


@pytest.mark.interpreted
async def test_a_sender_is_told_of_its_queue_and_asked_for_nothing_until_it_is_gone(tmp_path: Path) -> None:
    async with Hearing(["judge", "party-1"], tmp_path) as hearing:
        await hearing.publish("judge")
        publisher = hearing.server.rooms["h"].members["judge"].publisher
        assert publisher is not None
        sent: list[bytes] = []
        publisher.connection.send_rtcp = sent.append  # type: ignore[method-assign, assignment]
        stats = ReceiveStats(7, 48_000)
        lacking = SimpleNamespace(busy=True, due=lambda now, rtt: [1], lost_too_much=lambda: False)
        publisher.streams[7] = SimpleNamespace(kind="audio", stats=stats, nack=lacking)  # type: ignore[assignment]
        now, asked = monotonic(), []
        for number in range(120):
            now += 0.1
            journey = min(0.05 + 0.02 * max(number - 10 * BEGUN_S, 0), 0.5) if number < 90 else 0.05
            stats.on_packet(number, round((now - journey) * 48_000) & 0xFFFFFFFF, 100, now)
            publisher.connection.received_bytes += 3000
            publisher.feed_back(now)
            before = len(sent)
            publisher.ask_again(now)
            asked.append(len(sent) > before)
        publisher.streams.clear()
    told = [part.bitrate for packet in sent for part in rtcp.parse(packet) if isinstance(part, rtcp.Remb)]
    assert told[0] < 240e3
    assert told[-1] >= 0.99 * UNBOUND
    assert not all(asked)
    assert asked[-1]


def test_a_link_that_becomes_much_narrower_is_held_to_what_it_carries_now():
    sender = Sender(wants=2.2e6, shape=replace(NARROW, rate_kbit=2000, queue_bytes=125_000)).run(9)
    assert sender.relief.bps is not None
    sender.link.shape = replace(NARROW, rate_kbit=300)
    sender.run(40)
    assert late(sender, 20) < 0.3
