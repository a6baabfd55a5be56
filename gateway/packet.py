"""RTP packets and tracks as every sink sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["audio", "video"]
Codec = Literal["opus", "H264", "VP8"]

NO_LEVEL: Final = 128

PAYLOAD: Final = 1446
"""Octets of a payload at most: what has room in a listener's datagram, as RTX too (RFC 4588 §4). Browsers make 1200.

What is longer is dropped where it comes in: what no listener can have heard must not stand in the record either.
"""


class Packet:
    """One RTP packet after SRTP, never changed once made.

    ``sequence`` is 16 bits and ``timestamp`` 32 bits, as on the wire. ``payload`` has neither padding nor header
    extensions, and ``PAYLOAD`` octets at most; RED around Opus (RFC 2198) is taken off. ``keyframe`` is true on the
    first packet of a picture that can be decoded alone. ``level`` is the audio level in -dBov (RFC 6464), 127 of
    silence, ``NO_LEVEL`` where it is not told. ``arrival`` is in seconds of the monotonic clock; a retransmission
    carries its own arrival.
    """

    __slots__ = (
        "arrival",
        "keyframe",
        "level",
        "marker",
        "payload",
        "payload_type",
        "sequence",
        "ssrc",
        "timestamp",
    )

    def __init__(
        self,
        ssrc: int,
        sequence: int,
        timestamp: int,
        marker: bool,
        payload_type: int,
        payload: bytes,
        arrival: float,
        keyframe: bool = False,
        level: int = NO_LEVEL,
    ) -> None:
        self.ssrc = ssrc
        self.sequence = sequence
        self.timestamp = timestamp
        self.marker = marker
        self.payload_type = payload_type
        self.payload = payload
        self.arrival = arrival
        self.keyframe = keyframe
        self.level = level

    def instead(self, payload: bytes) -> Packet:
        """The same with another payload."""
        return Packet(
            self.ssrc, self.sequence, self.timestamp, self.marker, self.payload_type, payload, self.arrival,
            self.keyframe, self.level,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class TrackInfo:
    """What a track is, apart from its packets. ``track`` is a UUIDv7; SSRC and MID are never identity."""

    hearing: str
    seat: str
    track: str
    kind: Kind
    codec: Codec
    clock_rate: int
    cname: str = ""


@dataclass(frozen=True, slots=True)
class SenderReport:
    """RTCP SR of one SSRC (RFC 3550 §6.4.1): ``ntp`` is the 64-bit NTP timestamp, ``arrival`` our monotonic clock."""

    ssrc: int
    ntp: int
    rtp: int
    arrival: float
