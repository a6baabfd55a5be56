"""Two headless peers over real UDP on loopback: the one publishes, the other is the server that it needs."""

from __future__ import annotations

import asyncio

import pytest

from tests.client import rtcp, rtp, sdp
from tests.client.network import BadNetwork, Outage
from tests.client.publisher import Options, Publisher
from tests.client.subscriber import Subscriber
from tests.client.transport import MediaTransport, TransportParameters


class Far:
    """Takes what a publisher sends: answers its offer by mirroring it, as DTLS server."""

    def __init__(self) -> None:
        self.transport = MediaTransport()
        self.transport.on_rtp = self._on_rtp
        self.packets: list[rtp.RtpPacket] = []
        self.messages: asyncio.Queue[rtcp.Message] = asyncio.Queue()
        self.message = self.messages.get
        self.arrived = asyncio.Event()
        self.transport.on_rtcp = self._on_rtcp

    async def connect(self, publisher: Publisher) -> None:
        offer = sdp.parse(publisher.offer())
        answer = sdp.answer(self.transport.local_parameters("passive"), offer)
        await asyncio.gather(self.transport.connect(offer.transport(), "server"), publisher.connect(answer))

    async def until(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.packets) < count:
                self.arrived.clear()
                await self.arrived.wait()

    def _on_rtcp(self, data: bytes, arrival: float) -> None:
        for message in rtcp.parse(data):
            self.messages.put_nowait(message)

    def _on_rtp(self, data: bytes, arrival: float) -> None:
        self.packets.append(rtp.parse(data))
        self.arrived.set()


@pytest.fixture
async def pair():
    publisher, far = Publisher(Options(rids=("h", "l"), red=True)), Far()
    await far.connect(publisher)
    yield publisher, far
    await publisher.close()
    await far.transport.close()


async def test_sound_and_both_layers_arrive_as_they_were_sent(pair):
    publisher, far = pair
    assert publisher.audio
    assert publisher.audio.payload_type == sdp.RED
    publisher.audio.send(b"sound", 960, False, 0.0, level=30)
    publisher.video["h"].send(b"large", 1, True, 0.0)
    publisher.video["l"].send(b"small", 2, True, 0.0)
    await far.until(3)
    assert [p.payload for p in far.packets] == [b"sound", b"large", b"small"]
    assert len({p.ssrc for p in far.packets}) == 3


async def test_dtls_agrees_on_aes_gcm(pair):
    publisher, _ = pair
    dtls = publisher.transport._dtls
    assert dtls
    assert dtls._ssl.get_selected_srtp_profile() == b"SRTP_AEAD_AES_128_GCM"


async def test_a_nack_brings_the_packet_again_and_a_pli_asks_for_a_key_frame(pair):
    publisher, far = pair
    asked: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    publisher.on_keyframe_request = asked.set_result
    stream = publisher.video["h"]
    sequence = stream.send(b"picture", 1, True, 0.0)
    far.transport.send_rtcp(rtcp.nack(1, stream.ssrc, [sequence]))
    far.transport.send_rtcp(rtcp.picture_loss(1, stream.ssrc))
    assert await asyncio.wait_for(asked, 5) == "h"
    await far.until(2)
    assert far.packets[1].ssrc == stream.rtx_ssrc
    assert publisher.feedback.nacked == 1


async def test_everything_arrives_over_a_network_that_loses_a_tenth():
    publisher, subscriber, got = Publisher(Options(video_codecs=("VP8",))), Subscriber(), set[bytes]()
    subscriber.on_packet = lambda mid, packet, arrival: got.add(packet.payload)
    answer = subscriber.answer(publisher.offer())
    await asyncio.gather(subscriber.connect(), publisher.connect(answer))
    network = publisher.transport.outgoing = BadNetwork(seed=3, loss=0.1, burst=2)
    wanted = {number.to_bytes(2, "big") for number in range(100)}
    publisher.video[""].send(b"first", 0, True, 0.0)
    async with asyncio.timeout(10):
        while b"first" not in got:
            publisher.video[""].send(b"first", 0, True, 0.0)
            await asyncio.sleep(0.01)
        for payload in wanted:
            publisher.video[""].send(payload, 1, True, 0.0)
        while not wanted <= got:
            publisher.video[""].send(b"more", 2, True, 0.0)
            await asyncio.sleep(0.01)
    assert network.lost > 5
    assert sum(stream.recovered for stream in subscriber.streams()) > 5
    await publisher.close()
    await subscriber.close()


async def test_sender_reports_tie_media_time_to_the_wall_clock(pair):
    publisher, far = pair
    stream = publisher.video["l"]
    stream.send(b"x", stream.clock.at(0), True, 0.0)
    publisher.send_reports()
    report = await far.message()
    assert isinstance(report, rtcp.SenderReport)
    elapsed = report.ntp / (1 << 32) - rtcp.NTP_EPOCH - publisher._wall()
    assert abs(elapsed) < 5
    assert (report.rtp - stream.clock.offset) % (1 << 32) < 90000 * 10


async def test_a_moved_peer_goes_on_from_its_new_address(pair):
    publisher, far = pair
    before = publisher.transport.address
    publisher.transport.move()
    assert publisher.transport.address != before
    far.transport._socket.connect(publisher.transport.address)  # what a lite server does on the next check
    publisher.video["h"].send(b"here", 1, True, 0.0)
    await far.until(1)


async def test_nothing_passes_in_an_outage(pair):
    publisher, far = pair
    outage = publisher.transport.outgoing = Outage(down=True)
    publisher.video["h"].send(b"lost", 1, True, 0.0)
    outage.down = False
    publisher.video["h"].send(b"found", 2, True, 0.0)
    await far.until(1)
    assert far.packets[0].payload == b"found"


async def test_a_server_that_does_not_answer_is_a_connection_error():
    transport = MediaTransport()
    silent = TransportParameters("u", "p" * 22, ("sha-256", "AB"), "passive", ("127.0.0.1", 9))
    with pytest.raises(ConnectionError, match="timed out"):
        await transport.connect(silent, "client", timeout=0.2)
    await transport.close()


async def test_a_wrong_fingerprint_is_a_connection_error():
    publisher, far = Publisher(Options()), Far()
    offer = sdp.parse(publisher.offer())
    answer = sdp.answer(far.transport.local_parameters("passive"), offer)
    forged = answer.replace(far.transport.local_parameters("passive").fingerprint[1], ":".join(["AB"] * 32))
    accepting = asyncio.ensure_future(far.transport.connect(offer.transport(), "server"))
    with pytest.raises(ConnectionError):
        await publisher.connect(forged, timeout=5)
    await publisher.close()
    await far.transport.close()
    await asyncio.wait([accepting], timeout=5)


async def test_the_far_sides_goodbye_is_noticed(pair):
    publisher, far = pair
    failed = asyncio.Event()
    publisher.transport.on_failed = failed.set
    await far.transport.close()
    await asyncio.wait_for(failed.wait(), 5)
    assert publisher.transport.closed
