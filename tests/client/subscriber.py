"""The subscribe connection: the server offers, we answer, receive, report, ask again for what is missing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from gateway.twcc import ArrivalRecorder
from tests.client import rtcp, rtp, sdp
from tests.client.receiver import ReceiveStream
from tests.client.sender import random_ssrc
from tests.client.transport import MediaTransport, TransportParameters

NACK_INTERVAL = 0.05
FEEDBACK_INTERVAL = 0.1
REPORT_INTERVAL = 1.0

PacketCallback = Callable[[str, rtp.RtpPacket, float], None]
"""Media section's mid, packet (a retransmission in its original form), arrival in monotonic seconds."""


@dataclass
class Slot:
    """A media section of the server's offer and the streams in it, by SSRC."""

    mid: str
    kind: str
    mid_extension: int
    rtx: dict[int, int]
    codecs: dict[int, str]
    nack: bool
    streams: dict[int, ReceiveStream] = field(default_factory=dict)
    current: ReceiveStream | None = None

    @property
    def clock_rate(self) -> int:
        return 48000 if self.kind == "audio" else 90000


class Subscriber:
    """``bandwidth`` is what we tell the server by REMB, in bit/s; ``audio_nack`` says in the answer what Chromium does
    without saying it where the server offers NACK for audio: that we ask for lost audio too."""

    def __init__(
        self, transport: MediaTransport | None = None, bandwidth: int = 20_000_000, audio_nack: bool = False
    ) -> None:
        self.transport = transport or MediaTransport()
        self.bandwidth = bandwidth
        self.audio_nack = audio_nack
        self.on_packet: PacketCallback = lambda mid, packet, arrival: None
        self.slots: dict[str, Slot] = {}
        self.sender_reports: dict[int, rtcp.SenderReport] = {}
        self.ssrc = random_ssrc()
        self._by_ssrc: dict[int, tuple[Slot, ReceiveStream]] = {}
        self._repaired: dict[int, int] = {}
        self._arrivals = ArrivalRecorder(FEEDBACK_INTERVAL)
        self._transport_head = -1
        self._remote: TransportParameters | None = None
        self._task: asyncio.Task[None] | None = None

    def answer(self, offer: str) -> str:
        """Take the offer, the first one or a later one of the same connection."""
        description = sdp.parse(offer)
        self._remote = description.transport()
        for section in description.sections:
            self._open(section)
        setup = "passive" if self._remote.setup == "active" else "active"
        return sdp.answer(self.transport.local_parameters(setup), description, self.audio_nack)

    async def connect(self, timeout: float = 10.0) -> None:
        """Once the server has the answer."""
        assert self._remote is not None, "answer() first"
        self.transport.on_rtp = self._on_rtp
        self.transport.on_rtcp = self._on_rtcp
        await self.transport.connect(self._remote, "server" if self._remote.setup == "active" else "client", timeout)
        self._task = asyncio.create_task(self._run())

    def request_keyframe(self, mid: str) -> None:
        current = self.slots[mid].current
        if current:
            self.transport.send_rtcp(rtcp.picture_loss(self.ssrc, current.ssrc))

    def streams(self) -> list[ReceiveStream]:
        return [stream for _, stream in self._by_ssrc.values()]

    async def close(self, silently: bool = False) -> None:
        if self._task:
            self._task.cancel()
        await self.transport.close(silently)

    def _open(self, section: sdp.Section) -> None:
        number = section.extensions().get(sdp.TRANSPORT_CC, 0)
        self._transport_head = number << 4 | 1 if number else -1
        slot = self.slots.get(section.mid)
        if slot is None:
            mid_extension = section.extensions().get(sdp.MID, 0)
            nack = self.audio_nack or any(value.endswith(" nack") for value in section.all("rtcp-fb"))
            slot = Slot(section.mid, section.kind, mid_extension, section.retransmissions(), section.codecs(), nack)
            self.slots[section.mid] = slot
        repaired = section.repaired()
        self._repaired.update(repaired)
        for ssrc in section.ssrcs():
            if ssrc not in repaired and ssrc not in self._by_ssrc:
                self._add(slot, ssrc)

    def _add(self, slot: Slot, ssrc: int) -> ReceiveStream:
        stream = ReceiveStream(ssrc, slot.clock_rate)
        slot.streams[ssrc] = stream
        self._by_ssrc[ssrc] = slot, stream
        return stream

    def _on_rtp(self, data: bytes, arrival: float) -> None:
        try:
            packet = rtp.parse(data)
            if packet.extensions and packet.extensions[0] == self._transport_head:
                self._arrivals.on_packet(int.from_bytes(packet.extensions[1:3], "big"), arrival)
            found = self._by_ssrc.get(packet.ssrc)
            repaired = found is None and (packet.ssrc in self._repaired or self._is_rtx(packet))
            if repaired:
                packet, found = self._unwrap(packet)
        except ValueError:
            return
        found = found or self._learn(packet)
        if found is None:
            return
        slot, stream = found
        if stream.take(packet.sequence, packet.timestamp, arrival, repaired):
            slot.current = stream
            self.on_packet(slot.mid, packet, arrival)

    def _is_rtx(self, packet: rtp.RtpPacket) -> bool:
        return any(packet.payload_type in slot.rtx for slot in self.slots.values())

    def _unwrap(self, packet: rtp.RtpPacket) -> tuple[rtp.RtpPacket, tuple[Slot, ReceiveStream] | None]:
        """A retransmission in the form that it had (RFC 4588 §4); ``ValueError`` on padding that only probes."""
        ssrc = self._repaired.get(packet.ssrc)
        slot = self._by_ssrc[ssrc][0] if ssrc in self._by_ssrc else self._slot_of(packet)
        if slot is None or packet.payload_type not in slot.rtx:
            raise ValueError("retransmission of an unknown stream")
        if ssrc is None:
            if slot.current is None:
                raise ValueError("retransmission before its stream")
            ssrc = self._repaired[packet.ssrc] = slot.current.ssrc
        original = packet._replace(
            payload_type=slot.rtx[packet.payload_type],
            sequence=rtp.original_sequence(packet.payload),
            ssrc=ssrc,
            payload=packet.payload[2:],
        )
        return original, self._by_ssrc.get(ssrc)

    def _learn(self, packet: rtp.RtpPacket) -> tuple[Slot, ReceiveStream] | None:
        slot = self._slot_of(packet)
        return (slot, self._add(slot, packet.ssrc)) if slot else None

    def _slot_of(self, packet: rtp.RtpPacket) -> Slot | None:
        """By MID, or as the only section that has the payload type (RFC 8843 §9.2)."""
        elements = rtp.unpack_extensions(packet.extensions)
        for slot in self.slots.values():
            if slot.mid_extension and elements.get(slot.mid_extension) == slot.mid.encode():
                return slot
        having = [slot for slot in self.slots.values() if packet.payload_type in slot.codecs]
        return having[0] if len(having) == 1 else None

    def _on_rtcp(self, packet: bytes, arrival: float) -> None:
        for message in rtcp.parse(packet):
            if isinstance(message, rtcp.SenderReport):
                self.sender_reports[message.ssrc] = message
                if message.ssrc in self._by_ssrc:
                    self._by_ssrc[message.ssrc][1].on_sender_report(message.ntp, arrival)

    async def _run(self) -> None:
        next_report = monotonic() + REPORT_INTERVAL / 2
        while not self.transport.closed:
            now = monotonic()
            self._send_nacks(now)
            for fci in self._arrivals.due(now):
                self.transport.send_rtcp(rtcp.transport_feedback(self.ssrc, 0, fci))
            if now >= next_report:
                next_report = now + REPORT_INTERVAL
                self._send_reports(now)
            await asyncio.sleep(NACK_INTERVAL)

    def _send_nacks(self, now: float) -> None:
        for slot, stream in self._by_ssrc.values():
            sequences = stream.nacks(now)
            if sequences and slot.nack:
                self.transport.send_rtcp(rtcp.nack(self.ssrc, stream.ssrc, sequences))

    def _send_reports(self, now: float) -> None:
        blocks = [block for stream in self.streams() if (block := stream.block(now))]
        feedback = rtcp.remb(self.ssrc, self.bandwidth, [block.ssrc for block in blocks])
        for report in rtcp.receiver_reports(self.ssrc, blocks):
            self.transport.send_rtcp(report + feedback)
            feedback = b""
