"""Sealed packets on their way out: one packet goes to many listeners, with one call for all of them (sendmmsg(2))."""

from __future__ import annotations

import errno
import socket
from typing import Any, Final

from gateway.datagrams import ffi, many, packed, pointer
from gateway.seam import Address, Buffer

AT_ONCE: Final = 16
"""Packets that wait at most: listeners of a hearing, and what a round sends one participant."""

# In words of 64 bits: where a struct mmsghdr has its address, and a struct iovec its length
_HEAD: Final = 8
_PLACE: Final = 2


class Target:
    """An address as the kernel reads it, made once for all that goes there."""

    __slots__ = ("_room", "address", "at")

    def __init__(self, family: int, address: Address) -> None:
        self.address = address
        self._room: Any = ffi.new("unsigned char[]", packed(family, address))
        self.at = int(ffi.cast("uintptr_t", self._room))


class Outbox:
    """Write and seal a packet in ``buffer``, then ``put`` it; ``flush`` sends what was put, in order, and neither
    raises nor waits: UDP may lose what the socket cannot take. ``last`` is the view of the packet that was put last."""

    def __init__(self, of: socket.socket) -> None:
        size = len(packed(of.family, of.getsockname()))
        self._socket = of
        self._fd = of.fileno()
        self._many = ffi.dlopen(None).sendmmsg if many(of) else None
        self._buffers = [Buffer() for _ in range(AT_ONCE)]
        heads, places = ffi.new("struct mmsghdr[]", AT_ONCE), ffi.new("struct iovec[]", AT_ONCE)
        self._kept = (heads, places)
        for at, buffer in enumerate(self._buffers):
            places[at].iov_base = pointer(buffer)
            heads[at].msg_hdr.msg_iov, heads[at].msg_hdr.msg_iovlen = places + at, 1
            heads[at].msg_hdr.msg_namelen = size
        self._from = [heads + at for at in range(AT_ONCE)]
        self._heads = memoryview(ffi.buffer(heads)).cast("B").cast("Q")
        self._places = memoryview(ffi.buffer(places)).cast("B").cast("Q")
        self._targets: list[Target | None] = [None] * AT_ONCE
        self._lengths = [0] * AT_ONCE
        self.buffer = self._buffers[0]
        self.last = self.buffer.view
        self.waiting = 0
        self.unsent = 0

    def put(self, length: int, target: Target) -> None:
        at = self.waiting
        self._heads[at * _HEAD] = target.at
        self._places[at * _PLACE + 1] = length
        self._targets[at] = target  # else a peer's new address could free this one before the kernel has read it
        if self._many is None:
            self._lengths[at] = length
        self.last = self.buffer.view
        self.waiting = at + 1
        if self.waiting == AT_ONCE:
            self.flush()
        else:
            self.buffer = self._buffers[self.waiting]

    def flush(self) -> None:
        count, sent = self.waiting, 0
        self.waiting = 0
        self.buffer = self._buffers[0]
        if self._many is None:
            self._one_by_one(count)
            return
        while sent < count:
            done: int = self._many(self._fd, self._from[sent], count - sent, socket.MSG_DONTWAIT)
            if done > 0:
                sent += done
            elif ffi.errno in (errno.EAGAIN, errno.ENOBUFS):
                self.unsent += count - sent
                return
            else:  # of the first alone, as an ICMP error of an earlier one is
                self.unsent += 1
                sent += 1

    def close(self) -> None:
        """Before the socket is: its number may soon be another's."""
        self._fd = -1

    def _one_by_one(self, count: int) -> None:
        for at in range(count):
            target = self._targets[at]
            try:
                self._socket.sendto(self._buffers[at].view[: self._lengths[at]], target.address if target else ("", 0))
            except OSError:
                self.unsent += 1
