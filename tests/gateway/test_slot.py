"""A slot numbers its packets as the rewriter would, by whichever path they go."""

from __future__ import annotations

import itertools
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import sdp
from gateway.keyframe_requests import KeyframeRequests
from gateway.pacer import Pacer
from gateway.packet import PAYLOAD, Packet, TrackInfo
from gateway.rewrite import Rewriter
from gateway.seam import Buffer
from gateway.slot import FIRST
from gateway.track import Layer, Track
from gateway.video_slot import VideoSlot

pytestmark = pytest.mark.interpreted

SPEC = sdp.Slot("v0", "video", "s0", 1234, 5678)


class Wire:
    """In the place of a connection: keeps the sequence number, timestamp and payload of what is sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[int, int, bytes]] = []
        self.pair = self.outbox = self
        self.target = object()
        self.buffer = Buffer()
        self.last = self.buffer.view
        self.sent_bytes = 0
        self.pacer, self.departures = Pacer(0.0), None

    def protect(self, buffer: Buffer, length: int) -> int:
        return length

    def put(self, length: int, target: object) -> None:
        sequence, timestamp = struct.unpack_from("!HI", self.buffer.view, 2)
        self.sent.append((sequence, timestamp, bytes(self.buffer.view[20:length])))


def slot() -> tuple[VideoSlot, Wire]:
    wire = Wire()
    return VideoSlot(wire, "judge", SPEC), wire  # type: ignore[arg-type]


def layer(ssrc: int) -> Layer:
    track = Track(TrackInfo("h", "judge", "t", "video", "H264", 90000), KeyframeRequests())
    return track.layer("", ssrc, 0.0)


def packet(ssrc: int, number: int, payload: bytes = b"x") -> Packet:
    return Packet(ssrc, number & 0xFFFF, number * 3000 & 0xFFFFFFFF, False, 96, payload, number / 30)


STEPS = st.lists(
    st.tuples(st.sampled_from(["next", "lost", "late", "padding", "switch"]), st.integers(1, 4)), max_size=60
)


@given(STEPS, st.integers(0, 0xFFFF))
def test_losses_padding_reordering_and_switches_are_numbered_alike(steps: list[tuple[str, int]], start: int) -> None:
    mine, wire = slot()
    model = Rewriter(90000, SPEC.ssrc & 0xFFFF, SPEC.ssrc)
    ssrc, number, expected = 1, start, []
    mine.switched(layer(ssrc))
    model.switch(ssrc, number & 0xFFFF, packet(ssrc, number).timestamp, packet(ssrc, number).arrival)
    first = packet(ssrc, number)
    mine.send(first)
    expected.append(model.map(ssrc, first.sequence, first.timestamp, first.arrival))
    for step, count in steps:
        if step == "switch":
            ssrc, number = ssrc + 1, number + 500
            mine.switched(layer(ssrc))
            key = packet(ssrc, number)
            model.switch(ssrc, key.sequence, key.timestamp, key.arrival)
            numbers = [number]
        elif step == "late":
            numbers = [number - count]
        else:
            number += count if step == "lost" else 1
            numbers = [number]
        for n in numbers:
            each = packet(ssrc, n, b"" if step == "padding" else b"x")
            mine.send(each)
            if step == "padding":
                model.drop(ssrc, each.sequence)
            else:
                expected.append(model.map(ssrc, each.sequence, each.timestamp, each.arrival))
    assert [s[:2] for s in wire.sent] == [e for e in expected if e is not None]
    for sequence, timestamp in {s[0]: s[1] for s in wire.sent}.items():  # and each is kept as it went out
        again = mine._history.answer(sequence, 1e9, 0.0)
        assert again is not None
        assert again.timestamp == timestamp


def test_a_day_of_packets_without_a_loss_is_numbered_without_a_hole() -> None:
    mine, wire = slot()
    mine.switched(layer(1))
    for number in range(150_000):
        mine.send(packet(1, number))
        if number % 50_000 == 49_000:
            mine.send(packet(1, number - 3))
    fresh = [s[0] for i, s in enumerate(wire.sent) if i == 0 or s[0] != (wire.sent[i - 1][0] - 3) & 0xFFFF]
    late = len(wire.sent) - len(fresh)
    assert late == 3
    steps = {(b - a) & 0xFFFF for a, b in itertools.pairwise(fresh)}
    assert steps == {1}


@given(
    st.lists(st.sampled_from(["next", "held", "run", "crowded", "late", "other", "stop"]), min_size=1, max_size=60),
    st.integers(0, 0xFFFFFFFF),
)
def test_what_waited_when_the_picture_stopped_leaves_no_hole_and_no_number_is_used_twice(
    steps: list[str], out: int
) -> None:
    wire = Wire()
    mine = VideoSlot(wire, "judge", sdp.Slot("v0", "video", "s0", out, 5678))  # type: ignore[arg-type]
    number, ssrc, somebody, overrun = 0xFFF0, 1, object(), False
    mine.switched(layer(ssrc))
    mine.send(packet(ssrc, number))
    for step in [*steps, "stop"]:
        if step == "stop":
            mine.switched(None)
            mine.switched(layer(ssrc))
            wire.pacer, overrun = Pacer(0.0), False
        elif step in ("held", "crowded"):
            wire.pacer.rate(8)
            wire.pacer.spend(10_000)
            if step == "crowded":  # by somebody else's picture
                wire.pacer.hold(somebody, 1, lambda: None)
                wire.pacer.waiting, overrun = 10_000, True
        elif step == "run" and not overrun:  # else there is a hole, as there should be
            wire.pacer.rate(1e9)
            wire.pacer.run(1e9)
        elif step == "other":
            ssrc += 1
            mine.switched(layer(ssrc))
        number += 2 if step == "late" else 1
        for each in (number, number - 1) if step == "late" else (number,):
            mine.send(packet(ssrc, each))
    numbers = [(sequence - (out & FIRST)) & 0xFFFF for sequence, _, _ in wire.sent]
    assert sorted(numbers) == list(range(len(numbers)))


@given(st.integers(0, 0xFFFFFFFF))
def test_whoever_misses_the_first_packets_can_still_open_the_others(ssrc: int) -> None:
    wire = Wire()
    mine = VideoSlot(wire, "judge", sdp.Slot("v0", "video", "s0", ssrc, ssrc))  # type: ignore[arg-type]
    mine.switched(layer(1))
    mine.send(packet(1, 7))
    assert wire.sent[0][0] <= 0x7FFF


def test_what_was_sent_can_be_sent_again() -> None:
    mine, wire = slot()
    mine.switched(layer(1))
    for number in range(10):
        mine.send(packet(1, number, b"picture %d" % number))
    asked = wire.sent[4][0]
    mine.nack([asked], 1.0, 0.05)
    assert wire.sent[-1][2] == struct.pack("!H", asked) + b"picture 4"


def test_the_longest_payload_that_comes_in_goes_out_and_goes_out_again() -> None:
    mine, wire = slot()
    mine.switched(layer(1))
    mine.send(packet(1, 1, bytes(PAYLOAD)))
    mine.nack([wire.sent[0][0]], 1.0, 0.05)
    assert [len(sent[2]) for sent in wire.sent] == [PAYLOAD, PAYLOAD + 2]
