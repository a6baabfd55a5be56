"""What is sampled for the worker that looks at light and noise, as it travels over the second Unix socket.

One message is its length (4 octets, big-endian), a line of JSON that says whose packets they are, and the packets. The
reader asks for a key frame with a line: the track's id.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.messages import Look
from gateway.packet import Codec, Kind, Packet

MESSAGE_LIMIT: Final = 1 << 20
_LENGTH: Final = struct.Struct(">I")
_PACKET: Final = struct.Struct(">IHIBBdH")
_MARKER, _KEYFRAME = 1, 2


@dataclass(frozen=True, slots=True)
class Origin:
    """``look``: what the picture should show, a face or a scene (hands, documents, a room); of a ``witness`` a face,
    and the voices are compared. ``left_out``: packets of this track that were not handed over since the last message,
    for want of room. ``floor``: the seat is the one that speaks: what is heard there comes from no loudspeaker."""

    hearing: str
    seat: str
    track: str
    kind: Kind
    codec: Codec
    look: Look
    left_out: int = 0
    floor: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    origin: Origin
    packets: Sequence[Packet]


def pack(origin: Origin, packets: Sequence[Packet]) -> bytes:
    head = {
        "hearing": origin.hearing, "seat": origin.seat, "track": origin.track, "kind": origin.kind,
        "codec": origin.codec, "look": origin.look, "left_out": origin.left_out,
        "floor": origin.floor,
    }  # fmt: skip
    parts = [json.dumps(head).encode(), b"\n"]
    for packet in packets:
        flags = _MARKER * packet.marker | _KEYFRAME * packet.keyframe
        parts.append(_PACKET.pack(
            packet.ssrc, packet.sequence, packet.timestamp, flags, packet.level, packet.arrival, len(packet.payload)
        ))  # fmt: skip
        parts.append(packet.payload)
    body = b"".join(parts)
    return _LENGTH.pack(len(body)) + body


class Splitter:
    """The messages in a stream of octets."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> Iterator[Sample]:
        """Raises ValueError where it is no such stream."""
        self._rest += data
        while len(self._rest) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._rest)
            if length > MESSAGE_LIMIT:
                raise ValueError("a sample is too long")
            end = _LENGTH.size + length
            if len(self._rest) < end:
                return
            body = bytes(self._rest[_LENGTH.size : end])
            del self._rest[:end]
            yield _unpack(body)


def _unpack(body: bytes) -> Sample:
    line, _, rest = body.partition(b"\n")
    try:
        return Sample(Origin(**json.loads(line)), list(_packets(rest)))
    except (TypeError, struct.error) as error:
        raise ValueError("not a sample") from error


def _packets(data: bytes) -> Iterator[Packet]:
    at = 0
    while at < len(data):
        ssrc, sequence, timestamp, flags, level, arrival, length = _PACKET.unpack_from(data, at)
        at += _PACKET.size
        payload = data[at : at + length]
        if len(payload) < length:
            raise ValueError("a sample is cut off")
        at += length
        keyframe = bool(flags & _KEYFRAME)
        yield Packet(ssrc, sequence, timestamp, bool(flags & _MARKER), 0, payload, arrival, keyframe, level)
