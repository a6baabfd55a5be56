"""An admitted participant who means ill: what a peer can send, hold or ask for is bounded."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from time import monotonic
from types import SimpleNamespace
from typing import Any

import pytest

from gateway import rtcp, sdp, sdp_writer
from gateway.connection import (
    CHECKS_A_SECOND,
    OCTETS_A_SECOND,
    PACKETS_A_SECOND,
    RTCP_A_SECOND,
    RTCP_FLOOD_S,
    SOURCES,
    Connection,
)
from gateway.datagrams import packed
from gateway.endpoint import Endpoint
from gateway.nack import Arrival, NackGenerator
from gateway.packet import PAYLOAD
from gateway.publisher import CHANGES, RTCP_SIZE
from gateway.room import COMING, REPUBLISHES
from gateway.seam import Buffer, Certificate
from gateway.subscriber import ALL_KEYFRAMES_PER_S, KEYFRAMES, KEYFRAMES_PER_S, RESENDS, STATUSES, Subscriber
from gateway.twcc import MAX_SPAN, ArrivalRecorder, decode, encode
from tests.client.rtp import build
from tests.client.subscriber import Subscriber as Listening
from tests.gateway.rooms import Hearing
from tests.gateway.test_server import show, show_when_asked, speak


@pytest.fixture
async def two(tmp_path: Path):  # type: ignore[no-untyped-def]
    async with Hearing(["judge", "party-1"], tmp_path) as hearing:
        yield hearing


def test_a_transport_wide_number_far_ahead_makes_no_long_feedback() -> None:
    recorder = ArrivalRecorder()
    for step in range(40):
        recorder.on_packet(step * 30_000 & 0xFFFF, 1.0 + step / 1000)
    told = [decode(fci) for fci in recorder.due(2.0)]
    assert sum(len(feedback.arrivals) for feedback in told) <= MAX_SPAN + 1
    assert told[-1].arrivals[-1] is not None


def test_a_packet_from_before_a_new_beginning_is_not_taken_twice() -> None:
    """Its number would go out a second time, and two packets with one number must never be sealed (RFC 7714 §8.1)."""
    nack = NackGenerator()
    nack.on_packet(1, 0.0)
    nack.on_packet(2, 0.1)
    nack.on_packet(4, 5.0)
    assert nack.on_packet(2, 5.01) is Arrival.DUPLICATE
    assert nack.on_packet(3, 5.02) is Arrival.RECOVERED


async def test_a_peer_with_ever_new_sources_is_closed(two: Hearing) -> None:
    publisher = await two.publish("judge")
    for ssrc in range(SOURCES + 20):
        publisher.transport.send_rtp(build(90, 1, 1, 1000 + ssrc, b"x"))
    await two.until(seat="judge", state="closed")


async def test_a_listener_whose_reports_come_from_ever_new_sources_is_closed(two: Hearing) -> None:
    listener = await two.subscribe("party-1")
    connection = two.server.rooms["h"].members["party-1"].subscriber.connection  # type: ignore[union-attr]
    for ssrc in range(SOURCES + 20):
        connection._rtcp_left = RTCP_A_SECOND  # as slowly as they like
        listener.subscriber.transport.send_rtcp(rtcp.receiver_report(1000 + ssrc))
        await asyncio.sleep(0)
    await two.until(seat="party-1", state="closed")


async def test_what_is_too_long_for_listeners_is_not_recorded_either(two: Hearing) -> None:
    """Else an altered browser could say into the record what nobody in the hearing heard."""
    await two.allow(record=["judge"])
    publisher, listener = await two.publish("judge"), await two.subscribe("party-1")
    assert publisher.audio is not None
    publisher.audio.payload_type = publisher.opus_payload_type
    sizes = [20, PAYLOAD, PAYLOAD + 1, PAYLOAD + 10, 30]
    for number, size in enumerate(sizes):
        publisher.audio.send(bytes(size), 960 * number, False, monotonic(), 20)
    await listener.hears("judge", "audio", 3)
    (sink,) = two.recorder.sinks["judge", "audio"]
    heard = [len(packet.payload) for packet in listener.got["judge", "audio"]]
    assert [len(packet.payload) for packet in sink.packets] == heard == [20, PAYLOAD, 30]
    (stream,) = two.server.rooms["h"].members["judge"].publisher.streams.values()  # type: ignore[union-attr]
    assert stream.oversized >= 2


@pytest.mark.interpreted
async def test_a_source_may_begin_anew_only_so_often(two: Hearing) -> None:
    publisher = await two.publish("judge")
    speak(publisher, 1)
    await two.received("judge", 1)
    peer = two.server.rooms["h"].members["judge"].publisher
    assert peer is not None
    taken = set()
    for ssrc in range(3 * CHANGES):
        packet = build(publisher.opus_payload_type, 1, 1, 1000 + ssrc, b"x")
        buffer = Buffered(packet)
        peer.on_rtp(buffer, len(packet), monotonic())  # type: ignore[arg-type]
        taken |= set(peer.streams)
    assert len(taken) <= CHANGES + 1


@pytest.mark.interpreted
async def test_a_listener_who_asks_for_key_frames_all_the_time_gets_few(two: Hearing) -> None:
    """A key frame goes to everybody, in the place of several pictures."""
    layers, subscriber = await watching(two, pictures=1)
    for tenth in range(600):
        subscriber.on_rtcp(rtcp.pli(1, 0) + rtcp.fir(1, 0, tenth), tenth / 10)
        layers[0].key_frame_comes()
    assert layers[0].asked <= KEYFRAMES + 60 * KEYFRAMES_PER_S


@pytest.mark.interpreted
async def test_a_listener_asks_for_few_key_frames_in_all_however_many_pictures_it_has(two: Hearing) -> None:
    layers, subscriber = await watching(two, pictures=20)
    for second in range(60):
        for ssrc, layer in enumerate(layers):
            subscriber.on_rtcp(rtcp.pli(1, ssrc), float(second))
            layer.key_frame_comes()
    assert sum(layer.asked for layer in layers) <= 20 + 60 * ALL_KEYFRAMES_PER_S


@pytest.mark.interpreted
async def test_a_link_that_broke_gets_a_key_frame_of_every_picture_at_once(two: Hearing) -> None:
    layers, subscriber = await watching(two, pictures=20)
    for tenth in range(5):
        for ssrc in range(20):
            subscriber.on_rtcp(rtcp.pli(1, ssrc), tenth / 10)
    assert [layer.asked for layer in layers] == [1] * 20


class FakeLayer:
    """A layer that counts how often a key frame is newly wanted of it."""

    def __init__(self) -> None:
        self.asked = 0
        self.keyframe_wanted = False

    def ask_keyframe(self) -> None:
        self.asked += 1
        self.keyframe_wanted = True

    def key_frame_comes(self) -> None:
        self.keyframe_wanted = False


async def watching(hearing: Hearing, pictures: int) -> tuple[list[FakeLayer], Subscriber]:
    """A listener with so many pictures, whose SSRCs are 0, 1, …"""
    await hearing.subscribe("party-1")
    connection = hearing.server.rooms["h"].members["party-1"].subscriber.connection  # type: ignore[union-attr]
    specs = [sdp.Slot(f"v{ssrc}", "video", "s", ssrc, 1000 + ssrc) for ssrc in range(pictures)]
    subscriber = Subscriber(connection, [(f"party-{spec.ssrc}", spec) for spec in specs], 0.0)
    subscriber.answered(sdp.read(Listening().answer(sdp_writer.offer(hearing.server._local(connection), specs))))
    layers = [FakeLayer() for _ in specs]
    for slot, layer in zip(subscriber.slots.values(), layers, strict=True):
        slot.layer = layer  # type: ignore[assignment]
    return layers, subscriber


class Buffered:
    def __init__(self, packet: bytes) -> None:
        self.view = memoryview(bytearray(packet))


@pytest.mark.interpreted
async def test_no_more_is_sent_again_than_a_link_could_need(two: Hearing) -> None:
    publisher, listener = await two.publish("judge"), await two.subscribe("party-1")
    asked = show_when_asked(publisher)
    show(publisher, 5, key=False)
    await asyncio.wait_for(asked.wait(), 5)
    await listener.hears("judge", "video", 2)
    subscriber: Subscriber = two.server.rooms["h"].members["party-1"].subscriber  # type: ignore[assignment]
    slot = subscriber.slots["judge", "video"]
    asked_for: list[int] = []
    slot.nack = lambda sequences, now, rtt: asked_for.extend(sequences)  # type: ignore[method-assign]
    slot.rtt = 1e-9
    now = monotonic()
    for _ in range(20):
        subscriber.on_rtcp(rtcp.nack(1, slot.spec.ssrc, range(500)), now)
    assert len(asked_for) <= RESENDS


async def test_a_second_answer_changes_nothing(two: Hearing) -> None:
    listener = await two.subscribe("party-1")
    subscriber = two.server.rooms["h"].members["party-1"].subscriber
    assert subscriber is not None
    before = dict(subscriber.slots)
    name = subscriber.connection.name
    await two.ask("subscribed", connection=name, sdp=listener.subscriber.answer(offer_of(two, subscriber)))
    assert subscriber.slots == before


def offer_of(hearing: Hearing, subscriber: Subscriber) -> str:
    return sdp_writer.offer(hearing.server._local(subscriber.connection), [spec for _, spec in subscriber.plan])


async def test_a_device_that_asks_again_and_again_holds_only_a_few_connections(two: Hearing) -> None:
    for number in range(20):
        await two.ask("subscribe", hearing="h", seat="judge", connection=f"c{number}")
    assert list(two.server._connections) == [f"c{number}" for number in range(20 - COMING, 20)]


class Peer:
    """A connection on an endpoint that is not read."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.states: list[str] = []
        self.connection = Connection("c", endpoint, Certificate(), lambda c, state: self.states.append(state))


@pytest.fixture
def endpoint() -> Any:
    endpoint = Endpoint("127.0.0.1", 0)
    yield endpoint
    endpoint._socket.close()


async def test_checks_alone_do_not_keep_a_connection_for_ever(endpoint: Endpoint) -> None:
    peer, now = Peer(endpoint), monotonic()
    for second in range(60):
        peer.connection.checked(("127.0.0.1", 9), True, now + second)
        peer.connection.tick(now + second)
    assert peer.states == ["closed"]


async def test_a_flood_ends_its_connection(endpoint: Endpoint) -> None:
    peer, now = Peer(endpoint), monotonic()
    peer.connection.tick(now)
    peer.connection.received_bytes += OCTETS_A_SECOND + 1
    peer.connection.tick(now + 1)
    assert peer.states == ["closed"]


class Opened:
    """In the place of an SRTP context and of a handler: counts what is opened, and what comes of it."""

    def __init__(self, connection: Connection, authentic: bool = True) -> None:
        self.opened = self.handled = 0
        self._authentic = authentic
        connection.pair = connection.handler = self  # type: ignore[assignment]

    def unprotect(self, buffer: Any, length: int) -> int:
        self.opened += 1
        return 12 if self._authentic else 0

    unprotect_rtcp = unprotect

    def on_rtcp(self, packet: bytes, now: float) -> None:
        self.handled += 1

    def on_rtp(self, buffer: Any, length: int, now: float) -> None:
        self.handled += 1


@pytest.mark.interpreted
@pytest.mark.parametrize("authentic", [True, False])
async def test_packets_beyond_what_a_camera_sends_are_not_even_opened(endpoint: Endpoint, authentic: bool) -> None:
    """However small they are: each costs the time of others, and one that is forged hardly less."""
    peer, now, buffer = Peer(endpoint), monotonic(), Buffer()
    opened = Opened(peer.connection, authentic)
    peer.connection.tick(now)
    for second in (1, 2):
        for _ in range(PACKETS_A_SECOND + 100):
            peer.connection.srtp(buffer, 30, now)
        assert opened.opened == second * PACKETS_A_SECOND
        peer.connection.tick(now + second)
    assert opened.handled == (opened.opened if authentic else 0)
    assert peer.states == []


@pytest.mark.interpreted
async def test_a_flood_of_tiny_packets_ends_its_connection(endpoint: Endpoint) -> None:
    peer, now, buffer = Peer(endpoint), monotonic(), Buffer()
    Opened(peer.connection)
    for _ in range(3 * PACKETS_A_SECOND):
        peer.connection.srtp(buffer, 30, now)
    peer.connection.tick(now + 1)
    assert peer.states == ["closed"]


@pytest.mark.interpreted
async def test_a_flood_with_anothers_forged_address_does_not_end_the_others_connection(endpoint: Endpoint) -> None:
    peer, now, buffer = Peer(endpoint), monotonic(), Buffer()
    Opened(peer.connection, authentic=False)
    for _ in range(3 * PACKETS_A_SECOND):
        peer.connection.srtp(buffer, 30, now)
    peer.connection.tick(now + 1)
    assert peer.states == []


@pytest.mark.interpreted
async def test_feedback_beyond_reason_is_not_even_opened(two: Hearing) -> None:
    listener = await two.subscribe("party-1")
    connection = two.server.rooms["h"].members["party-1"].subscriber.connection  # type: ignore[union-attr]
    connection.tick = lambda now: None  # type: ignore[method-assign]
    connection._rtcp_left = 3
    seen: list[bytes] = []
    connection.handler.on_rtcp = lambda packet, now: seen.append(packet)  # type: ignore[union-attr, method-assign]
    for _ in range(6):
        listener.subscriber.transport.send_rtcp(rtcp.receiver_report(1))
    async with asyncio.timeout(5):
        while connection._rtcp_left > -3:
            await asyncio.sleep(0.01)
    assert len(seen) == 3


@pytest.mark.interpreted
@pytest.mark.parametrize(("times", "authentic", "ends"), [(5, True, True), (5, False, False), (3, True, False)])
async def test_feedback_far_beyond_reason_for_seconds_ends_its_connection(
    endpoint: Endpoint, times: int, authentic: bool, ends: bool
) -> None:
    peer, now = Peer(endpoint), monotonic()
    opened = Opened(peer.connection, authentic)
    for second in range(RTCP_FLOOD_S):
        assert peer.states == []
        for _ in range(times * RTCP_A_SECOND):
            peer.connection.srtcp(Buffer(), 30, now)
        peer.connection.tick(now + second)
    assert opened.opened == RTCP_FLOOD_S * RTCP_A_SECOND
    assert peer.states == (["closed"] if ends else [])


@pytest.mark.interpreted
async def test_a_flood_of_dtls_wakes_its_handshake_only_so_often(endpoint: Endpoint) -> None:
    peer, seen = Peer(endpoint), list[bytes]()
    peer.connection._dtls.datagram = seen.append  # type: ignore[method-assign, assignment]
    for _ in range(CHECKS_A_SECOND + 10):
        peer.connection.dtls(b"\x16", 1.0)
    assert len(seen) == CHECKS_A_SECOND


class Working(Subscriber):
    """Counts how often it looks at all of its slots."""

    looked = 0

    @property
    def rtt(self) -> float | None:
        self.looked += 1
        return super().rtt

    def _reported_loss(self) -> float:
        self.looked += 1
        return super()._reported_loss()

    def videos(self) -> Any:
        self.looked += 1
        return super().videos()


@pytest.mark.interpreted
async def test_a_datagram_full_of_feedback_has_all_slots_looked_at_once(two: Hearing) -> None:
    _, subscriber = await watching(two, pictures=20)
    subscriber.__class__ = Working
    subscriber.connection.departures = None  # else its reports of loss are not needed
    slot, asked = subscriber.slots["party-0", "video"], []
    slot.nack = lambda sequences, now, rtt: asked.extend(sequences)  # type: ignore[method-assign]
    for datagram in (175 * rtcp.receiver_report(1), 80 * rtcp.nack(1, 0, range(17))):
        subscriber.looked = 0  # type: ignore[attr-defined]
        subscriber.on_rtcp(datagram, 1.0)
        assert subscriber.looked == 1  # type: ignore[attr-defined]
    assert 0 < len(asked) <= rtcp.NUMBERS


async def test_a_listener_who_reports_on_more_packets_than_there_can_be_is_not_read_on(two: Hearing) -> None:
    await two.subscribe("party-1")
    subscriber = two.server.rooms["h"].members["party-1"].subscriber
    assert subscriber is not None
    departures = subscriber.connection.departures
    assert departures is not None
    for _ in range(3):
        departures.depart(100, 1.0)
    much: list[int | None] = [None] * STATUSES
    for base, told in ((0, [None] * 0xFFFF), (0, [1, None]), *[(5000, much)] * 3, (0, [None, None, 1])):
        subscriber.on_rtcp(rtcp.transport_feedback(1, 0, encode(base, 0, told)), 1.0)
    assert (departures.arrived, departures.lost) == (1, 1)


async def test_a_forged_source_address_takes_nothing_away_from_who_uses_it(endpoint: Endpoint) -> None:
    victim, thief, address, now = Peer(endpoint).connection, Peer(endpoint).connection, ("192.0.2.1", 9), monotonic()
    sender = packed(socket.AF_INET, address)
    assert endpoint._know(victim, sender, now)
    victim.checked(address, True, now)
    assert not endpoint._know(thief, sender, now + 3)
    assert endpoint._know(thief, sender, now + 30)


async def test_the_address_in_use_is_not_forgotten_for_others(endpoint: Endpoint) -> None:
    peer, now = Peer(endpoint).connection, monotonic()
    for number in range(20):
        address = ("192.0.2.1", 1000 + number)
        assert endpoint._know(peer, packed(socket.AF_INET, address), now)
        peer.checked(address, number == 0, now)
    assert endpoint._by_sender[packed(socket.AF_INET, ("192.0.2.1", 1000))] is peer
    assert len(endpoint._by_sender) == 8


@pytest.mark.interpreted
async def test_much_feedback_at_once_goes_out_in_several_datagrams(two: Hearing) -> None:
    await two.publish("judge")
    publisher = two.server.rooms["h"].members["judge"].publisher
    assert publisher is not None
    sent: list[bytes] = []
    publisher.connection.send_rtcp = sent.append  # type: ignore[method-assign, assignment]
    for ssrc in range(4):
        publisher.streams[ssrc] = SimpleNamespace(  # type: ignore[assignment]
            nack=SimpleNamespace(busy=True, due=lambda now, rtt: list(range(0, 4000, 20)), lost_too_much=lambda: False),
            kind="video", report=lambda now: None,
        )  # fmt: skip
    publisher.ask_again(monotonic())
    publisher.streams.clear()
    assert max(map(len, sent)) <= RTCP_SIZE
    assert (
        sum(len(part.sequences) for packet in sent for part in rtcp.parse(packet) if isinstance(part, rtcp.Nack)) == 800
    )


@pytest.mark.interpreted
async def test_the_last_loss_of_a_stream_that_has_stopped_does_not_count_for_ever(two: Hearing) -> None:
    """Else one camera switched off in a bad moment would pause the pictures of everybody else."""
    await two.subscribe("party-1")
    subscriber = two.server.rooms["h"].members["party-1"].subscriber
    assert subscriber is not None
    subscriber.connection.departures = None
    stopped, goes_on = subscriber.slots["judge", "video"], subscriber.slots["judge", "audio"]
    for slot in (stopped, goes_on):
        slot.layer, slot.packets = SimpleNamespace(bps=0.0), 1  # type: ignore[assignment]
    stopped.block(rtcp.ReportBlock(0, 200, 0, 0, 0), 100.0)
    goes_on.block(rtcp.ReportBlock(0, 0, 0, 0, 0), 100.0)
    assert subscriber.loss > 0.3
    goes_on.block(rtcp.ReportBlock(0, 0, 0, 0, 0), 106.0)
    assert subscriber.loss == 0.0


async def test_a_listener_who_waits_has_no_say_in_what_others_send(two: Hearing) -> None:
    await two.allow(links={"judge": {}, "party-1": {"judge": "av"}})
    await two.subscribe("party-1", without="H264")
    publisher = await two.publish("judge", video_codecs=("H264", "VP8"))
    two.server.rooms["h"].ask_for_decodable()
    assert publisher.video_codec == "H264"
    assert not asked_anew(two)


async def test_who_is_admitted_has_a_say_at_once(two: Hearing) -> None:
    await two.allow(links={})
    await two.subscribe("party-1", without="H264")
    await two.publish("judge", video_codecs=("H264", "VP8"))
    await two.allow()
    assert len(asked_anew(two)) == 1


async def test_however_often_a_listener_changes_its_codecs_others_publish_anew_rarely(two: Hearing) -> None:
    for number in range(6):
        await two.publish("judge", video_codecs=("H264", "VP8"))
        await two.subscribe("party-1", without=("H264", "VP8")[number % 2])
    assert 0 < len(asked_anew(two)) <= REPUBLISHES


async def test_who_can_decode_nothing_keeps_nobody_from_being_helped(tmp_path: Path) -> None:
    async with Hearing(["judge", "party-1", "party-2"], tmp_path) as hearing:
        await hearing.subscribe("party-1")
        await hearing.subscribe("party-2", without="H264")
        hearing.server.rooms["h"].members["party-1"].subscriber.decodes = frozenset()  # type: ignore[union-attr]
        publisher = await hearing.publish("judge", video_codecs=("H264", "VP8"))
        assert publisher.video_codec == "VP8"


def asked_anew(hearing: Hearing) -> list[Any]:
    return [event for event in hearing.events if event["event"] == "republish"]
