"""RTCP that a client sends and hears. Compound packets are aiortc's; transport-wide feedback is only counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    RtcpByePacket,
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSdesPacket,
    RtcpSenderInfo,
    RtcpSourceInfo,
    RtcpSrPacket,
    pack_remb_fci,
    unpack_remb_fci,
)

TRANSPORT_WIDE = 15
SDES_CNAME = 1
MAX_REPORTS = 31
NTP_EPOCH = 2208988800
"""Seconds between 1900 and 1970."""


@dataclass(frozen=True)
class Nack:
    ssrc: int
    sequences: Sequence[int]


@dataclass(frozen=True)
class KeyframeRequest:
    """PLI or FIR."""

    ssrc: int


@dataclass(frozen=True)
class Bandwidth:
    """REMB, in bit/s."""

    bitrate: int


@dataclass(frozen=True)
class TransportFeedback:
    """Transport-wide congestion control feedback; ``count`` is the number of packets it reports on."""

    count: int


@dataclass(frozen=True)
class Report:
    """A report block about one of our streams; ``loss`` is the share lost since the report before."""

    ssrc: int
    loss: float
    packets_lost: int
    jitter: int
    lsr: int
    dlsr: int


@dataclass(frozen=True)
class SenderReport:
    ssrc: int
    ntp: int
    rtp: int


@dataclass(frozen=True)
class Bye:
    ssrcs: Sequence[int]


Message = Nack | KeyframeRequest | Bandwidth | TransportFeedback | Report | SenderReport | Bye


def parse(data: bytes) -> Iterator[Message]:
    """What a compound packet says; what is malformed says nothing."""
    for body in _split(data):
        if body[1] == 205 and body[0] & 31 == TRANSPORT_WIDE:
            if len(body) >= 20:
                yield TransportFeedback(int.from_bytes(body[14:16], "big"))
            continue
        try:
            packets = RtcpPacket.parse(body)
        except ValueError:
            continue
        for packet in packets:
            yield from _messages(packet)


def _split(data: bytes) -> Iterator[bytes]:
    position = 0
    while position + 8 <= len(data):
        end = position + 4 + 4 * int.from_bytes(data[position + 2 : position + 4], "big")
        if end > len(data):
            return
        yield data[position:end]
        position = end


def _messages(packet: Any) -> Iterator[Message]:
    if isinstance(packet, RtcpRtpfbPacket) and packet.fmt == RTCP_RTPFB_NACK:
        yield Nack(packet.media_ssrc, packet.lost)
    elif isinstance(packet, RtcpPsfbPacket):
        yield from _payload_feedback(packet)
    elif isinstance(packet, RtcpByePacket):
        yield Bye(packet.sources)
    elif isinstance(packet, RtcpSrPacket | RtcpRrPacket):
        if isinstance(packet, RtcpSrPacket):
            yield SenderReport(packet.ssrc, packet.sender_info.ntp_timestamp, packet.sender_info.rtp_timestamp)
        for block in packet.reports:
            yield Report(block.ssrc, block.fraction_lost / 256, block.packets_lost, block.jitter, block.lsr, block.dlsr)


def _payload_feedback(packet: RtcpPsfbPacket) -> Iterator[Message]:
    if packet.fmt == RTCP_PSFB_PLI:
        yield KeyframeRequest(packet.media_ssrc)
    elif packet.fmt == RTCP_PSFB_FIR:
        for position in range(0, len(packet.fci) - 7, 8):
            yield KeyframeRequest(int.from_bytes(packet.fci[position : position + 4], "big"))
    elif packet.fmt == RTCP_PSFB_APP:
        try:
            yield Bandwidth(unpack_remb_fci(packet.fci)[0])
        except ValueError:
            return


def ntp(unix_time: float) -> int:
    """64-bit NTP timestamp."""
    return int((unix_time + NTP_EPOCH) * (1 << 32))


def sender_report(ssrc: int, cname: str, ntp_time: int, rtp_time: int, packets: int, octets: int) -> bytes:
    """SR and SDES, a compound packet (RFC 3550 §6.1)."""
    info = RtcpSenderInfo(ntp_time, rtp_time & 0xFFFFFFFF, packets & 0xFFFFFFFF, octets & 0xFFFFFFFF)
    source = RtcpSourceInfo(ssrc, [(SDES_CNAME, cname.encode())])
    return bytes(RtcpSrPacket(ssrc, info)) + bytes(RtcpSdesPacket([source]))


def receiver_reports(ssrc: int, blocks: Sequence[RtcpReceiverInfo]) -> Iterator[bytes]:
    """At least one packet, empty when nothing was received yet."""
    for first in range(0, len(blocks) or 1, MAX_REPORTS):
        yield bytes(RtcpRrPacket(ssrc, list(blocks[first : first + MAX_REPORTS])))


def nack(ssrc: int, media_ssrc: int, sequences: Iterable[int]) -> bytes:
    return bytes(RtcpRtpfbPacket(RTCP_RTPFB_NACK, ssrc, media_ssrc, lost=sorted(sequences)))


def picture_loss(ssrc: int, media_ssrc: int) -> bytes:
    return bytes(RtcpPsfbPacket(RTCP_PSFB_PLI, ssrc, media_ssrc))


def transport_feedback(ssrc: int, media_ssrc: int, fci: bytes) -> bytes:
    """Transport-wide congestion control feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1)."""
    words = (2 + len(fci) // 4).to_bytes(2, "big")
    return bytes((0x80 | TRANSPORT_WIDE, 205)) + words + ssrc.to_bytes(4, "big") + media_ssrc.to_bytes(4, "big") + fci


def remb(ssrc: int, bitrate: int, ssrcs: Sequence[int]) -> bytes:
    fci = pack_remb_fci(bitrate, list(ssrcs))
    return bytes(RtcpPsfbPacket(RTCP_PSFB_APP, ssrc, 0, fci=fci))


__all__ = [
    "Bandwidth",
    "Bye",
    "KeyframeRequest",
    "Message",
    "Nack",
    "Report",
    "RtcpReceiverInfo",
    "SenderReport",
    "TransportFeedback",
    "nack",
    "ntp",
    "parse",
    "picture_loss",
    "receiver_reports",
    "remb",
    "sender_report",
]
