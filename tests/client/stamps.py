"""Datagrams with when the kernel took them in (socket(7), SO_TIMESTAMPNS): a delay measured with it is the network's
and the server's, and not that of this process, which may be late to read.
"""

from __future__ import annotations

import socket
import sys
import time
from struct import Struct

_SO_TIMESTAMPNS = 35
"""Linux; Python has no name for it."""
_TIMESPEC = Struct("@qq")
_LATEST_S = 1.0
"""A stamp that is older says more of the clock, which was set, than of the datagram."""


def stamp(of: socket.socket) -> None:
    if sys.platform == "linux":
        of.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)


def receive(of: socket.socket, most: int = 2048) -> tuple[bytes, float]:
    """A datagram and its arrival in seconds of the monotonic clock; raises as ``recv`` does."""
    datagram, stamps, _, _ = of.recvmsg(most, socket.CMSG_SPACE(_TIMESPEC.size))
    now = time.monotonic()
    if not stamps:
        return datagram, now
    seconds, nanoseconds = _TIMESPEC.unpack(stamps[0][2])
    arrival = now - (time.time() - seconds - nanoseconds / 1e9)
    return datagram, max(min(arrival, now), now - _LATEST_S)
