"""One WebRTC connection: credentials, the address that ICE nominated, DTLS, and SRTP both ways."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from typing import Final, Literal, Protocol

import structlog

from gateway.departures import Departures
from gateway.endpoint import Endpoint
from gateway.outbox import Target
from gateway.pacer import Pacer
from gateway.seam import Address, Buffer, Certificate, DtlsFailed, DtlsSession, SrtpPair

log = structlog.get_logger()

State = Literal["new", "connected", "lost", "closed"]

HANDSHAKE_S: Final = 20.0
LOST_S: Final = 4.0
"""Nothing received for so long: Chromium checks a quiet pair every 2.5 s."""
GIVEN_UP_S: Final = 45.0

SOURCES: Final = 512
"""SSRCs that a peer may send with, RTCP's included: libsrtp keeps a context for each and forgets none. Firefox reports
to each stream of a hearing with an SSRC of its own."""
RTCP_A_SECOND: Final = 250
"""Datagrams of feedback that are opened. A Firefox that sees and hears twenty others reports on each by itself, in 18
to 36 a second, and asks by itself for what each lost: up to 158 with every fifth of 1700 packets a second missing."""
RTCP_FLOOD_S: Final = 3
"""Who sends four times as much for so many seconds is closed."""
CHECKS_A_SECOND: Final = 200
"""STUN checks and DTLS datagrams that are looked at. A browser sends a check every 20 to 50 ms at first (RFC 8445
§14.2), then one in 2.5 s; a handshake has some ten datagrams."""
OCTETS_A_SECOND: Final = 4 << 20
"""What no camera sends, and no listener."""
PACKETS_A_SECOND: Final = 2000
"""SRTP packets that are opened; the rest is dropped unseen. What no camera sends: 2.5 Mbit/s of pictures and the sound
are 400, and a browser that tries for more bandwidth sends twice or three times as many for a moment."""


class Handler(Protocol):
    """The publisher or subscriber behind a connection. Its methods are called on the synchronous path."""

    def on_rtp(self, buffer: Buffer, length: int, now: float) -> None: ...
    def on_rtcp(self, packet: bytes, now: float) -> None: ...


class Connection:
    """States: ``new`` → ``connected`` ⇄ ``lost`` → ``closed``. ``on_state`` is told each change once."""

    def __init__(
        self, name: str, endpoint: Endpoint, certificate: Certificate, on_state: Callable[[Connection, State], None]
    ) -> None:
        self.name = name
        self.ufrag = secrets.token_urlsafe(6).replace("-", "+").replace("_", "/")
        self.password = secrets.token_urlsafe(24).replace("-", "+").replace("_", "/")
        self.state: State = "new"
        self.address: Address | None = None
        self.target: Target | None = None
        """The address, for the hot path."""
        self.handler: Handler | None = None
        self.last_heard = self._born = time.monotonic()
        self.sent_bytes = 0
        self.pacer = Pacer(self._born)
        self.departures: Departures | None = None
        """Of a listener that gives transport-wide feedback."""
        self.received_bytes = 0
        self.refused = 0
        self._endpoint = endpoint
        self.outbox = endpoint.outbox
        self._on_state = on_state
        self._sources: set[int] = set()
        self._rtcp_left = RTCP_A_SECOND
        self._rtcp_flood_s = 0
        self._checks_left = CHECKS_A_SECOND
        self._packets_left = PACKETS_A_SECOND
        self._ticked = (self._born, 0, 0)
        self._dtls = DtlsSession(certificate, self._send_dtls)
        self.pair: SrtpPair | None = None
        self._task: asyncio.Task[None] | None = None
        endpoint.add(self)

    def start(self, algorithm: str, fingerprint: str) -> None:
        """Begin the DTLS handshake with the peer whose certificate has ``fingerprint``."""
        if self._task is None and self.state == "new":
            self._task = asyncio.ensure_future(self._run(algorithm, fingerprint))

    async def _run(self, algorithm: str, fingerprint: str) -> None:
        try:
            self.pair = await self._dtls.handshake(algorithm, fingerprint, HANDSHAKE_S)
        except DtlsFailed as error:
            log.info("dtls_failed", connection=self.name, reason=str(error))
            self.close()
            return
        except Exception as error:
            log.warning("dtls_error", connection=self.name, error=type(error).__name__)
            self.close()
            return
        self._become("connected")
        await self._dtls.closed()
        self.close()

    # What the endpoint delivers

    def may_check(self) -> bool:
        """Whether one more check is worth its authentication."""
        self._checks_left -= 1
        return self._checks_left >= 0

    def checked(self, address: Address, nominated: bool, now: float) -> None:
        self._heard(now)
        if (nominated or self.address is None) and address != self.address:
            self.address, self.target = address, self._endpoint.target(address)

    def dtls(self, data: bytes, now: float) -> None:
        if self.may_check():
            self._dtls.datagram(data)

    def srtp(self, buffer: Buffer, length: int, now: float) -> None:
        srtp, handler = self.pair, self.handler
        if srtp is None or handler is None:
            return
        self._packets_left -= 1
        if self._packets_left < 0:
            return
        clear = srtp.unprotect(buffer, length)
        if clear < 12:
            self.refused += 1
            return
        self.last_heard = now
        self.received_bytes += length
        handler.on_rtp(buffer, clear, now)

    def srtcp(self, buffer: Buffer, length: int, now: float) -> None:
        srtp, handler = self.pair, self.handler
        if srtp is None or handler is None:
            return
        self._rtcp_left -= 1
        if self._rtcp_left < 0:
            return
        clear = srtp.unprotect_rtcp(buffer, length)
        if clear < 8:
            self.refused += 1
            return
        self._heard(now)
        self.received_bytes += length
        packet = bytes(buffer.view[:clear])
        self.source(int.from_bytes(packet[4:8], "big"))
        handler.on_rtcp(packet, now)

    def source(self, ssrc: int) -> None:
        """The peer sends with ``ssrc``; called for all but its known media, off the hot path."""
        self._sources.add(ssrc)
        if len(self._sources) > SOURCES:
            self._abused("too_many_sources")

    def _abused(self, how: str) -> None:
        log.warning("connection_abused", connection=self.name, how=how)
        self.close()

    # What goes out

    def send_sealed(self, packet: bytes) -> None:
        """Send a packet once more, exactly as it had been sealed."""
        if self.address is not None and self.pair is not None and self._endpoint.send(packet, self.address):
            self.sent_bytes += len(packet)

    def send_rtcp(self, packet: bytes) -> None:
        if self.pair is not None and self.address is not None and packet:
            sealed = self.pair.protect_rtcp(packet)
            if sealed and self._endpoint.send(sealed, self.address):
                self.sent_bytes += len(sealed)

    def _send_dtls(self, data: bytes) -> None:
        if self.address is not None:
            self._endpoint.send(data, self.address)

    # Life and death

    def tick(self, now: float) -> None:
        """Every second: notice silence and floods, and give up what never came or will not come back."""
        silence = now - self.last_heard
        if self._flooded(now):
            self._abused("flood")
            return
        if self.state == "connected" and silence > LOST_S:
            self._become("lost")
        elif (self.state == "lost" and silence > GIVEN_UP_S) or (self.state == "new" and now - self._born > GIVEN_UP_S):
            self.close()

    def _flooded(self, now: float) -> bool:
        """Whether far more came since the last time than is ever needed; and begin to count anew.

        Packets are counted before they are opened, so that those beyond cost nothing. Where many of the opened ones
        were forged, somebody else has sent them, who must not end this connection.
        """
        (then, octets, refused), self._ticked = self._ticked, (now, self.received_bytes, self.refused)
        seconds = max(now - then, 1.0)
        rtcp = self._rtcp_left < -3 * RTCP_A_SECOND * seconds
        self._rtcp_flood_s = self._rtcp_flood_s + 1 if rtcp else 0
        too_many = self._packets_left < -PACKETS_A_SECOND * seconds or self._rtcp_flood_s >= RTCP_FLOOD_S
        forged = self.refused - refused > min(PACKETS_A_SECOND, RTCP_A_SECOND) // 2
        self._packets_left = PACKETS_A_SECOND
        self._rtcp_left = RTCP_A_SECOND
        self._checks_left = CHECKS_A_SECOND
        return self.received_bytes - octets > OCTETS_A_SECOND * seconds or (too_many and not forged)

    def close(self) -> None:
        if self.state == "closed":
            return
        self._endpoint.remove(self)
        self.pair = self.handler = None
        self._stopping = asyncio.ensure_future(self._stop())
        self._become("closed")

    async def _stop(self) -> None:
        await self._dtls.stop()
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()

    def _heard(self, now: float) -> None:
        self.last_heard = now
        if self.state == "lost":
            self._become("connected")

    def _become(self, state: State) -> None:
        if state != self.state and self.state != "closed":
            self.state = state
            try:
                self._on_state(self, state)
            except Exception as error:
                log.error("state_not_told", connection=self.name, error=type(error).__name__, exc_info=True)
