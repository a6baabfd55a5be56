"""One bundled WebRTC transport over a UDP socket: ICE (controlling), DTLS, SRTP. Media takes the synchronous path."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any, Literal

from aiortc.rtcdtlstransport import (
    SRTP_AEAD_AES_128_GCM,
    SRTP_AES128_CM_SHA1_80,
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
)

from tests.client.ice import CHECK_INTERVAL, ControllingAgent, random_credentials
from tests.client.network import Network
from tests.client.srtp import Srtp
from tests.client.stamps import receive, stamp

Address = tuple[str, int]
DtlsRole = Literal["client", "server"]
PacketHandler = Callable[[bytes, float], None]
"""An unprotected packet and its arrival, seconds of the monotonic clock."""

READ_BATCH = 64
DTLS_QUEUE = 64


@dataclass(frozen=True)
class TransportParameters:
    """What one side's session description says about its transport; ``setup`` as in RFC 8842."""

    ufrag: str
    pwd: str
    fingerprint: tuple[str, str]
    setup: str
    candidate: Address | None


class _DtlsPipe:
    """What RTCDtlsTransport needs of an ICE transport."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self.role = "controlling"
        self._datagrams: asyncio.Queue[bytes | None] = asyncio.Queue(DTLS_QUEUE)
        self._write = send

    def feed(self, data: bytes | None) -> None:
        if not self._datagrams.full():
            self._datagrams.put_nowait(data)

    async def _recv(self) -> bytes:
        data = await self._datagrams.get()
        if data is None:
            raise ConnectionError
        return data

    async def _send(self, data: bytes) -> None:
        self._write(data)


def _ignore(packet: bytes, arrival: float) -> None:
    """The handler until somebody listens."""


class MediaTransport:
    """``host`` is the address that our candidate names; a lite server does not use it.

    ``outgoing`` and ``incoming`` are the network in between, for tests; None is a perfect one.
    """

    def __init__(self, certificate: RTCCertificate | None = None, host: str = "127.0.0.1") -> None:
        self.certificate = certificate or RTCCertificate.generateCertificate()
        self.host = host
        self.on_rtp: PacketHandler = _ignore
        self.on_rtcp: PacketHandler = _ignore
        self.on_failed: Callable[[], None] = lambda: None
        self.outgoing: Network | None = None
        self.incoming: Network | None = None
        self.connected = False
        self.closed = False
        self.agent: ControllingAgent | None = None
        self._credentials = random_credentials()
        self._socket = self._bind()
        self._remote: Address | None = None
        self._srtp: Srtp | None = None
        self._dtls: RTCDtlsTransport | None = None
        self._pipe = _DtlsPipe(self._send)
        self._ice_task: asyncio.Task[None] | None = None
        self._nominated = asyncio.Event()

    @property
    def address(self) -> Address:
        return self.host, int(self._socket.getsockname()[1])

    def local_parameters(self, setup: str) -> TransportParameters:
        digest = next(f for f in self.certificate.getFingerprints() if f.algorithm == "sha-256")
        return TransportParameters(*self._credentials, ("sha-256", digest.value), setup, self.address)

    async def connect(self, remote: TransportParameters, role: DtlsRole, timeout: float = 30.0) -> None:
        """ICE, then DTLS; raises ``ConnectionError`` when it does not come up within ``timeout`` seconds."""
        if remote.candidate is None:
            raise ConnectionError("the server's description has no UDP candidate")
        self._remote = remote.candidate
        self._attach()
        self.agent = ControllingAgent(self._credentials, (remote.ufrag, remote.pwd))
        self._ice_task = asyncio.create_task(self._run_ice(self.agent))
        try:
            await asyncio.wait_for(self._establish(remote, role), timeout)
        except TimeoutError:
            raise ConnectionError("ICE or DTLS timed out") from None

    def send_rtp(self, packet: bytes) -> bytes | None:
        """Protect and send; gives the protected packet, which may be sent again as it is."""
        protected = self._srtp.protect(packet) if self._srtp else None
        if protected is not None:
            self._send(protected)
        return protected

    def send_protected(self, datagram: bytes) -> None:
        self._send(datagram)

    def send_rtcp(self, packet: bytes) -> None:
        protected = self._srtp.protect_rtcp(packet) if self._srtp else None
        if protected is not None:
            self._send(protected)

    def move(self) -> None:
        """Change our own address, as a phone that goes from Wi-Fi to 4G; the next check nominates the new pair."""
        self._detach()
        self._socket = self._bind()
        self._attach()
        if self.agent:
            self.agent.restart_checks()

    async def close(self, silently: bool = False) -> None:
        """Close with a DTLS alert; ``silently`` leaves the server to find out by itself."""
        if self.closed:
            return
        if self._dtls and not silently:
            await self._dtls.stop()
        self._abandon()

    def _bind(self) -> socket.socket:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 21)
        stamp(sock)
        sock.bind(("", 0))
        return sock

    def _attach(self) -> None:
        assert self._remote is not None
        self._socket.connect(self._remote)
        asyncio.get_running_loop().add_reader(self._socket.fileno(), self._read)

    def _detach(self) -> None:
        if self._socket.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self._socket.fileno())
            self._socket.close()

    def _abandon(self) -> None:
        self.closed, self.connected = True, False
        if self._ice_task:
            self._ice_task.cancel()
        self._pipe.feed(None)
        self._detach()

    async def _run_ice(self, agent: ControllingAgent) -> None:
        while not agent.expired(monotonic()):
            request = agent.poll(monotonic())
            if request is not None:
                self._send(request)
            await asyncio.sleep(max(CHECK_INTERVAL / 2, min(agent.next_check - monotonic(), 0.5)))
        self._fail()

    async def _establish(self, remote: TransportParameters, role: DtlsRole) -> None:
        await self._nominated.wait()
        dtls = RTCDtlsTransport(self._pipe, [self.certificate])  # type: ignore[arg-type]
        dtls._srtp_profiles = [SRTP_AEAD_AES_128_GCM, SRTP_AES128_CM_SHA1_80]
        dtls._set_role(role)
        self._dtls = dtls
        await dtls.start(RTCDtlsParameters([RTCDtlsFingerprint(*remote.fingerprint)]))
        if dtls.state != "connected":
            raise ConnectionError("DTLS handshake failed")
        self._srtp = Srtp(dtls._tx_srtp, dtls._rx_srtp)
        self.connected = True
        dtls.on("statechange", self._on_dtls_state)

    def _on_dtls_state(self) -> None:
        if self._dtls and self._dtls.state in ("closed", "failed") and not self.closed:
            self._fail()

    def _fail(self) -> None:
        if not self.closed:
            self._abandon()
            self.on_failed()

    def _send(self, datagram: bytes) -> None:
        if self.outgoing is None:
            self._write(datagram)
        else:
            self._deliver(self.outgoing, datagram, self._write)

    def _write(self, datagram: bytes) -> None:
        with suppress(
            OSError
        ):  # as on any network: a datagram may be lost (full buffer, server not listening just now)
            self._socket.send(datagram)

    def _read(self) -> None:
        for _ in range(READ_BATCH):
            try:
                datagram, arrival = receive(self._socket)
            except BlockingIOError:
                return
            except OSError:
                continue  # ICMP port unreachable while the server restarts
            if self.incoming is None:
                self._receive(datagram, arrival)
            else:
                self._deliver(self.incoming, datagram, self._receive)
            if self.closed:
                return

    @staticmethod
    def _deliver(network: Network, datagram: bytes, to: Callable[[bytes], Any]) -> None:
        for delay in network.plan(monotonic(), datagram):
            if delay <= 0:
                to(datagram)
            else:
                asyncio.get_running_loop().call_later(delay, to, datagram)

    def _receive(self, datagram: bytes, arrival: float | None = None) -> None:
        """By the first byte (RFC 7983)."""
        arrival = monotonic() if arrival is None else arrival
        if len(datagram) < 4 or self.closed:
            return
        first = datagram[0]
        if 128 <= first < 192:
            self._receive_media(datagram, arrival)
        elif 20 <= first < 64:
            self._pipe.feed(datagram)
        elif first < 4 and self.agent and self._remote:
            self._receive_stun(self.agent, datagram, arrival)

    def _receive_stun(self, agent: ControllingAgent, datagram: bytes, arrival: float) -> None:
        assert self._remote is not None
        answer = agent.receive(datagram, self._remote, arrival)
        if answer is not None:
            self._send(answer)
        if agent.nominated:
            self._nominated.set()

    def _receive_media(self, datagram: bytes, arrival: float) -> None:
        if self._srtp is None:
            return
        if 192 <= datagram[1] <= 223:  # RFC 5761 §4
            packet = self._srtp.unprotect_rtcp(datagram)
            if packet is not None:
                self.on_rtcp(packet, arrival)
        else:
            packet = self._srtp.unprotect(datagram)
            if packet is not None:
                self.on_rtp(packet, arrival)
