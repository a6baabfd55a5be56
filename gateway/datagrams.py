"""What has come for a UDP socket: many datagrams with one call (recvmmsg(2)), each with when the kernel took it in.

A call of Python's own for each datagram, and an error where there is none, cost twice as much (docs/performance.md).
"""

from __future__ import annotations

import errno
import socket
import sys
import time
from typing import Any, Final

from cffi import FFI

from gateway.seam import Buffer

AT_ONCE: Final = 16
"""Datagrams of one call at most."""

_SO_TIMESTAMPNS: Final = 35
"""Linux, on x86 and ARM; Python has no name for it."""
_LATEST_S: Final = 1.0
"""A stamp that is older says more of the clock, which was set, than of the datagram."""

NAME: Final = {socket.AF_INET: 16, socket.AF_INET6: 28}
"""Octets of a socket address, in which the kernel tells a sender."""
_NAME_ROOM: Final = 32
_CONTROL_ROOM: Final = 64

# recv(2), cmsg(3), in words of 64 bits: what changes of a struct mmsghdr, and where a stamp is in a struct cmsghdr
_HEAD: Final = 8
_CONTROL_LENGTH: Final = 5
_STAMP_S, _STAMP_NS = 2, 3

ffi: Any = FFI()
ffi.cdef("""
struct iovec { void *iov_base; size_t iov_len; };
struct msghdr {
    void *msg_name; unsigned int msg_namelen; struct iovec *msg_iov; size_t msg_iovlen; void *msg_control;
    size_t msg_controllen; int msg_flags;
};
struct mmsghdr { struct msghdr msg_hdr; unsigned int msg_len; };
int recvmmsg(int, struct mmsghdr *, unsigned int, int, void *);
int sendmmsg(int, struct mmsghdr *, unsigned int, int);
""")
_NULL: Final = ffi.NULL


def pointer(buffer: Buffer) -> Any:
    """Where it is, for as long as it is kept. No view of a view (``from_buffer``): of such the garbage collector of
    Python 3.11.2 may free the inner one first, and the process with it."""
    return ffi.cast("void *", buffer.data)


class Source:
    """The rest holds until the next ``read``, which never waits."""

    buffers: list[Buffer]

    def read(self) -> int:
        """How many came: 0 where none is there, -1 where that was an error of an earlier datagram of ours (ICMP)."""
        raise NotImplementedError

    def length(self, at: int) -> int:
        raise NotImplementedError

    def sender(self, at: int) -> bytes:
        """The packed socket address: ``address`` makes it readable."""
        raise NotImplementedError

    def close(self) -> None:
        """Before the socket is: its number may soon be another's."""

    def arrival(self, at: int) -> float:
        """When the kernel took it in, on the monotonic clock. Where this process is late to read, for others had the
        processor, the sender's congestion control would else take it for a full link, and send less."""
        raise NotImplementedError


class Many(Source):
    """By recvmmsg(2), where ``many`` finds it."""

    def __init__(self, of: socket.socket) -> None:
        of.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self.buffers = [Buffer() for _ in range(AT_ONCE)]
        self._fd = of.fileno()
        self._call = ffi.dlopen(None).recvmmsg
        self._heads = ffi.new("struct mmsghdr[]", AT_ONCE)
        self._rooms = (
            ffi.new("struct iovec[]", AT_ONCE),
            ffi.new("unsigned char[]", AT_ONCE * _NAME_ROOM),
            ffi.new("unsigned char[]", AT_ONCE * _CONTROL_ROOM),
        )
        places, names, controls = self._rooms
        for at, buffer in enumerate(self.buffers):
            places[at].iov_base, places[at].iov_len = pointer(buffer), len(buffer.view)
            head = self._heads[at].msg_hdr
            head.msg_name, head.msg_namelen = names + at * _NAME_ROOM, _NAME_ROOM
            head.msg_control, head.msg_controllen = controls + at * _CONTROL_ROOM, _CONTROL_ROOM
            head.msg_iov, head.msg_iovlen = places + at, 1
        self._octets = memoryview(ffi.buffer(self._heads))
        self._fresh = bytes(self._octets)
        self._words = self._octets.cast("B").cast("Q")
        size = NAME[of.family]
        whole = memoryview(ffi.buffer(names))
        self._names = [whole[at * _NAME_ROOM : at * _NAME_ROOM + size] for at in range(AT_ONCE)]
        self._stamps = memoryview(ffi.buffer(controls)).cast("B").cast("q")
        self._now = self._ahead = 0.0

    def read(self) -> int:
        self._octets[:] = self._fresh  # the kernel has written what it used of the rooms
        count: int = self._call(self._fd, self._heads, AT_ONCE, socket.MSG_DONTWAIT, _NULL)
        if count < 0:
            return 0 if ffi.errno in (errno.EAGAIN, errno.EINTR) else -1
        self._now = time.monotonic()
        self._ahead = time.time() - self._now
        return count

    def close(self) -> None:
        self._fd = -1

    def length(self, at: int) -> int:
        return int(self._words[at * _HEAD + _HEAD - 1]) & 0xFFFFFFFF

    def sender(self, at: int) -> bytes:
        return bytes(self._names[at])

    def arrival(self, at: int) -> float:
        if not self._words[at * _HEAD + _CONTROL_LENGTH]:
            return self._now
        first = at * _CONTROL_ROOM // 8
        stamp: float = self._stamps[first + _STAMP_S] + self._stamps[first + _STAMP_NS] / 1e9 - self._ahead
        return max(min(stamp, self._now), self._now - _LATEST_S)


class OneByOne(Source):
    """Anywhere, without stamps."""

    def __init__(self, of: socket.socket) -> None:
        self.buffers = [Buffer()]
        self._socket = of
        self._length = 0
        self._sender = b""
        self._now = 0.0

    def read(self) -> int:
        try:
            self._length, address = self._socket.recvfrom_into(self.buffers[0].view)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError:
            return -1
        self._now, self._sender = time.monotonic(), packed(self._socket.family, address)
        return 1

    def length(self, at: int) -> int:
        return self._length

    def sender(self, at: int) -> bytes:
        return self._sender

    def arrival(self, at: int) -> float:
        return self._now


def many(of: socket.socket) -> bool:
    """Whether both calls can be used, and their structs be read as here: a sandbox may refuse them (seccomp(2))."""
    if sys.platform != "linux" or sys.maxsize < 1 << 32 or sys.byteorder != "little":
        return False
    kernel = ffi.dlopen(None)
    received: int = kernel.recvmmsg(of.fileno(), _NULL, 0, socket.MSG_DONTWAIT, _NULL)
    sent: int = kernel.sendmmsg(of.fileno(), _NULL, 0, socket.MSG_DONTWAIT)
    return received == 0 and sent == 0


def source(of: socket.socket) -> Source:
    return Many(of) if many(of) else OneByOne(of)


def packed(family: int, address: tuple[Any, ...]) -> bytes:
    """A struct sockaddr_in or sockaddr_in6 (ip(7), ipv6(7)) as the kernel has it."""
    port = int(address[1]).to_bytes(2, "big")
    kind = int(family).to_bytes(2, sys.byteorder)
    if family == socket.AF_INET:
        return kind + port + socket.inet_aton(address[0]) + bytes(8)
    host, _, zone = address[0].partition("%")
    scope = int(address[3]) if len(address) > 3 else socket.if_nametoindex(zone) if zone else 0
    return kind + port + bytes(4) + socket.inet_pton(family, host) + scope.to_bytes(4, sys.byteorder)


def address(sender: bytes) -> tuple[str, int]:
    """Host and port of a packed socket address."""
    port = int.from_bytes(sender[2:4], "big")
    if len(sender) == NAME[socket.AF_INET]:
        return socket.inet_ntop(socket.AF_INET, sender[4:8]), port
    host, scope = socket.inet_ntop(socket.AF_INET6, sender[8:24]), int.from_bytes(sender[24:28], sys.byteorder)
    return f"{host}%{socket.if_indextoname(scope)}" if scope else host, port
