"""RTP headers, header extensions (RFC 8285, one-byte form) and retransmission payloads (RFC 4588)."""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct
from typing import NamedTuple

HEADER = Struct("!BBHII")
ONE_BYTE_PROFILE = 0xBEDE


class RtpPacket(NamedTuple):
    """``extensions`` is the block after the four bytes of its head; ``payload`` has no padding."""

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    extensions: bytes
    payload: bytes


def build(
    payload_type: int,
    sequence: int,
    timestamp: int,
    ssrc: int,
    payload: bytes,
    marker: bool = False,
    extensions: bytes = b"",
) -> bytes:
    """``extensions`` is a whole block as ``pack_extensions`` gives it, or empty."""
    first = 0x90 if extensions else 0x80
    second = payload_type | 0x80 if marker else payload_type
    return HEADER.pack(first, second, sequence, timestamp & 0xFFFFFFFF, ssrc) + extensions + payload


def parse(data: bytes) -> RtpPacket:
    """Raises ``ValueError`` on what is not RTP."""
    if len(data) < 12 or data[0] >> 6 != 2:
        raise ValueError("not RTP")
    first, second, sequence, timestamp, ssrc = HEADER.unpack_from(data)
    start, end, extensions = 12 + 4 * (first & 15), len(data), b""
    if first & 0x10:
        words = int.from_bytes(data[start + 2 : start + 4], "big")
        extensions = data[start + 4 : start + 4 + 4 * words]
        start += 4 + 4 * words
    if first & 0x20:
        end -= data[-1]
    if start > end:
        raise ValueError("truncated RTP")
    return RtpPacket(second & 127, second > 127, sequence, timestamp, ssrc, extensions, data[start:end])


def pack_extensions(elements: Mapping[int, bytes]) -> bytes:
    """A whole extension block, ready to stand between header and payload; empty where there are no elements."""
    if not elements:
        return b""
    body = b"".join(bytes([identifier << 4 | len(value) - 1]) + value for identifier, value in elements.items())
    body += b"\0" * (-len(body) % 4)
    return ONE_BYTE_PROFILE.to_bytes(2, "big") + (len(body) // 4).to_bytes(2, "big") + body


def unpack_extensions(block: bytes) -> dict[int, bytes]:
    elements: dict[int, bytes] = {}
    position = 0
    while position < len(block):
        identifier, length = block[position] >> 4, (block[position] & 15) + 1
        position += 1
        if identifier == 0:
            continue
        if identifier == 15:
            break
        elements[identifier] = block[position : position + length]
        position += length
    return elements


def original_sequence(rtx_payload: bytes) -> int:
    """The OSN at the head of a retransmission's payload (RFC 4588 §4)."""
    if len(rtx_payload) < 2:
        raise ValueError("retransmission without a sequence number")
    return int.from_bytes(rtx_payload[:2], "big")


def abs_send_time(now: float) -> bytes:
    """24 bits, 6.18 fixed-point seconds."""
    return (int(now * 262144) & 0xFFFFFF).to_bytes(3, "big")


class SequenceUnwrapper:
    """16-bit sequence numbers to ever-growing ones, by the nearest distance to the last (RFC 3550 appendix A.1)."""

    def __init__(self) -> None:
        self._last: int | None = None

    def unwrap(self, sequence: int) -> int:
        if self._last is None:
            self._last = sequence + 65536
            return self._last
        distance = (sequence - self._last + 0x8000 & 0xFFFF) - 0x8000
        extended = self._last + distance
        self._last = max(self._last, extended)
        return extended
