"""Sound and picture on their way to the worker that looks at light and noise."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.keyframe_requests import KeyframeRequests
from gateway.packet import Packet, TrackInfo
from gateway.sample_socket import UNSENT_LIMIT, SampleSocket
from gateway.samples import MESSAGE_LIMIT, Origin, Splitter, pack
from gateway.sampling import KEYFRAME_EVERY_S, MOST, SampleTap, Sampling
from gateway.track import Track
from tests.gateway.rooms import Hearing

ORIGIN = Origin("h", "party-1", "t", "video", "H264", "witness", 3, True)


def packet(sequence, keyframe=False, at=0.0, payload=b"x"):
    return Packet(7, sequence, sequence, True, 96, payload, at, keyframe)


packets = st.builds(
    Packet, st.integers(0, 2**32 - 1), st.integers(0, 2**16 - 1), st.integers(0, 2**32 - 1), st.booleans(), st.just(0),
    st.binary(max_size=1446), st.floats(0, 1e9), st.booleans(), st.integers(0, 128),
)  # fmt: skip


FIELDS = ["ssrc", "sequence", "timestamp", "marker", "payload_type", "payload", "arrival", "keyframe", "level"]


def fields(one):
    return [getattr(one, name) for name in FIELDS]


@given(st.lists(st.lists(packets, max_size=4), max_size=3), st.integers(1, 5000))
def test_what_is_packed_comes_out_whole_however_the_stream_is_cut(messages, size):
    stream = b"".join(pack(ORIGIN, each) for each in messages)
    splitter, found = Splitter(), []
    for at in range(0, len(stream), size):
        found += splitter.feed(stream[at : at + size])
    assert [one.origin for one in found] == [ORIGIN] * len(messages)
    assert [[fields(one) for one in each.packets] for each in found] == [[fields(one) for one in m] for m in messages]


@given(st.binary(max_size=200))
def test_what_is_no_sample_is_an_error_of_one_kind(data):
    with pytest.raises(ValueError):
        list(Splitter().feed(len(data).to_bytes(4, "big") + data))
    with pytest.raises(ValueError):
        list(Splitter().feed((MESSAGE_LIMIT + 1).to_bytes(4, "big")))


class Reader:
    """An outlet in memory."""

    def __init__(self, open=True, room=True):
        self.open, self.room, self.samples = open, room, []

    def send(self, message):
        if self.open and self.room:
            self.samples += Splitter().feed(message)
        return self.open and self.room


class Sent:
    """A picture of one layer or two that somebody sends, and its sampling."""

    def __init__(self, reader):
        self.requests = KeyframeRequests()
        self.track = Track(TrackInfo("h", "party-1", "t", "video", "VP8", 90_000), self.requests)
        self.sampling = Sampling(reader)
        self.track.attach(self.sampling.tap(self.track), 0.0)

    def packet(self, sequence, now, keyframe=False, rid="l"):
        layer = self.track.layer(rid, {"l": 7, "h": 8}[rid], now)
        layer.deliver(packet(sequence, keyframe, now), False)

    def turn(self, now, look="face"):
        self.track.tick(now)
        self.sampling.turn(self.track, look, False, now)
        return self.requests.due(now)


def test_what_came_since_the_last_turn_is_handed_over_from_a_key_frame_on():
    reader = Reader()
    sent = Sent(reader)
    for number, key in ((1, False), (2, True), (3, False)):
        sent.packet(number, 0.1, key)
    sent.turn(0.2)
    sent.packet(4, 0.3)
    sent.turn(0.4)
    assert [[one.sequence for one in sample.packets] for sample in reader.samples] == [[2, 3], [4]]


def test_of_two_layers_the_lower_one_is_sampled():
    reader = Reader()
    sent = Sent(reader)
    for number in range(1, 20):
        for rid in "hl":
            sent.packet(number, number / 10, number % 5 == 1, rid)
        sent.turn(number / 10)
    assert {one.ssrc for sample in reader.samples[2:] for one in sample.packets} == {7}


def test_a_key_frame_is_asked_for_once_a_minute_at_most():
    sent, asked, number = Sent(Reader()), [], 0
    for turn in range(5 * 150):
        now, number = turn / 5, number + 1
        sent.packet(number, now)
        if sent.turn(now):
            asked.append(now)
            sent.packet(number := number + 1, now, keyframe=True)
            sent.sampling.want_keyframe("t")
    assert len(asked) == 3
    assert all(b - a >= KEYFRAME_EVERY_S for a, b in pairwise(asked))


def test_nobody_is_asked_for_a_key_frame_while_nobody_reads():
    sent = Sent(Reader(open=False))
    for number in range(10):
        sent.packet(number, number / 5)
        assert not sent.turn(number / 5)


def test_a_listener_who_needs_one_is_not_held_up_by_the_probe():
    class Slot:
        wanted = "low"

        def send(self, packet): ...
        def sender_report(self, report): ...
        def switched(self, layer): ...
        def failed(self): ...

    sent = Sent(Reader())
    sent.packet(1, 0.0)
    sent.turn(0.1)
    sent.track.attach(Slot(), 0.7)
    assert sent.requests.due(0.7)


def test_what_a_slow_reader_has_no_room_for_is_left_out_and_counted():
    reader = Reader(room=False)
    sent = Sent(reader)
    for number in range(MOST):
        sent.packet(number, 0.1, number == 0)
    sent.turn(0.2)
    reader.room = True
    sent.packet(200, 0.3)
    sent.turn(0.4)
    assert [(sample.origin.left_out, len(sample.packets)) for sample in reader.samples] == [(MOST, 1)]


def test_what_somebody_sends_in_floods_is_not_the_readers_slowness():
    reader = Reader()
    sent = Sent(reader)
    for turn in range(5):
        for number in range(200):
            sent.packet(200 * turn + number, turn / 5, number == 0)
        sent.turn(turn / 5)
    assert [(sample.origin.left_out, len(sample.packets)) for sample in reader.samples] == [(0, MOST)] * 5


def test_nothing_is_kept_of_who_may_no_longer_be_looked_at():
    reader = Reader()
    sent = Sent(reader)
    sent.packet(1, 0.1, True)
    tap = sent.sampling.tap(sent.track)
    assert tap.packets
    sent.sampling.turn(sent.track, None, False, 0.2)
    assert reader.samples == []
    sent.track.detach(tap)
    assert tap.packets == []


def tapped(hearing):
    """Whose tracks are sampled, by seat and kind."""
    members = hearing.server.rooms["h"].members
    return {
        (seat, kind)
        for seat, member in members.items() if member.publisher is not None
        for kind, track in member.publisher.tracks.items()
        if any(isinstance(listener, SampleTap) for listener in track.listeners)
    }  # fmt: skip


async def test_only_who_is_named_and_only_what_somebody_hears_or_sees_is_sampled(tmp_path):
    async with Hearing(["judge", "party-1"], tmp_path) as hearing:
        await hearing.publish("judge")
        await hearing.publish("party-1")
        assert tapped(hearing) == set()
        await hearing.allow(sampled={"judge": "face"})
        assert tapped(hearing) == {("judge", "audio"), ("judge", "video")}
        await hearing.allow(sampled={"judge": "face"}, links={"judge": {"party-1": "v"}})
        assert tapped(hearing) == {("judge", "video")}
        await hearing.allow(sampled={})
        assert tapped(hearing) == set()


async def test_the_socket_leaves_out_what_a_slow_reader_does_not_take(tmp_path):
    wanted = []
    socket = SampleSocket(tmp_path / "s", wanted.append)
    await socket.start()
    assert not socket.open
    assert not socket.send(b"nobody")
    _, writer = await asyncio.open_unix_connection(str(tmp_path / "s"))
    writer.write(b"track\n")
    while not wanted:
        await asyncio.sleep(0)
    assert (tmp_path / "s").stat().st_mode & 0o777 == 0o600
    message, sent = bytes(1 << 16), 0
    while socket.send(message):
        sent += 1
    assert UNSENT_LIMIT < sent * len(message) < UNSENT_LIMIT + (4 << 20)
    writer.close()
    await socket.stop()
    assert wanted == ["track"]


async def test_a_reader_that_is_going_is_none(tmp_path):
    socket = SampleSocket(tmp_path / "s", lambda track: None)
    await socket.start()
    _, writer = await asyncio.open_unix_connection(str(tmp_path / "s"))
    while not socket.open:
        await asyncio.sleep(0)
    assert socket.send(b"message")
    await socket.stop()
    assert not socket.open
    assert not socket.send(b"message")
    writer.close()
