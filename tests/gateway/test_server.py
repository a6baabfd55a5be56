"""The media server with real ICE, DTLS and SRTP on loopback."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from gateway import allocate, red, rtcp
from gateway.audio_slot import AudioSlot
from gateway.messages import ControlError
from gateway.packet import SenderReport
from gateway.publisher import UNWANTED_S
from gateway.publisher import Publisher as Sender
from gateway.queue_delay import QueueDelay
from gateway.subscriber import Subscriber as Receiver
from tests.client.publisher import Publisher
from tests.gateway.rooms import Hearing, Listener, MemoryRecorder

KEY = bytes.fromhex("90808001") + b"\x10\x02\x00\x9d\x01\x2a\x40\x01\xf0\x00" + bytes(50)
DELTA = bytes.fromhex("90808001") + b"\x11\x02\x00" + bytes(50)


def speak(publisher: Publisher, count: int, start: int = 0, level: int = 20) -> None:
    assert publisher.audio is not None
    publisher.audio.payload_type = publisher.opus_payload_type
    for number in range(start, start + count):
        publisher.audio.send(b"sound%d" % number, 960 * number, False, monotonic(), level)


def show(publisher: Publisher, count: int, rid: str = "", key: bool = True) -> None:
    stream = publisher.video[rid]
    for number in range(count):
        stream.send(KEY if key and number == 0 else DELTA, 3000 * (stream.packets + 1), True, monotonic())


def show_when_asked(publisher: Publisher) -> asyncio.Event:
    """Like a browser: a key frame when the server asks for one, and one picture after it."""
    asked = asyncio.Event()

    def answer(rid: str) -> None:
        show(publisher, 2, rid)
        asked.set()

    publisher.on_keyframe_request = answer
    return asked


async def heard(hearing: Hearing, count: int) -> tuple[Publisher, Listener]:
    """The judge has spoken to party-1."""
    publisher, listener = await hearing.publish("judge"), await hearing.subscribe("party-1")
    speak(publisher, count)
    await listener.hears("judge", "audio", count)
    return publisher, listener


async def seen(hearing: Hearing, rid: str = "", **options: Any) -> Listener:
    """party-1 sees the judge."""
    publisher, listener = await hearing.publish("judge", **options), await hearing.subscribe("party-1")
    show_when_asked(publisher)
    show(publisher, 3, rid)
    await listener.hears("judge", "video", 1)
    return listener


def ends(hearing: Hearing) -> tuple[Sender, Receiver]:
    """The server's ends of the judge's publish and party-1's subscribe connection."""
    members = hearing.server.rooms["h"].members
    sender, receiver = members["judge"].publisher, members["party-1"].subscriber
    assert sender is not None
    assert receiver is not None
    return sender, receiver


@pytest.fixture
async def two(tmp_path: Path):  # type: ignore[no-untyped-def]
    async with Hearing(["judge", "party-1"], tmp_path) as hearing:
        yield hearing


async def test_sound_arrives_as_it_was_sent(two: Hearing) -> None:
    publisher, listener = await two.publish("judge"), await two.subscribe("party-1")
    speak(publisher, 20)
    got = await listener.hears("judge", "audio", 20)
    assert [p.payload for p in got] == [b"sound%d" % n for n in range(20)]
    assert [p.timestamp - got[0].timestamp for p in got] == [960 * n for n in range(20)]


async def test_a_picture_begins_at_a_key_frame_that_the_server_asks_for(two: Hearing) -> None:
    publisher, listener = await two.publish("judge"), await two.subscribe("party-1")
    show_when_asked(publisher)
    show(publisher, 5, key=False)
    got = await listener.hears("judge", "video", 2)
    assert got[0].payload == KEY


async def test_what_the_policy_does_not_name_reaches_nobody(two: Hearing) -> None:
    publisher, listener = await two.publish("judge"), await two.subscribe("party-1")
    speak(publisher, 5)
    await listener.hears("judge", "audio", 5)
    await two.allow({})
    speak(publisher, 50, 5)
    await two.received("judge", 55)
    await two.allow()
    speak(publisher, 1, 55)
    got = await listener.hears("judge", "audio", 6)
    assert [p.payload for p in got] == [b"sound%d" % n for n in (0, 1, 2, 3, 4, 55)]
    assert [p.sequence - got[0].sequence for p in got] == list(range(6))


async def test_only_recorded_seats_reach_the_recorder_and_their_take_ends_with_the_permission(tmp_path: Path) -> None:
    recorder = MemoryRecorder()
    async with Hearing(["judge", "party-1"], tmp_path, recorder) as hearing:
        await hearing.allow(record=["judge"])
        judge, party = await hearing.publish("judge"), await hearing.publish("party-1")
        speak(judge, 1)
        speak(party, 1)
        await hearing.received("judge", 1)
        await hearing.received("party-1", 1)
        assert [p.payload for p in recorder.sinks["judge", "audio"][0].packets] == [b"sound0"]
        await hearing.allow(record=[])
        assert recorder.sinks["judge", "audio"][0].over
        assert not recorder.sinks["party-1", "audio"]


async def test_the_sound_of_a_muted_seat_reaches_neither_the_record_nor_the_others(tmp_path: Path) -> None:
    recorder = MemoryRecorder()
    async with Hearing(["judge", "party-1"], tmp_path, recorder) as hearing:
        await hearing.allow(record=["party-1"])
        publisher, listener = await hearing.publish("party-1"), await hearing.subscribe("judge")
        speak(publisher, 1)
        await listener.hears("party-1", "audio", 1)
        await hearing.allow(links={"party-1": {"judge": "v"}}, record={"party-1": "v"})
        speak(publisher, 5, 1)
        await hearing.received("party-1", 6)
        assert recorder.sinks["party-1", "audio"][0].over
        assert [p.payload for p in recorder.sinks["party-1", "audio"][0].packets] == [b"sound0"]
        assert [p.payload for p in await listener.hears("party-1", "audio", 1)] == [b"sound0"]


async def test_a_listener_that_raises_disturbs_neither_the_speaker_nor_the_others(tmp_path: Path) -> None:
    class Broken:
        def on_packet(self, packet: object) -> None:
            raise RuntimeError("disk on fire")

        def on_sender_report(self, report: object) -> None: ...

        def on_end(self) -> None:
            raise RuntimeError("still on fire")

    recorder = MemoryRecorder()
    recorder.make = Broken
    async with Hearing(["judge", "party-1"], tmp_path, recorder) as hearing:
        await hearing.allow(record=["judge"])
        publisher, listener = await hearing.publish("judge"), await hearing.subscribe("party-1")
        speak(publisher, 10)
        assert len(await listener.hears("judge", "audio", 10)) == 10
        await hearing.allow(record=["judge"])
        assert (await hearing.until(event="recording", failed="sink"))["on"]


@pytest.mark.parametrize(
    "datagram",
    [b"", b"\x00", b"\x80", b"\x16", bytes(20), b"\x00\x01\x00\x00\x21\x12\xa4\x42" + bytes(12), b"\x80" * 1400,
     b"\x80\xc9" + bytes(30), b"\x16\xfe\xfd" + bytes(100), b"\xff" * 60000],
    ids=["empty", "one-byte", "truncated-rtp", "truncated-dtls", "zeros", "stun", "rtp", "rtcp", "dtls", "oversized"],
)  # fmt: skip
async def test_a_foreign_datagram_disturbs_nobody(two: Hearing, datagram: bytes) -> None:
    publisher, listener = await two.publish("judge"), await two.subscribe("party-1")
    to = ("127.0.0.1", two.server.endpoint.port)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for _ in range(3):
            stranger.sendto(datagram, to)
            publisher.transport._socket.sendto(datagram, to)
    speak(publisher, 3)
    assert len(await listener.hears("judge", "audio", 3)) == 3


async def test_a_lost_packet_is_asked_for_and_delivered_late(two: Hearing) -> None:
    publisher, listener = await two.publish("judge"), await two.subscribe("party-1")
    speak(publisher, 3)
    await listener.hears("judge", "audio", 3)
    stream = publisher.audio
    assert stream is not None
    write, stream._write = stream._write, lambda packet: publisher.transport._srtp.protect(packet)  # type: ignore[union-attr]
    speak(publisher, 1, 3)
    stream._write = write
    speak(publisher, 3, 4)
    got = await listener.hears("judge", "audio", 7)
    assert sorted(p.payload for p in got) == [b"sound%d" % n for n in range(7)]
    assert publisher.feedback.nacked == 1


async def test_a_newer_connection_takes_the_seat_over_once_it_stands(two: Hearing) -> None:
    first, listener = await two.publish("judge"), await two.subscribe("party-1")
    speak(first, 2)
    await listener.hears("judge", "audio", 2)
    second = await two.publish("judge")
    speak(second, 2, 100)
    got = await listener.hears("judge", "audio", 4)
    assert [p.payload for p in got[2:]] == [b"sound100", b"sound101"]
    assert got[3].sequence - got[0].sequence & 0xFFFF == 3
    assert len({p.ssrc for p in got}) == 1


async def test_a_changed_address_is_followed(two: Hearing) -> None:
    publisher, listener = await two.publish("judge"), await two.subscribe("party-1")
    publisher.transport.move()
    listener.subscriber.transport.move()
    async with asyncio.timeout(10):
        while not listener.got["judge", "audio"]:
            speak(publisher, 1)
            await asyncio.sleep(0.05)
    assert listener.got["judge", "audio"][0].payload == b"sound0"


async def test_a_full_hearing_refuses_a_newcomer_but_not_one_who_returns(tmp_path: Path) -> None:
    async with Hearing(["judge", "party-1"], tmp_path, capacity=1) as hearing:
        await hearing.publish("judge")
        with pytest.raises(ControlError, match="full"):
            await hearing.publish("party-1")
        assert (await hearing.publish("judge")).audio is not None


async def test_an_unusable_offer_is_refused_and_leaves_no_trace(two: Hearing) -> None:
    with pytest.raises(ControlError, match="bad-sdp"):
        await two.ask("publish", hearing="h", seat="judge", connection="x", sdp="v=0")
    assert not two.server.rooms["h"].members


async def test_the_loudest_voice_becomes_the_speaker(two: Hearing) -> None:
    publisher = await two.publish("judge")
    publisher.audio.payload_type = publisher.opus_payload_type  # type: ignore[union-attr]
    for number in range(40):
        speak(publisher, 1, number)
        await asyncio.sleep(0.02)
    assert (await two.until(event="speaker", seat="judge"))["hearing"] == "h"


async def test_a_publisher_sends_what_every_listener_can_decode(two: Hearing) -> None:
    await two.subscribe("party-1", without="H264")
    publisher = await two.publish("judge", video_codecs=("H264", "VP8"))
    assert publisher.video_codec == "VP8"


async def test_a_publisher_is_asked_to_change_when_somebody_comes_who_cannot_decode_it(two: Hearing) -> None:
    publisher = await two.publish("judge", video_codecs=("H264", "VP8"))
    assert publisher.video_codec == "H264"
    listener = await two.subscribe("party-1", without="H264")
    await two.until(event="republish", seat="judge")
    changed = await two.publish("judge", video_codecs=("H264", "VP8"))
    show_when_asked(changed)
    show(changed, 3)
    assert (await listener.hears("judge", "video", 2))[0].payload == KEY


async def test_what_a_listener_cannot_decode_is_not_sent_to_it(two: Hearing) -> None:
    await two.subscribe("party-1", without="H264")
    await two.publish("judge", video_codecs=("H264",))
    members = two.server.rooms["h"].members
    subscriber, publisher = members["party-1"].subscriber, members["judge"].publisher
    assert subscriber is not None
    assert publisher is not None
    assert subscriber.slots["judge", "audio"] in publisher.tracks["audio"].listeners
    assert subscriber.slots["judge", "video"] not in publisher.tracks["video"].listeners


@pytest.mark.interpreted
async def test_a_picture_that_overran_the_pacer_stops_and_begins_anew_at_a_key_frame(two: Hearing) -> None:
    """Some of it was left out: nobody can decode what follows, and what was left out is not to be asked for."""
    listener = await seen(two)
    room, (sender, subscriber) = two.server.rooms["h"], ends(two)
    track = sender.tracks["video"]
    slot, pacer = subscriber.videos()["judge"], subscriber.connection.pacer
    assert slot.layer is not None
    last = listener.got["judge", "video"][-1].sequence
    assert slot._history.answer(last, monotonic(), 0.1) is not None
    pacer.overrun.add(slot)
    allocate.run(room, subscriber, "party-1", monotonic())
    track.tick(monotonic())
    assert slot.layer is None
    assert slot not in pacer.overrun
    assert slot._history.answer(last, monotonic() + 1, 0.1) is None
    allocate.run(room, subscriber, "party-1", monotonic())
    track.tick(monotonic())
    assert slot in track.layers[""].waiting
    assert track.keyframes.wanted(track.layers[""].ssrc)


async def test_towards_a_starved_listener_the_speaker_is_heard_whole_and_others_only_when_they_speak(
    tmp_path: Path,
) -> None:
    async with Hearing(["judge", "party-1", "party-2"], tmp_path) as hearing:
        speaker, other = await hearing.publish("judge"), await hearing.publish("party-2")
        listener = await hearing.subscribe("party-1")
        room = hearing.server.rooms["h"]
        speak(other, 1, level=100)
        speak(speaker, 1, level=100)
        await listener.hears("party-2", "audio", 1)
        subscriber = room.members["party-1"].subscriber
        assert subscriber is not None
        hearing.server._rounds.clear()  # from here on nothing is allocated but by us
        room.speaking._speaker.speaker = "judge"
        subscriber.estimate.bps = 60_000.0
        for seat in ("judge", "party-2"):
            layer = subscriber.slots[seat, "audio"].layer
            assert layer is not None
            layer.bps = 58_000.0
        allocate.run(room, subscriber, "party-1", monotonic())
        slot = subscriber.slots["party-2", "audio"]
        assert isinstance(slot, AudioSlot)
        slot._voice_until = 0.0  # its last second of voice is over
        speak(other, 10, 1, level=100)
        speak(speaker, 10, 1, level=100)
        await listener.hears("judge", "audio", 11)
        await hearing.received("party-2", 11)
        assert len(listener.got["party-2", "audio"]) == 1
        speak(other, 1, 11, level=20)
        assert (await listener.hears("party-2", "audio", 2))[-1].payload == b"sound11"


async def test_a_listener_who_loses_gets_each_frame_again_with_the_next(two: Hearing) -> None:
    publisher, listener = await heard(two, 1)
    room, (_, subscriber) = two.server.rooms["h"], ends(two)
    two.server._rounds.clear()
    subscriber.estimate._told, subscriber.estimate.loss = monotonic(), 0.02
    allocate.run(room, subscriber, "party-1", monotonic())
    speak(publisher, 3, 1)
    got = await listener.hears("judge", "audio", 4)
    assert [block.payload for block in red.split(got[-1].payload)] == [b"sound2", b"sound3"]


async def test_sound_is_not_sent_again_into_a_queue(two: Hearing) -> None:
    _, listener = await heard(two, 5)
    _, subscriber = ends(two)
    slot = subscriber.slots["judge", "audio"]
    lost = rtcp.nack(1, slot.spec.ssrc, [listener.got["judge", "audio"][1].sequence])
    subscriber.estimate._queue, now = QueueDelay(), monotonic()
    subscriber.estimate._queue.add(0.0, now)
    subscriber.estimate._queue.add(1.0, now + 0.5)
    subscriber.on_rtcp(lost, now + 0.5)
    assert slot.nacked == 0
    subscriber.on_rtcp(lost, now + 5)
    assert slot.nacked == 1


@pytest.mark.interpreted
async def test_a_sender_report_goes_out_only_after_something_was_sent(two: Hearing) -> None:
    await heard(two, 1)
    _, subscriber = ends(two)
    slot, sent = subscriber.slots["judge", "audio"], []
    subscriber.connection.send_rtcp = sent.append  # type: ignore[method-assign]
    report = SenderReport(slot._rewriter.source, 1 << 40, 0, monotonic())
    slot.sender_report(report)
    before = len(sent)
    slot.sender_report(report)
    assert len(sent) == before
    slot.packets += 1
    slot.sender_report(report)
    assert len(sent) == before + 1


async def test_an_upper_layer_is_wanted_while_a_listener_or_the_record_wants_it_and_a_moment_longer(
    two: Hearing,
) -> None:
    await seen(two, "l", rids=("h", "l"))
    sender, subscriber = ends(two)
    slot, now = subscriber.videos()["judge"], monotonic()
    slot.wanted = "high"
    assert sender.high_wanted(now)
    slot.wanted = "low"
    assert sender.high_wanted(now + UNWANTED_S - 0.1)
    assert not sender.high_wanted(now + UNWANTED_S)
    await two.allow(record=["judge"])
    assert sender.high_wanted(now + 2 * UNWANTED_S)
    assert (await two.until(event="layers", seat="judge"))["connection"] == sender.connection.name


@pytest.mark.interpreted
async def test_a_camera_that_is_off_takes_nothing_from_the_pictures_of_others(two: Hearing) -> None:
    await seen(two)
    two.server._rounds.clear()
    room, (sender, subscriber) = two.server.rooms["h"], ends(two)
    layer = sender.tracks["video"].layers[""]
    layer.bps = 500_000.0
    (now,) = allocate._wants(room, subscriber.videos(), layer.last_arrival)
    (later,) = allocate._wants(room, subscriber.videos(), layer.last_arrival + 5)
    assert (now.high_bps, later.high_bps) == (500_000.0, 0.0)


@pytest.mark.interpreted
async def test_who_goes_up_must_have_room_for_the_upper_layer_s_busy_moments_and_who_is_there_stays(
    two: Hearing,
) -> None:
    await seen(two, "l", rids=("h", "l"))
    room, (sender, subscriber) = two.server.rooms["h"], ends(two)
    two.server._rounds.clear()
    slots, track = subscriber.videos(), sender.tracks["video"]
    now = monotonic()
    for rid, bps, peak in (("l", 70_000.0, 70_000.0), ("h", 500_000.0, 1_000_000.0)):
        layer = track.layer(rid, {"l": 1, "h": 2}[rid], now)
        layer.bps, layer.peak_bps = bps, peak
    assert [want.high_bps for want in allocate._wants(room, slots, now)] == [1_000_000]
    slots["judge"].layer = track.layers["h"]
    assert [want.high_bps for want in allocate._wants(room, slots, now)] == [500_000]
