"""The server's one UDP socket: tells STUN, DTLS and SRTP apart (RFC 7983) and knows whose each datagram is.

Anything that is not from a known address with the right keys goes nowhere: empty, oversized, truncated and foreign
datagrams are counted and dropped here.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from typing import Final, Protocol

import structlog

from gateway import datagrams, stun
from gateway.outbox import Outbox, Target
from gateway.seam import MTU, Address, BindingRequest, Buffer

log = structlog.get_logger()

_CALLS: Final = 4
"""Readings, of `datagrams.AT_ONCE` each, before the event loop gets its turn."""

_LOOK_S: Final = 0.0001
"""So long other work goes on before it is interrupted to look for datagrams."""

_ADDRESSES_EACH: Final = 8
"""Addresses that one connection may be heard from: its pairs under test, and the old network's."""

_HELD_S: Final = 5.0
"""An address stays a connection's while that is heard from; browsers check a quiet pair every 2.5 s."""

_SOCKET_BUFFER: Final = 4 << 20


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
        self._socket.bind((host, port))
        self._socket.setblocking(False)
        self.port: int = self._socket.getsockname()[1]
        self.outbox = Outbox(self._socket)
        """For the hot path: what is put into it is sent once the datagrams are dealt with that were read together."""
        self._by_ufrag: dict[str, Party] = {}
        self._by_sender: dict[bytes, Party] = {}
        self._senders: dict[Party, list[bytes]] = {}
        self._source = datagrams.source(self._socket)
        self._done = 0.0
        self.failed = 0
        self.foreign = 0
        self._unsent = 0

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.add_reader(self._socket.fileno(), self._readable)

    def close(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.remove_reader(self._socket.fileno())
        self._source.close()
        self.outbox.close()
        self._socket.close()

    def add(self, party: Party) -> None:
        self._by_ufrag[party.ufrag] = party
        self._senders[party] = []

    def remove(self, party: Party) -> None:
        self._by_ufrag.pop(party.ufrag, None)
        for sender in self._senders.pop(party, ()):
            if self._by_sender.get(sender) is party:
                del self._by_sender[sender]

    @property
    def unsent(self) -> int:
        return self._unsent + self.outbox.unsent

    def target(self, address: Address) -> Target:
        return Target(self._socket.family, address)

    def send(self, data: bytes, address: Address) -> bool:
        """False if the datagram was not taken: the network will be blamed for it, and asked again."""
        try:
            self._socket.sendto(data, address)
            return True
        except OSError:
            self._unsent += 1
            return False

    def _readable(self) -> None:
        self._read()
        self._done = time.monotonic()

    def look(self) -> None:
        """Between two pieces of other work: what it sends goes out, and what has come meanwhile need not wait."""
        if self.outbox.waiting:
            self.outbox.flush()
        if time.monotonic() - self._done > _LOOK_S:
            self._readable()

    def _read(self) -> None:
        source, parties, outbox = self._source, self._by_sender, self.outbox
        for _ in range(_CALLS):
            count = source.read()
            for at in range(count):
                length, sender, buffer = source.length(at), source.sender(at), source.buffers[at]
                view = buffer.view
                try:
                    # Most of all there is: SRTP of somebody known. RTCP packet types, RFC 5761 §4.
                    if 12 < length <= MTU and 127 < view[0] < 192 and not 192 <= view[1] <= 223:
                        party = parties.get(sender)
                        if party is not None:
                            party.srtp(buffer, length, source.arrival(at))
                            continue
                    if 0 < length <= MTU:
                        self._datagram(buffer, length, sender, source.arrival(at))
                    else:
                        self.foreign += 1
                except Exception as error:
                    self._fail(error)
            if outbox.waiting:
                outbox.flush()
            if 0 <= count < len(source.buffers):
                break

    def _fail(self, error: Exception) -> None:
        """One datagram tripped over a mistake of ours. Told now and then, for whoever sends it may send many."""
        self.failed += 1
        if self.failed & (self.failed - 1) == 0:
            log.error("datagram_failed", count=self.failed, error=type(error).__name__, exc_info=error)

    def _datagram(self, buffer: Buffer, length: int, sender: bytes, now: float) -> None:
        view = buffer.view
        first = view[0]
        party = self._by_sender.get(sender)
        if 127 < first < 192 and party is not None and length > 12:
            # RTCP packet types, RFC 5761 §4
            if 192 <= view[1] <= 223:
                party.srtcp(buffer, length, now)
            else:
                party.srtp(buffer, length, now)
        elif 19 < first < 64 and party is not None:
            party.dtls(bytes(view[:length]), now)
        elif first < 4:
            self._stun(bytes(view[:length]), sender, now)
        else:
            self.foreign += 1

    def _stun(self, data: bytes, sender: bytes, now: float) -> None:
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
        if not request.authentic(party.password) or not self._know(party, sender, now):
            self.foreign += 1
            return
        address = datagrams.address(sender)
        self.send(request.response(address, party.password), address)
        party.checked(address, request.nominates, now)

    def _know(self, party: Party, sender: bytes, now: float) -> bool:
        """Deliver to ``party`` what comes from ``sender``; False where that is another's who still uses it.

        Any participant could else, with a forged source address, take the datagrams of another away.
        """
        owner = self._by_sender.get(sender)
        if owner is party:
            return True
        if owner is not None:  # a NAT gave the same address to another connection
            if owner.address == datagrams.address(sender) and now - owner.last_heard < _HELD_S:
                return False
            with contextlib.suppress(ValueError):
                self._senders[owner].remove(sender)
        mine = self._senders[party]
        if len(mine) == _ADDRESSES_EACH:
            oldest = next(known for known in mine if datagrams.address(known) != party.address)
            mine.remove(oldest)
            del self._by_sender[oldest]
        mine.append(sender)
        self._by_sender[sender] = party
        return True
