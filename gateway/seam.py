"""The one place that touches aiortc, aioice and pylibsrtp, pinned exactly and held by ``tests/gateway/test_seam.py``.

aiortc's ``RTCDtlsTransport`` does the DTLS handshake and the key export (RFC 5764); its media half, its ICE agent and
its receive loop for SRTP are not used: ``gateway.endpoint`` hands SRTP straight to ``SrtpPair``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final, cast

from aioice import stun
from aiortc import rtcdtlstransport
from aiortc.rtcdtlstransport import (
    SRTP_AEAD_AES_128_GCM,
    SRTP_AES128_CM_SHA1_80,
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
)
from pylibsrtp import Policy, Session
from pylibsrtp._binding import ffi, lib

Address = tuple[str, int]

MTU: Final = 1500
"""Longest datagram that we take or send, in bytes; anything longer is foreign."""

# AEAD first: it costs two thirds of AES-CM with SHA-1 here, and as DTLS server the choice is ours (RFC 5764 §4.1.1).
_PROFILES = [p for p in (SRTP_AEAD_AES_128_GCM, SRTP_AES128_CM_SHA1_80) if p in rtcdtlstransport.SRTP_PROFILES]

_DTLS_WAITING = 64
_EXPORTED = b"EXTRACTOR-dtls_srtp"
"""RFC 5764 §4.2."""
_WINDOW = 1024
"""Packets by which one may go out late."""


class DtlsFailed(Exception):
    """The handshake failed, timed out, or the peer's certificate is not the one its session description named."""


class Certificate:
    """The DTLS certificate of this process, made anew at each start."""

    def __init__(self) -> None:
        self._certificate = RTCCertificate.generateCertificate()

    @property
    def fingerprint(self) -> str:
        """SHA-256 in the form of RFC 8122, for ``a=fingerprint:sha-256``; SHA-384 and -512 confuse older peers."""
        return next(f.value for f in self._certificate.getFingerprints() if f.algorithm == "sha-256")


class _Datagrams:
    """What ``RTCDtlsTransport`` wants of an ICE transport: a bounded queue of DTLS datagrams in, a function out."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self.role = "controlled"
        self._waiting: asyncio.Queue[bytes | None] = asyncio.Queue(_DTLS_WAITING)
        self._out = send
        self._closed = False

    def put(self, data: bytes | None) -> None:
        if data is None:
            self._closed = True
        if not self._waiting.full():
            self._waiting.put_nowait(data)

    async def _recv(self) -> bytes:
        if self._closed and self._waiting.empty():
            raise ConnectionError("closed")
        data = await self._waiting.get()
        if data is None:
            raise ConnectionError("closed")
        return data

    async def _send(self, data: bytes) -> None:
        self._out(data)


class _Dtls(RTCDtlsTransport):
    def __init__(self, datagrams: _Datagrams, certificate: RTCCertificate, role: str) -> None:
        super().__init__(cast(Any, datagrams), [certificate])
        self._srtp_profiles = _PROFILES
        self._set_role(role)

    def _setup_srtp(self) -> None:
        """As aiortc's, but for a sender that refuses to seal a number twice (RFC 7714 §8.1)."""
        super()._setup_srtp()
        if cast(Any, self)._tx_srtp is None:
            return
        ssl = cast(Any, self._ssl)
        name = ssl.get_selected_srtp_profile()
        profile = next(one for one in _PROFILES if one.openssl_profile == name)
        keys = ssl.export_keying_material(_EXPORTED, 2 * (profile.key_length + profile.salt_length))
        policy = Policy(
            key=profile.get_key_and_salt(keys, 1 if self._role == "server" else 0),
            ssrc_type=Policy.SSRC_ANY_OUTBOUND, srtp_profile=profile.libsrtp_profile,
        )  # fmt: skip
        policy.window_size = _WINDOW
        self._tx_srtp = Session(policy)


class DtlsSession:
    """One DTLS association, as server unless told otherwise; gives a ``SrtpPair`` when the handshake is over."""

    def __init__(self, certificate: Certificate, send: Callable[[bytes], None], server: bool = True) -> None:
        self._datagrams = _Datagrams(send)
        self._dtls = _Dtls(self._datagrams, certificate._certificate, "server" if server else "client")

    def datagram(self, data: bytes) -> None:
        """A DTLS datagram came; one too many in a burst is dropped, as the network would."""
        self._datagrams.put(data)

    async def handshake(self, algorithm: str, fingerprint: str, patience: float) -> SrtpPair:
        """Wait for the peer's certificate to be the one named; ``DtlsFailed`` otherwise. ``patience`` in seconds."""
        parameters = RTCDtlsParameters([RTCDtlsFingerprint(algorithm, fingerprint)])
        try:
            await asyncio.wait_for(self._dtls.start(parameters), patience)
        except (TimeoutError, ConnectionError) as error:
            raise DtlsFailed("timeout" if isinstance(error, TimeoutError) else "closed") from None
        if self._dtls.state != "connected":
            raise DtlsFailed(self._dtls.state)
        return SrtpPair(self._dtls)

    async def closed(self) -> None:
        """Return when the peer has shut the association down (``close_notify``) or ``stop`` was called."""
        task = self._dtls._task
        if task is not None:
            await asyncio.wait([task])

    async def stop(self) -> None:
        self._datagrams.put(None)
        await self._dtls.stop()


_protect: Final = lib.srtp_protect
_unprotect: Final = lib.srtp_unprotect


class SrtpPair:
    """The two SRTP contexts of a connection, worked in place on buffers that live as long as the process."""

    __slots__ = ("_length", "_rx", "_tx", "_rx_session", "_tx_session")

    def __init__(self, dtls: RTCDtlsTransport) -> None:
        self._rx_session = dtls._rx_srtp
        self._tx_session = dtls._tx_srtp
        self._rx = self._rx_session._srtp[0]
        self._tx = self._tx_session._srtp[0]
        self._length = ffi.new("int *")

    def unprotect(self, buffer: Buffer, length: int) -> int:
        """Open the SRTP packet in ``buffer``; its new length, or 0 if it is forged, damaged or seen before."""
        count = self._length
        count[0] = length
        return count[0] if _unprotect(self._rx, buffer.data, count) == 0 else 0

    def unprotect_rtcp(self, buffer: Buffer, length: int) -> int:
        """As ``unprotect``, for SRTCP."""
        count = self._length
        count[0] = length
        return count[0] if lib.srtp_unprotect_rtcp(self._rx, buffer.data, count) == 0 else 0

    def protect(self, buffer: Buffer, length: int) -> int:
        """Seal the RTP packet in ``buffer``; its new length, or 0 if it cannot be."""
        count = self._length
        count[0] = length
        return count[0] if _protect(self._tx, buffer.data, count) == 0 else 0

    def protect_rtcp(self, packet: bytes) -> bytes:
        """Seal a compound RTCP packet; empty if it cannot be."""
        if len(packet) > MTU:
            return b""
        buffer = _RTCP
        buffer.view[: len(packet)] = packet
        count = self._length
        count[0] = len(packet)
        if lib.srtp_protect_rtcp(self._tx, buffer.data, count) != 0:
            return b""
        return bytes(buffer.view[: count[0]])


class Buffer:
    """A packet buffer that libsrtp and ``memoryview`` share, with room for SRTP's trailer."""

    __slots__ = ("data", "view")

    def __init__(self) -> None:
        self.data = ffi.new("unsigned char[]", MTU + 256)
        self.view = memoryview(ffi.buffer(self.data))


_RTCP = Buffer()


class BindingRequest:
    """A STUN binding request (RFC 8489) whose MESSAGE-INTEGRITY is still to be checked."""

    def __init__(self, data: bytes) -> None:
        """``ValueError`` if ``data`` is not a well-formed binding request with credentials.

        Makes an object of every attribute: only for what ``gateway.stun`` has found to be for one of ours.
        """
        try:
            message = stun.parse_message(data)
        except ValueError:
            raise
        except Exception as error:  # aioice lets UnicodeDecodeError, struct.error and KeyError through
            raise ValueError("malformed STUN message") from error
        if message.message_method != stun.Method.BINDING or message.message_class != stun.Class.REQUEST:
            raise ValueError("not a binding request")
        if "USERNAME" not in message.attributes or "MESSAGE-INTEGRITY" not in message.attributes:
            raise ValueError("no credentials")
        self._message = message
        self.nominates = "USE-CANDIDATE" in message.attributes

    def authentic(self, password: str) -> bool:
        return self._message.check_message_integrity(password.encode())

    def response(self, address: Address, password: str) -> bytes:
        """The success response that tells the peer its address (RFC 8445 §7.3)."""
        answer = stun.Message(
            message_method=stun.Method.BINDING,
            message_class=stun.Class.RESPONSE,
            transaction_id=self._message.transaction_id,
            attributes={"XOR-MAPPED-ADDRESS": address},
        )
        answer.add_message_integrity(password.encode())
        return bytes(answer)
