"""Sockets for one listener each, on the server's port and connected to the listener's address.

The kernel then looks up no route for a datagram and Python parses no address: a fifth of what it costs to send one.
The sender's port stays what ICE has agreed on, for no NAT or firewall would let another one through.
"""

from __future__ import annotations

import select
import socket
import sys
from collections.abc import Iterator

from gateway.seam import Address


class Flows:
    """All of one server, whose ``shared`` socket has the port. One descriptor tells when any of them is readable.

    The event loop must not poll them itself: libuv gives a socket up for the ICMP error of a listener whose device has
    closed its port (``uv__poll_io`` takes POLLERR for EBADF), and with it all that comes from there later.
    """

    def __init__(self, shared: socket.socket) -> None:
        self._shared = shared
        self._sockets: dict[int, socket.socket] = {}
        self._epoll = select.epoll() if sys.platform == "linux" else None

    def fileno(self) -> int:
        """-1 where there are no such sockets."""
        return self._epoll.fileno() if self._epoll is not None else -1

    def open(self, address: Address) -> socket.socket | None:
        """A new socket, which sends to and receives from ``address`` only.

        None where that cannot be had: on systems that share a port otherwise than Linux, or with no file left to open.
        What others send in the moment before it is connected may lie in it too: read it like the shared one.
        """
        if self._epoll is None:
            return None
        try:
            flow = socket.socket(self._shared.family, socket.SOCK_DGRAM)
        except OSError:
            return None
        try:
            self._connect(flow, address)
            self._epoll.register(flow.fileno(), select.EPOLLIN)
        except (OSError, ValueError):  # ValueError: the server stops
            flow.close()
            return None
        self._sockets[flow.fileno()] = flow
        return flow

    def close(self, flow: socket.socket) -> None:
        """Once only."""
        del self._sockets[flow.fileno()]
        if self._epoll is not None:
            self._epoll.unregister(flow.fileno())
        flow.close()

    def readable(self) -> Iterator[socket.socket]:
        """Those in which something lies, if only an error. One may close another meanwhile."""
        if self._epoll is not None:
            for number, _ in self._epoll.poll(0):
                if number in self._sockets:
                    yield self._sockets[number]

    def stop(self) -> None:
        for flow in list(self._sockets.values()):
            self.close(flow)
        if self._epoll is not None:
            self._epoll.close()

    def _connect(self, flow: socket.socket, address: Address) -> None:
        shared = self._shared
        flow.setblocking(False)
        # Allowed for this moment, and by Linux to this account alone (socket(7), SO_REUSEPORT): no other program can
        # take the port, and what comes to it, away.
        shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            flow.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            flow.bind(shared.getsockname())
        finally:
            shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 0)
        flow.connect(address)
