"""RTP payloads → access units, one class per codec. Pure.

``push`` takes packets in sequence and returns the access units that are now whole; ``lost`` says that packets are
missing before the next one. What cannot be parsed is dropped as if it had been lost.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Protocol

from gateway.packet import Codec, Packet

MAX_UNIT = 4 << 20  # bytes of one picture: more is a sender that never ends it


class AccessUnit:
    """One frame: its RTP time stamp as on the wire, its first packet's arrival (monotonic seconds), its bytes.

    H.264 is length-prefixed (4 bytes) as in ISO/IEC 14496-15, with in-band parameter sets kept.
    """

    __slots__ = ("arrival", "data", "key", "timestamp")

    def __init__(self, timestamp: int, arrival: float, data: bytes, key: bool) -> None:
        self.timestamp = timestamp
        self.arrival = arrival
        self.data = data
        self.key = key


class Depacketizer(Protocol):
    """``dropped`` grows whenever something that came is given up."""

    dropped: int

    def push(self, packet: Packet) -> Sequence[AccessUnit]: ...

    def lost(self) -> None: ...


def depacketizer(codec: Codec) -> Depacketizer:
    if codec == "opus":
        return Opus()
    return H264() if codec == "H264" else Vp8()


class Opus:
    """RFC 7587: a frame in each packet."""

    def __init__(self) -> None:
        self.dropped = 0
        self._last = -1  # newest time stamp given out

    def push(self, packet: Packet) -> Sequence[AccessUnit]:
        if not packet.payload or not self._newer(packet.timestamp):
            return ()
        self._last = packet.timestamp
        return (AccessUnit(packet.timestamp, packet.arrival, packet.payload, True),)

    def lost(self) -> None:
        """Nothing to give up: every packet is whole."""

    def _newer(self, timestamp: int) -> bool:
        """Not among the last ten seconds' frames; farther back is a sender that began anew."""
        return self._last < 0 or (self._last - timestamp) & 0xFFFFFFFF >= 480_000


class _Video:
    """Collects one picture's packets. It ends at the marker bit, or where the next one's time stamp begins."""

    def __init__(self) -> None:
        self.dropped = 0
        self._parts: list[bytes] = []
        self._size = 0
        self._timestamp = -1
        self._arrival = 0.0
        self._key = False
        self._whole = True  # no packet of the present picture is missing so far
        self._after_loss = False

    def push(self, packet: Packet) -> Sequence[AccessUnit]:
        if not packet.payload:
            return ()
        out: tuple[AccessUnit, ...] = ()
        if packet.timestamp != self._timestamp:
            out = self._finish()
            self._begin(packet)
        self._size += len(packet.payload)
        if self._whole and (self._size > MAX_UNIT or not self._add(packet.payload)):
            self._give_up()
        return out + self._finish() if packet.marker else out

    def lost(self) -> None:
        self.dropped += self._timestamp >= 0
        self._reset()
        self._whole = False
        self._after_loss = True

    def _begin(self, packet: Packet) -> None:
        self._timestamp, self._arrival = packet.timestamp, packet.arrival
        self._whole = not self._after_loss or self._starts_picture(packet.payload)
        self._after_loss = False

    def _finish(self) -> tuple[AccessUnit, ...]:
        if self._timestamp < 0:
            return ()
        data = self._data() if self._whole else b""
        unit = AccessUnit(self._timestamp, self._arrival, data, self._key)
        self.dropped += not data
        self._reset()
        return (unit,) if data else ()

    def _give_up(self) -> None:
        """This picture will not be whole; nothing of it is worth keeping."""
        self._parts = []
        self._whole = False

    def _reset(self) -> None:
        self._parts = []
        self._size = 0
        self._timestamp = -1
        self._key = False

    def _add(self, payload: bytes) -> bool:
        """Take in one payload; False where it does not fit."""
        raise NotImplementedError

    def _starts_picture(self, payload: bytes) -> bool:
        """Whether nothing of this picture can be missing before ``payload``."""
        raise NotImplementedError

    def _data(self) -> bytes:
        return b"".join(self._parts)


class Vp8(_Video):
    """RFC 7741."""

    def _add(self, payload: bytes) -> bool:
        size = vp8_descriptor_size(payload)
        if not 0 < size < len(payload):
            return False
        if not self._parts:
            if not self._starts_picture(payload):
                return False
            self._key = not payload[size] & 1  # RFC 7741 §4.3
        self._parts.append(payload[size:])
        return True

    def _starts_picture(self, payload: bytes) -> bool:
        return payload[0] & 0x1F == 0x10  # S set, partition 0


def vp8_descriptor_size(payload: bytes) -> int:
    """Bytes of the payload descriptor (RFC 7741 §4.2); more than there are where it is cut off."""
    if not payload[0] & 0x80:
        return 1
    if len(payload) < 3:
        return len(payload)
    extension, size = payload[1], 2
    if extension & 0x80:
        size += 2 if payload[2] & 0x80 else 1
    return size + bool(extension & 0x40) + bool(extension & 0x30)


class H264(_Video):
    """RFC 6184, packetization-modes 0 and 1: single NAL units, STAP-A, FU-A."""

    def __init__(self) -> None:
        super().__init__()
        self._fragments: list[bytes] = []

    def _add(self, payload: bytes) -> bool:
        kind = payload[0] & 0x1F
        if kind == 28:
            return self._add_fragment(payload)
        if self._fragments:
            return False
        if kind == 24:
            return self._add_aggregate(payload)
        return 0 < kind < 24 and self._add_nal(payload)

    def _add_nal(self, nal: bytes) -> bool:
        self._parts += (struct.pack(">I", len(nal)), nal)
        self._key = self._key or nal[0] & 0x1F == 5
        return True

    def _add_aggregate(self, payload: bytes) -> bool:
        at = 1
        while at + 2 < len(payload):
            size = int.from_bytes(payload[at : at + 2], "big")
            nal = payload[at + 2 : at + 2 + size]
            if not size or len(nal) < size:
                return False
            self._add_nal(nal)
            at += 2 + size
        return at == len(payload)

    def _add_fragment(self, payload: bytes) -> bool:
        if len(payload) < 3:
            return False
        fu = payload[1]
        if fu & 0x80:
            if self._fragments:
                return False
            self._fragments.append(bytes((payload[0] & 0xE0 | fu & 0x1F,)))
        elif not self._fragments:
            return False
        self._fragments.append(payload[2:])
        if not fu & 0x40:
            return True
        nal, self._fragments = b"".join(self._fragments), []
        return self._add_nal(nal)

    def _data(self) -> bytes:
        return b"" if self._fragments else b"".join(self._parts)

    def _give_up(self) -> None:
        super()._give_up()
        self._fragments = []

    def _reset(self) -> None:
        super()._reset()
        self._fragments = []

    def _starts_picture(self, payload: bytes) -> bool:
        """An access unit delimiter, SPS, or slice at macroblock 0 (H.264 §7.4.1.2.3)."""
        kind, body = payload[0] & 0x1F, payload[1:]
        if kind == 24 and len(payload) > 4:
            kind, body = payload[3] & 0x1F, payload[4:]
        elif kind == 28 and len(payload) > 2:
            if not payload[1] & 0x80:
                return False
            kind, body = payload[1] & 0x1F, payload[2:]
        return kind in (7, 9) or (kind in (1, 5) and bool(body) and body[0] >= 0x80)
