"""The server's one UDP socket: tells STUN, DTLS and SRTP apart (RFC 7983) and knows whose each datagram is.

Anything that is not from a known address with the right keys goes nowhere: empty, oversized, truncated and foreign
datagrams are counted and dropped here.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import sys
import time
from typing import Final, Protocol, cast

import structlog

from gateway import stun
from gateway.seam import MTU, Address, BindingRequest, Buffer, SendTo

log = structlog.get_logger()

_BATCH: Final = 64
"""Datagrams read before the event loop gets its turn."""

_CLOSE_S: Final = 0.00015
"""Datagrams that come so soon after the last was dealt with are read together."""

_LOOK_S: Final = 0.0001
"""So long other work goes on before it is interrupted to look for datagrams."""

_ADDRESSES_EACH: Final = 8
"""Addresses that one connection may be heard from: its pairs under test, and the old network's."""

_HELD_S: Final = 5.0
"""An address stays a connection's while that is heard from; browsers check a quiet pair every 2.5 s."""

_SOCKET_BUFFER: Final = 4 << 20

_SO_TIMESTAMPNS: Final = 35
"""Linux, on x86 and ARM; Python has no name for it."""
_TIMESPEC: Final = struct.Struct("@ll")
_STAMP: Final = socket.CMSG_SPACE(_TIMESPEC.size)
_LATEST_S: Final = 1.0
"""A stamp that is older says more of the clock, which was set, than of the datagram."""


def _arrival(stamps: list[tuple[int, int, bytes]]) -> float:
    """When the kernel took the datagram in, on the monotonic clock. Where this process is late to read, for others had
    the processor, the sender's congestion control would else take it for a full link, and send less."""
    now = time.monotonic()
    if not stamps:
        return now
    seconds, nanoseconds = cast(tuple[int, int], _TIMESPEC.unpack(stamps[0][2]))
    return now - min(max(time.time() - seconds - nanoseconds / 1e9, 0.0), _LATEST_S)


class Party(Protocol):
    """Whom the endpoint delivers to: ``gateway.connection.Connection``."""

    ufrag: str
    password: str
    address: Address | None
    last_heard: float

    def may_check(self) -> bool: ...
    def checked(self, address: Address, nominated: bool, now: float) -> None: ...
    def dtls(self, data: bytes, now: float) -> None: ...
    def srtp(self, buffer: Buffer, length: int, now: float) -> None: ...
    def srtcp(self, buffer: Buffer, length: int, now: float) -> None: ...


class Endpoint:
    """Owns the socket. ``send`` never raises and never waits: UDP may lose what it cannot take."""

    def __init__(self, host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            self._socket.setsockopt(socket.SOL_SOCKET, option, _SOCKET_BUFFER)
        if sys.platform == "linux":
            self._socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self._socket.bind((host, port))
        self._socket.setblocking(False)
        self.port: int = self._socket.getsockname()[1]
        self.sendto: SendTo = self._socket.sendto
        """For the hot path; raises ``OSError``."""
        self._by_ufrag: dict[str, Party] = {}
        self._by_address: dict[Address, Party] = {}
        self._addresses: dict[Party, list[Address]] = {}
        self._buffer = Buffer()
        self._into = [self._buffer.view]
        self._done = 0.0
        self.failed = 0
        self.foreign = 0
        self.unsent = 0

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.add_reader(self._socket.fileno(), self._readable)

    def close(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.remove_reader(self._socket.fileno())
        self._socket.close()

    def add(self, party: Party) -> None:
        self._by_ufrag[party.ufrag] = party
        self._addresses[party] = []

    def remove(self, party: Party) -> None:
        self._by_ufrag.pop(party.ufrag, None)
        for address in self._addresses.pop(party, ()):
            if self._by_address.get(address) is party:
                del self._by_address[address]

    def send(self, data: bytes, address: Address) -> bool:
        """False if the datagram was not taken: the network will be blamed for it, and asked again."""
        try:
            self.sendto(memoryview(data), address)
            return True
        except OSError:
            self.unsent += 1
            return False

    def _readable(self) -> None:
        # A read that finds nothing costs as much as one that does: where datagrams come one by one, none is tried after
        # the first, and the event loop tells of the next. What counts is the time since the last reading was done: a
        # loop that is behind is told of the next at once, however long the reading itself took.
        self._read(_BATCH if time.monotonic() - self._done < _CLOSE_S else 1)
        self._done = time.monotonic()

    def look(self) -> None:
        """Between two pieces of other work: what has come meanwhile need not wait for the rest of it."""
        if time.monotonic() - self._done > _LOOK_S:
            self._read(_BATCH)
            self._done = time.monotonic()

    def _read(self, batch: int) -> None:
        buffer, view, into, receive = self._buffer, self._buffer.view, self._into, self._socket.recvmsg_into
        parties = self._by_address
        for _ in range(batch):
            try:
                length, stamps, _, address = receive(into, _STAMP)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:  # an ICMP error of some earlier datagram of ours
                continue
            try:
                arrival = _arrival(stamps)
                # Most of all there is: SRTP of somebody known. RTCP packet types, RFC 5761 §4.
                if 12 < length <= MTU and 127 < view[0] < 192 and not 192 <= view[1] <= 223:
                    party = parties.get(address)
                    if party is not None:
                        party.srtp(buffer, length, arrival)
                        continue
                if 0 < length <= MTU:
                    self._datagram(buffer, length, address[:2] if len(address) > 2 else address, arrival)
                else:
                    self.foreign += 1
            except Exception as error:
                self._fail(error)

    def _fail(self, error: Exception) -> None:
        """One datagram tripped over a mistake of ours. Told now and then, for whoever sends it may send many."""
        self.failed += 1
        if self.failed & (self.failed - 1) == 0:
            log.error("datagram_failed", count=self.failed, error=type(error).__name__, exc_info=error)

    def _datagram(self, buffer: Buffer, length: int, address: Address, now: float) -> None:
        view = buffer.view
        first = view[0]
        party = self._by_address.get(address)
        if 127 < first < 192 and party is not None and length > 12:
            # RTCP packet types, RFC 5761 §4
            if 192 <= view[1] <= 223:
                party.srtcp(buffer, length, now)
            else:
                party.srtp(buffer, length, now)
        elif 19 < first < 64 and party is not None:
            party.dtls(bytes(view[:length]), now)
        elif first < 4:
            self._stun(bytes(view[:length]), address, now)
        else:
            self.foreign += 1

    def _stun(self, data: bytes, address: Address, now: float) -> None:
        """ICE-lite (RFC 8445 §2.5): answer what is authentic, follow what it nominates, ignore the rest in silence."""
        ufrag = stun.addressee(data)
        party = self._by_ufrag.get(ufrag) if ufrag is not None else None
        if party is None or not party.may_check():
            self.foreign += 1
            return
        try:
            request = BindingRequest(data)
        except ValueError:
            self.foreign += 1
            return
        if not request.authentic(party.password) or not self._know(party, address, now):
            self.foreign += 1
            return
        self.send(request.response(address, party.password), address)
        party.checked(address, request.nominates, now)

    def _know(self, party: Party, address: Address, now: float) -> bool:
        """Deliver to ``party`` what comes from ``address``; False where that is another's who still uses it.

        Any participant could else, with a forged source address, take the datagrams of another away.
        """
        owner = self._by_address.get(address)
        if owner is party:
            return True
        if owner is not None:  # a NAT gave the same address to another connection
            if owner.address == address and now - owner.last_heard < _HELD_S:
                return False
            with contextlib.suppress(ValueError):
                self._addresses[owner].remove(address)
        mine = self._addresses[party]
        if len(mine) == _ADDRESSES_EACH:
            oldest = next(known for known in mine if known != party.address)
            mine.remove(oldest)
            del self._by_address[oldest]
        mine.append(address)
        self._by_address[address] = party
        return True
