"""RTP headers and header extensions (RFC 3550 §5.1, RFC 8285) with strict bounds: nothing here raises on bad input.

``parse_header`` and ``Extensions.hot`` are for the per-packet path; ``parse`` and ``Extensions.names`` for the rest.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import Final

from gateway.packet import NO_LEVEL

Buffer = bytes | bytearray | memoryview

# payload type, marker, sequence, timestamp, ssrc, extension profile (0 without one), extension start and end, payload
# start and end; the last four are offsets into the buffer. Not an optional: that would make an object for every packet
Header = tuple[int, bool, int, int, int, int, int, int, int, int]
NO_PACKET: Final[Header] = (0, False, 0, 0, 0, 0, 0, 0, 0, 0)

ONE_BYTE: Final = 0xBEDE
TWO_BYTE: Final = 0x1000  # the low four bits are the application's

_fixed: Final = struct.Struct("!BBHII").unpack_from
_two_words: Final = struct.Struct("!HH").unpack_from
_pack_fixed: Final = struct.Struct("!BBHII").pack

URIS: Final = {
    "mid": "urn:ietf:params:rtp-hdrext:sdes:mid",
    "rid": "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
    "repaired_rid": "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
    "audio_level": "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    "transport_cc": "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    "abs_send_time": "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
}


def parse_header(buf: Buffer, length: int) -> Header:
    """Read the header of the packet in the first ``length`` bytes of ``buf`` (which holds at least that many);
    the payload's end is 0 where it is none."""
    if length < 12:
        return NO_PACKET
    first, second, sequence, timestamp, ssrc = _fixed(buf)
    if first & 0xC0 != 0x80:
        return NO_PACKET
    start = 12 + ((first & 0x0F) << 2)
    profile = extension = extension_end = 0
    if first & 0x10:
        extension = start + 4
        if extension > length:
            return NO_PACKET
        profile, words = _two_words(buf, start)
        start = extension_end = extension + (words << 2)
    end = length
    if first & 0x20:
        padding = buf[length - 1]
        if not padding:
            return NO_PACKET
        end -= padding
    if start > end:
        return NO_PACKET
    return second & 0x7F, second > 0x7F, sequence, timestamp, ssrc, profile, extension, extension_end, start, end


class RtpView:
    """A parsed packet over its buffer, for tests, set-up and odd cases; ``payload`` is without padding."""

    __slots__ = ("extensions", "marker", "payload", "payload_type", "sequence", "ssrc", "timestamp")

    def __init__(self, buf: Buffer, header: Header) -> None:
        (
            self.payload_type, self.marker, self.sequence, self.timestamp, self.ssrc, profile, at, end, start, stop,
        ) = header  # fmt: skip
        self.payload = bytes(buf[start:stop])
        self.extensions = {ident: bytes(buf[a:b]) for ident, a, b in elements(buf, profile, at, end)}


def parse(data: Buffer) -> RtpView | None:
    """The packet, or None where it is not one."""
    header = parse_header(data, len(data))
    return RtpView(data, header) if header[9] else None


def elements(buf: Buffer, profile: int, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield (id, start, end) of each extension element; stops at the first malformed one (RFC 8285 §4.2, §4.3)."""
    one_byte = profile == ONE_BYTE
    if not one_byte and profile & 0xFFF0 != TWO_BYTE:
        return
    while at < end:
        head = buf[at]
        if head == 0:
            at += 1
            continue
        if one_byte:
            ident, size, at = head >> 4, (head & 15) + 1, at + 1
            if ident in (0, 15):
                return
        else:
            if at + 2 > end:
                return
            ident, size, at = head, buf[at + 1], at + 2
        if at + size > end:
            return
        yield ident, at, at + size
        at += size


class Extensions:
    """The ids that one connection's SDP gave to the extensions; 0 means not negotiated."""

    __slots__ = (
        "_level_head",
        "_transport_head",
        "abs_send_time",
        "audio_level",
        "mid",
        "repaired_rid",
        "rid",
        "transport_cc",
    )

    def __init__(
        self,
        mid: int = 0,
        rid: int = 0,
        repaired_rid: int = 0,
        audio_level: int = 0,
        transport_cc: int = 0,
        abs_send_time: int = 0,
    ) -> None:
        self.mid = mid
        self.rid = rid
        self.repaired_rid = repaired_rid
        self.audio_level = audio_level
        self.transport_cc = transport_cc
        self.abs_send_time = abs_send_time
        # The first byte of each element as it must be: id and length less one; -1 never matches
        self._transport_head = transport_cc << 4 | 1 if transport_cc else -1
        self._level_head = audio_level << 4 if audio_level else -1

    def hot(self, buf: Buffer, profile: int, at: int, end: int) -> tuple[int, int]:
        """What every packet needs: (transport-wide sequence or -1, audio level in -dBov or NO_LEVEL; RFC 6464 §3)."""
        transport, level = -1, NO_LEVEL
        if profile != ONE_BYTE:
            for ident, start, stop in elements(buf, profile, at, end):
                if ident == self.transport_cc and stop - start == 2:
                    transport = buf[start] << 8 | buf[start + 1]
                elif ident == self.audio_level and stop - start == 1:
                    level = buf[start] & 0x7F
            return transport, level
        transport_head, level_head = self._transport_head, self._level_head
        while at < end:
            head = buf[at]
            if head == transport_head:
                if at + 3 > end:
                    break
                transport = buf[at + 1] << 8 | buf[at + 2]
                at += 3
            elif head == level_head:
                if at + 2 > end:
                    break
                level = buf[at + 1] & 0x7F
                at += 2
            elif 0x10 <= head < 0xF0:
                at += 2 + (head & 15)
            elif head == 0:
                at += 1
            else:
                break
        return transport, level

    def names(self, buf: Buffer, profile: int, at: int, end: int) -> tuple[str, str, str]:
        """What tells a new SSRC's stream: (mid, rid, repaired rid), each empty where absent (RFC 8852, RFC 9143)."""
        found = {ident: (start, stop) for ident, start, stop in elements(buf, profile, at, end)}
        mid, rid, repaired = (
            bytes(buf[slice(*found[ident])]).decode("ascii", "replace") if ident and ident in found else ""
            for ident in (self.mid, self.rid, self.repaired_rid)
        )
        return mid, rid, repaired


def unwrap(sequence: int, last: int) -> int:
    """The number nearest to the unwrapped ``last`` whose low 16 bits are ``sequence``."""
    return last + ((sequence - last + 0x8000) & 0xFFFF) - 0x8000


def unwrap_timestamp(timestamp: int, last: int) -> int:
    """As ``unwrap``, for 32 bits."""
    return last + ((timestamp - last + 0x80000000) & 0xFFFFFFFF) - 0x80000000


def signed(difference: int) -> int:
    """A difference of two timestamps, within half their 32 bits."""
    return ((difference + 0x80000000) & 0xFFFFFFFF) - 0x80000000


def abs_send_time(now: float) -> int:
    """``now`` in seconds as 24 bits of 6.18 fixed point, as the abs-send-time extension carries it."""
    return int(now * 262144) & 0xFFFFFF


def extension_block(items: Iterable[tuple[int, bytes]]) -> bytes:
    """A one-byte-header extension block (ids 1–14, values of 1–16 bytes), with its profile and length words."""
    body = b"".join(bytes((ident << 4 | len(value) - 1,)) + value for ident, value in items)
    body += bytes(-len(body) % 4)
    return struct.pack("!HH", ONE_BYTE, len(body) // 4) + body


def build(
    payload_type: int,
    sequence: int,
    timestamp: int,
    ssrc: int,
    payload: bytes,
    *,
    marker: bool = False,
    extensions: Iterable[tuple[int, bytes]] = (),
    padding: int = 0,
) -> bytes:
    """A whole packet; ``padding`` (0–255 bytes) is what bandwidth probes are made of."""
    items = list(extensions)
    first = 0x80 | (0x10 if items else 0) | (0x20 if padding else 0)
    header = _pack_fixed(first, payload_type | marker << 7, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc)
    tail = bytes(padding - 1) + bytes((padding,)) if padding else b""
    return header + (extension_block(items) if items else b"") + payload + tail
