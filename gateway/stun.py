"""Whose a STUN binding request is (RFC 8489 §5, RFC 8445 §7.2.2), told by hand: all that a stranger can have us do.

What is not addressed to a connection of ours is dropped before the codec makes objects of its attributes.
"""

from __future__ import annotations

import struct
from typing import Final

LONGEST: Final = 512
"""Octets of a browser's longest check, several times over."""

ATTRIBUTES: Final = 20
"""Browsers send seven to ten."""

_HEADER: Final = struct.Struct("!HHI")
_SIZE: Final = 20
_ATTRIBUTE: Final = struct.Struct("!HH")
_BINDING_REQUEST: Final = 0x0001
_COOKIE: Final = 0x2112A442
_USERNAME: Final = 0x0006


def addressee(data: bytes) -> str | None:
    """Our half of the user name; None for what is no binding request, has none, or is larger than a browser's."""
    end = len(data)
    if not _SIZE <= end <= LONGEST:
        return None
    message, length, cookie = _HEADER.unpack_from(data, 0)
    if message != _BINDING_REQUEST or cookie != _COOKIE or length != end - _SIZE:
        return None
    at, user = _SIZE, b""
    for _ in range(ATTRIBUTES):
        if at + 4 > end:
            break
        kind, size = _ATTRIBUTE.unpack_from(data, at)
        if kind == _USERNAME and not user:
            user = data[at + 4 : at + 4 + size]
        at += 4 + (size + 3 & ~3)
    return user.partition(b":")[0].decode("latin-1") if at == end and user else None
