"""The packet mechanisms together over a bad link in virtual time: what is lost is asked for, sent again and whole."""

from __future__ import annotations

import heapq
import itertools
import random

import pytest

from gateway import rtcp
from gateway.history import History, Shift, read_rtx, rtx_payload
from gateway.nack import Arrival, NackGenerator
from gateway.packet import Packet
from gateway.rewrite import Rewriter

DELAY, JITTER, RTT = 0.04, 0.01, 0.08


class Call:
    """A sender and a listener with a link between them that loses ``loss`` of everything, feedback and repeats too."""

    def __init__(self, loss: float, seed: int) -> None:
        self.loss, self.chance = loss, random.Random(seed)
        self.rewriter, self.history, self.nack = Rewriter(90000, 65000), History(), NackGenerator()
        self.wire: list[tuple[float, int, str, bytes]] = []
        self.order = itertools.count()
        self.got: dict[int, bytes] = {}

    def post(self, now: float, kind: str, data: bytes) -> None:
        if self.chance.random() >= self.loss:
            at = now + DELAY + self.chance.random() * JITTER
            heapq.heappush(self.wire, (at, next(self.order), kind, data))

    def send(self, ssrc: int, sequence: int, timestamp: int, payload: bytes, now: float) -> None:
        if self.rewriter.source != ssrc:
            self.rewriter.switch(ssrc, sequence, timestamp, now)
        numbers = self.rewriter.map(ssrc, sequence, timestamp, now)
        assert numbers is not None
        packet = Packet(ssrc, sequence, timestamp, False, 96, payload, now)
        self.history.put(numbers[0], packet, Shift(numbers[0] - sequence, numbers[1] - timestamp))
        self.post(now, "media", rtx_payload(numbers[0], payload))

    def turn(self, now: float) -> None:
        while self.wire and self.wire[0][0] <= now:
            at, _, kind, data = heapq.heappop(self.wire)
            if kind == "media":
                self.arrive(data, at)
            else:
                self.answer(data, at)
        wanted = self.nack.due(now, RTT)
        if wanted:
            self.post(now, "feedback", rtcp.nack(1, 2, wanted))

    def arrive(self, data: bytes, now: float) -> None:
        original = read_rtx(data)
        assert original is not None
        if self.nack.on_packet(original[0], now) is not Arrival.DUPLICATE:
            assert original[0] not in self.got
            self.got[original[0]] = original[1]

    def answer(self, data: bytes, now: float) -> None:
        for part in rtcp.parse(data):
            assert isinstance(part, rtcp.Nack)
            for sequence in part.sequences:
                sent = self.history.answer(sequence, now, RTT)
                if sent is not None:
                    self.post(now, "media", rtx_payload(sent.sequence, sent.packet.payload))


@pytest.mark.parametrize(("loss", "share"), [(0.0, 1.0), (0.05, 1.0), (0.2, 0.999)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_a_link_loses_arrives_in_the_end_once_and_unchanged(loss, share, seed):
    call = Call(loss, seed)
    count = 3000
    for number in range(count):
        now = number * 0.005
        layer = number // 700  # the source switches its layer every few seconds
        call.send(layer, (layer * 9999 + number) & 0xFFFF, layer * 12345 + number * 450, b"packet %d" % number, now)
        call.turn(now)
    for turn in range(100):
        call.turn(count * 0.005 + turn * 0.02)
    sent = {(65000 + number) & 0xFFFF: b"packet %d" % number for number in range(count)}
    assert call.got.items() <= sent.items()
    assert len(call.got) >= share * count - 10  # the very last may be lost without a successor to tell of it


def test_over_a_clean_link_nothing_is_asked_for_again_needlessly():
    call = Call(0.0, 1)
    for number in range(500):
        call.send(1, number, 0, b"payload", number * 0.02)
        call.turn(number * 0.02)
    assert call.nack.requested == 0
