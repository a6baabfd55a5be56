"""One WebRTC connection: credentials, the address that ICE nominated, DTLS, and SRTP both ways."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from typing import Literal, Protocol

import structlog

from gateway.endpoint import Endpoint
from gateway.seam import Address, Buffer, Certificate, DtlsFailed, DtlsSession, SrtpPair

log = structlog.get_logger()

State = Literal["new", "connected", "lost", "closed"]

HANDSHAKE_S = 20.0
LOST_S = 4.0
"""Nothing received for so long: Chromium checks a quiet pair every 2.5 s."""
GIVEN_UP_S = 45.0


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
        self.handler: Handler | None = None
        self.last_heard = time.monotonic()
        self.sent_bytes = 0
        self.received_bytes = 0
        self.refused = 0
        self._endpoint = endpoint
        self._sendto = endpoint.sendto
        self._on_state = on_state
        self._dtls = DtlsSession(certificate, self._send_dtls)
        self._srtp: SrtpPair | None = None
        self._task: asyncio.Task[None] | None = None
        endpoint.add(self)

    def start(self, algorithm: str, fingerprint: str) -> None:
        """Begin the DTLS handshake with the peer whose certificate has ``fingerprint``."""
        if self._task is None and self.state == "new":
            self._task = asyncio.ensure_future(self._run(algorithm, fingerprint))

    async def _run(self, algorithm: str, fingerprint: str) -> None:
        try:
            self._srtp = await self._dtls.handshake(algorithm, fingerprint, HANDSHAKE_S)
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

    def checked(self, address: Address, nominated: bool, now: float) -> None:
        self._heard(now)
        if nominated or self.address is None:
            self.address = address

    def dtls(self, data: bytes, now: float) -> None:
        self._dtls.datagram(data)

    def srtp(self, buffer: Buffer, length: int, now: float) -> None:
        srtp, handler = self._srtp, self.handler
        if srtp is None or handler is None:
            return
        clear = srtp.unprotect(buffer, length)
        if clear < 12:
            self.refused += 1
            return
        self.last_heard = now
        self.received_bytes += length
        handler.on_rtp(buffer, clear, now)

    def srtcp(self, buffer: Buffer, length: int, now: float) -> None:
        srtp, handler = self._srtp, self.handler
        if srtp is None or handler is None:
            return
        clear = srtp.unprotect_rtcp(buffer, length)
        if clear < 8:
            self.refused += 1
            return
        self._heard(now)
        self.received_bytes += length
        handler.on_rtcp(bytes(buffer.view[:clear]), now)

    # What goes out

    def send_rtp(self, buffer: Buffer, length: int) -> int:
        """Seal and send the packet, which is no longer than the MTU; the octets sent, 0 if nothing was."""
        srtp, address = self._srtp, self.address
        if srtp is None or address is None:
            return 0
        sealed = srtp.send(buffer, length, self._sendto, address)
        self.sent_bytes += sealed
        return sealed

    def send_sealed(self, packet: bytes) -> None:
        """Send a packet once more, exactly as ``send_rtp`` had sealed it."""
        if self.address is not None and self._srtp is not None and self._endpoint.send(packet, self.address):
            self.sent_bytes += len(packet)

    def send_rtcp(self, packet: bytes) -> None:
        if self._srtp is not None and self.address is not None and packet:
            sealed = self._srtp.protect_rtcp(packet)
            if sealed and self._endpoint.send(sealed, self.address):
                self.sent_bytes += len(sealed)

    def _send_dtls(self, data: bytes) -> None:
        if self.address is not None:
            self._endpoint.send(data, self.address)

    # Life and death

    def tick(self, now: float) -> None:
        """Every second: notice silence, and give up what never came or will not come back."""
        silence = now - self.last_heard
        if self.state == "connected" and silence > LOST_S:
            self._become("lost")
        elif silence > GIVEN_UP_S and self.state in ("new", "lost"):
            self.close()

    def close(self) -> None:
        if self.state == "closed":
            return
        self._endpoint.remove(self)
        self._srtp = self.handler = None
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
