"""A socket for one listener alone, on the server's port and connected to the listener's address.

The kernel then looks up no route for a datagram and Python parses no address: a fifth of what it costs to send one.
The sender's port stays what ICE has agreed on, for no NAT or firewall would let another one through.
"""

from __future__ import annotations

import socket
import sys

from gateway.seam import Address


def connected(shared: socket.socket, address: Address) -> socket.socket | None:
    """A new socket on the port of ``shared``, which sends to and receives from ``address`` only.

    None where that cannot be had: on systems that share a port otherwise than Linux, or with no file left to open. What
    others send in the moment before it is connected may lie in it too: read it like ``shared``.
    """
    if sys.platform != "linux":
        return None
    try:
        flow = socket.socket(shared.family, socket.SOCK_DGRAM)
    except OSError:
        return None
    try:
        # Allowed for this moment, and by Linux to this account alone (socket(7), SO_REUSEPORT): no other program can
        # take the port, and what comes to it, away.
        shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        flow.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        flow.setblocking(False)
        flow.bind(shared.getsockname())
        flow.connect(address)
    except OSError:
        flow.close()
        return None
    finally:
        shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 0)
    return flow
