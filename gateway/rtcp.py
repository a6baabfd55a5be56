"""RTCP: compound packets to typed objects and back (RFC 3550 §6, RFC 4585 §6, RFC 5104 §4.3, draft REMB-03).

``parse`` raises ``ValueError`` on malformed input and never anything else; packet types that nobody here reads are
skipped. The builders return whole RTCP packets that may be joined with ``+`` into a compound one.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

PARTS: Final = 32
"""RTCP packets of one datagram that are read: browsers join four or five."""

NUMBERS: Final = 500
"""Sequence numbers that one datagram may ask for: what is missing of a second."""

SR, RR, SDES, BYE, RTPFB, PSFB = 200, 201, 202, 203, 205, 206
FMT_NACK, FMT_TRANSPORT_CC = 1, 15
FMT_PLI, FMT_FIR, FMT_AFB = 1, 4, 15

_HEADER: Final = struct.Struct("!BBH")
_WORD: Final = struct.Struct("!I")
_PAIR: Final = struct.Struct("!II")
_SENDER: Final = struct.Struct("!IQIII")
_BLOCK: Final = struct.Struct("!IIIIII")
_NACK: Final = struct.Struct("!HH")
_MAX_REMB: Final = 0x3FFFF << 63


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """RFC 3550 §6.4.1: ``fraction_lost`` in 1/256, ``jitter`` in timestamp units, the delay in 1/65536 s."""

    ssrc: int
    fraction_lost: int
    cumulative_lost: int
    highest_sequence: int
    jitter: int
    last_sr: int = 0
    delay_since_last_sr: int = 0


@dataclass(frozen=True, slots=True)
class SenderReport:
    """``ntp`` is the 64-bit NTP timestamp that belongs to the RTP timestamp ``rtp``."""

    ssrc: int
    ntp: int
    rtp: int
    packets: int
    octets: int
    blocks: tuple[ReportBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiverReport:
    ssrc: int
    blocks: tuple[ReportBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class Sdes:
    """Only CNAMEs: (ssrc, cname)."""

    cnames: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Bye:
    ssrcs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Nack:
    """``sequences`` are 16-bit and in the order asked for."""

    sender: int
    media: int
    sequences: list[int]


@dataclass(frozen=True, slots=True)
class Pli:
    sender: int
    media: int


@dataclass(frozen=True, slots=True)
class Fir:
    """``entries`` are (ssrc, command sequence number)."""

    sender: int
    entries: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Remb:
    """``bitrate`` in bit/s for all of ``ssrcs`` together."""

    sender: int
    bitrate: int
    ssrcs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TransportFeedback:
    """``fci`` as on the wire; ``gateway.twcc.decode`` reads it."""

    sender: int
    media: int
    fci: bytes


Rtcp = SenderReport | ReceiverReport | Sdes | Bye | Nack | Pli | Fir | Remb | TransportFeedback


def parse(data: bytes | bytearray | memoryview) -> list[Rtcp]:
    """Read a compound or reduced-size packet (RFC 5506). Raises ``ValueError`` where any part is malformed.

    What comes after the first ``PARTS`` packets, and after the first ``NUMBERS`` that are asked for, is not read.
    """
    data = bytes(data)
    if not data:
        raise ValueError("empty RTCP packet")
    packets: list[Rtcp] = []
    at, parts, room = 0, 0, NUMBERS
    try:
        while at < len(data) and parts < PARTS:
            parts += 1
            first, kind, words = _HEADER.unpack_from(data, at)
            end = at + 4 + 4 * words
            if first >> 6 != 2 or end > len(data):
                raise ValueError("RTCP header with a wrong version or length")
            reader = _READERS.get(kind)
            if reader is not None and (kind != RTPFB or room > 0):
                packet = reader(first & 0x1F, _body(data[at + 4 : end], bool(first & 0x20)))
                if isinstance(packet, Nack):
                    del packet.sequences[room:]
                    room -= len(packet.sequences)
                if packet is not None:
                    packets.append(packet)
            at = end
    except struct.error as error:
        raise ValueError(f"truncated RTCP packet: {error}") from None
    return packets


def _body(body: bytes, padded: bool) -> bytes:
    if not padded:
        return body
    if not body or not 0 < body[-1] <= len(body):
        raise ValueError("RTCP padding longer than the packet")
    return body[: -body[-1]]


def _blocks(body: bytes, at: int, count: int) -> tuple[ReportBlock, ...]:
    blocks = []
    for index in range(count):
        ssrc, lost, highest, jitter, last_sr, delay = _BLOCK.unpack_from(body, at + 24 * index)
        cumulative = lost & 0xFFFFFF
        cumulative -= (cumulative & 0x800000) << 1
        blocks.append(ReportBlock(ssrc, lost >> 24, cumulative, highest, jitter, last_sr, delay))
    return tuple(blocks)


def _words(body: bytes, at: int, count: int) -> tuple[int, ...]:
    return struct.unpack_from(f"!{count}I", body, at)


def _read_sr(count: int, body: bytes) -> SenderReport:
    ssrc, ntp, rtp, packets, octets = _SENDER.unpack_from(body)
    return SenderReport(ssrc, ntp, rtp, packets, octets, _blocks(body, 24, count))


def _read_rr(count: int, body: bytes) -> ReceiverReport:
    return ReceiverReport(_WORD.unpack_from(body)[0], _blocks(body, 4, count))


def _read_sdes(count: int, body: bytes) -> Sdes:
    names = []
    at = 0
    for _ in range(count):
        (ssrc,) = _WORD.unpack_from(body, at)
        at += 4
        while body[at : at + 1] not in (b"\0", b""):
            item, length = struct.unpack_from("!BB", body, at)
            if at + 2 + length > len(body):
                raise ValueError("SDES item longer than the packet")
            if item == 1:
                names.append((ssrc, body[at + 2 : at + 2 + length].decode("utf-8", "replace")))
            at += 2 + length
        at += 4 - at % 4
    return Sdes(tuple(names))


def _read_bye(count: int, body: bytes) -> Bye:
    return Bye(_words(body, 0, count))


def _read_rtpfb(fmt: int, body: bytes) -> Rtcp | None:
    sender, media = _PAIR.unpack_from(body)
    if fmt == FMT_TRANSPORT_CC:
        return TransportFeedback(sender, media, body[8:])
    if fmt != FMT_NACK:
        return None
    sequences: list[int] = []
    for at in range(8, len(body), 4):
        if len(sequences) >= NUMBERS:
            break
        pid, blp = _NACK.unpack_from(body, at)
        sequences.append(pid)
        if blp:
            sequences += [(pid + bit + 1) & 0xFFFF for bit in range(16) if blp >> bit & 1]
    return Nack(sender, media, sequences)


def _read_psfb(fmt: int, body: bytes) -> Rtcp | None:
    sender, media = _PAIR.unpack_from(body)
    if fmt == FMT_PLI:
        return Pli(sender, media)
    if fmt == FMT_FIR:
        return Fir(sender, tuple((ssrc, command >> 24) for ssrc, command in _PAIR.iter_unpack(body[8:])))
    if fmt == FMT_AFB and body[8:12] == b"REMB":
        (word,) = _WORD.unpack_from(body, 12)
        return Remb(sender, (word & 0x3FFFF) << (word >> 18 & 0x3F), _words(body, 16, word >> 24))
    return None


_READERS: Final[dict[int, Callable[[int, bytes], Rtcp | None]]] = {
    SR: _read_sr, RR: _read_rr, SDES: _read_sdes, BYE: _read_bye, RTPFB: _read_rtpfb, PSFB: _read_psfb,
}  # fmt: skip


def _packet(count: int, kind: int, body: bytes) -> bytes:
    return _HEADER.pack(0x80 | count, kind, len(body) // 4) + body


def _pack_blocks(blocks: Sequence[ReportBlock]) -> bytes:
    if len(blocks) > 31:
        raise ValueError("more than 31 report blocks")
    return b"".join(
        _BLOCK.pack(b.ssrc, b.fraction_lost << 24 | b.cumulative_lost & 0xFFFFFF, b.highest_sequence & 0xFFFFFFFF,
                    b.jitter, b.last_sr, b.delay_since_last_sr)
        for b in blocks
    )  # fmt: skip


def sender_report(
    ssrc: int, ntp: int, rtp: int, packets: int, octets: int, blocks: Sequence[ReportBlock] = ()
) -> bytes:
    """``packets`` and ``octets`` may run past 32 bits; they wrap as RFC 3550 §6.4.1 wants."""
    sender = _SENDER.pack(ssrc, ntp, rtp & 0xFFFFFFFF, packets & 0xFFFFFFFF, octets & 0xFFFFFFFF)
    return _packet(len(blocks), SR, sender + _pack_blocks(blocks))


def receiver_report(ssrc: int, blocks: Sequence[ReportBlock] = ()) -> bytes:
    return _packet(len(blocks), RR, _WORD.pack(ssrc) + _pack_blocks(blocks))


def sdes_cname(ssrc: int, cname: str) -> bytes:
    name = cname.encode()[:255]
    chunk = _WORD.pack(ssrc) + bytes((1, len(name))) + name
    return _packet(1, SDES, chunk + bytes(4 - len(chunk) % 4))


def bye(ssrcs: Sequence[int]) -> bytes:
    return _packet(len(ssrcs), BYE, struct.pack(f"!{len(ssrcs)}I", *ssrcs))


def nack(sender: int, media: int, sequences: Iterable[int]) -> bytes:
    """Ask for 16-bit ``sequences``, given in the order they were sent (across a wrap too); RFC 4585 §6.2.1."""
    fci: list[tuple[int, int]] = []
    for sequence in sequences:
        if fci:
            pid, blp = fci[-1]
            distance = (sequence - pid) & 0xFFFF
            if distance <= 16:
                fci[-1] = (pid, blp | (1 << distance >> 1))
                continue
        fci.append((sequence, 0))
    return _packet(FMT_NACK, RTPFB, _PAIR.pack(sender, media) + b"".join(_NACK.pack(*pair) for pair in fci))


def pli(sender: int, media: int) -> bytes:
    return _packet(FMT_PLI, PSFB, _PAIR.pack(sender, media))


def fir(sender: int, media: int, command: int) -> bytes:
    return _packet(FMT_FIR, PSFB, _PAIR.pack(sender, 0) + _PAIR.pack(media, (command & 0xFF) << 24))


def remb(sender: int, bitrate: int, ssrcs: Sequence[int]) -> bytes:
    """``bitrate`` in bit/s, kept to 18 significant bits."""
    bitrate = min(bitrate, _MAX_REMB)
    exponent = max(bitrate.bit_length() - 18, 0)
    head = _PAIR.pack(sender, 0) + b"REMB" + _WORD.pack(len(ssrcs) << 24 | exponent << 18 | bitrate >> exponent)
    return _packet(FMT_AFB, PSFB, head + struct.pack(f"!{len(ssrcs)}I", *ssrcs))


def transport_feedback(sender: int, media: int, fci: bytes) -> bytes:
    """``fci`` from ``gateway.twcc.encode``, already padded to whole words."""
    return _packet(FMT_TRANSPORT_CC, RTPFB, _PAIR.pack(sender, media) + fci)
