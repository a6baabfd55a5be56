"""SRTP and SRTCP through libsrtp with buffers made once: about a microsecond a packet besides the cipher."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pylibsrtp import Session
from pylibsrtp._binding import ffi, lib

BUFFER = 2048
MAX_PACKET = BUFFER - 148
"""Room for the authentication tag and the SRTCP index (libsrtp's SRTP_MAX_SRTCP_TRAILER_LEN)."""

Operation = Callable[[bytes], "bytes | None"]
"""A packet in, the packet out; None when libsrtp refuses it (replayed, forged, too long)."""


def _operation(function: Any, session: Session) -> Operation:
    data = ffi.new("char[]", BUFFER)
    buffer = ffi.buffer(data)
    length = ffi.new("int *")
    handle = session._srtp  # kept by the closure: it owns the libsrtp session

    def run(packet: bytes) -> bytes | None:
        size = len(packet)
        if size > MAX_PACKET:
            return None
        buffer[0:size] = packet
        length[0] = size
        if function(handle[0], data, length):
            return None
        result: bytes = buffer[0 : length[0]]
        return result

    return run


class Srtp:
    """Both directions of one DTLS-SRTP association."""

    def __init__(self, outbound: Session, inbound: Session) -> None:
        self.protect = _operation(lib.srtp_protect, outbound)
        self.protect_rtcp = _operation(lib.srtp_protect_rtcp, outbound)
        self.unprotect = _operation(lib.srtp_unprotect, inbound)
        self.unprotect_rtcp = _operation(lib.srtp_unprotect_rtcp, inbound)
