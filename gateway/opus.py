"""Several Opus frames in one packet (RFC 6716 §3.2), undecoded: of a packet of 20 ms the headers are nearly half."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

HZ: Final = 48_000
"""Opus counts time at this rate, whatever it samples (RFC 7587 §4.1)."""
LONGEST: Final = 5760
"""Ticks of all frames of a packet: 120 ms."""
_MOST: Final = 1275
"""Octets of one frame."""
_SHORT: Final = 252
"""Lengths below it are one octet."""
_CODE: Final = 3
"""The low bits of the first octet: 0 is one frame, 3 any number."""
_VARIED: Final = 0x80
_SILK: Final = (480, 960, 1920, 2880)
_HYBRID: Final = (480, 960)
_CELT: Final = (120, 240, 480, 960)


def ticks(payload: bytes) -> int:
    """How long the frame is; 0 where the packet is not one of a single frame."""
    if not payload or payload[0] & _CODE or len(payload) > _MOST + 1:
        return 0
    configuration = payload[0] >> 3
    if configuration < 12:
        return _SILK[configuration & 3]
    return _HYBRID[configuration & 1] if configuration < 16 else _CELT[configuration & 3]


def alike(one: bytes, other: bytes) -> bool:
    """Whether both are single frames of the same mode, bandwidth, length and channels, which a packet has in common."""
    return ticks(one) > 0 and len(other) > 0 and one[0] == other[0] and len(other) <= _MOST + 1


def join(payloads: Sequence[bytes]) -> bytes:
    """One packet of frames that are ``alike`` and not longer than `LONGEST` together (code 3, varied lengths)."""
    if len(payloads) == 1:
        return payloads[0]
    lengths = b"".join([_length(len(payload) - 1) for payload in payloads[:-1]])
    head = bytes((payloads[0][0] | _CODE, _VARIED | len(payloads)))
    return head + lengths + b"".join([payload[1:] for payload in payloads])


def _length(octets: int) -> bytes:
    if octets < _SHORT:
        return bytes((octets,))
    first = _SHORT + (octets & 3)
    return bytes((first, (octets - first) >> 2))
