"""The contract with aiortc, aioice and pylibsrtp: what ``gateway.seam`` takes from inside them is still there."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from aioice import stun

from gateway.seam import BindingRequest, Buffer, Certificate, DtlsFailed, DtlsSession, SrtpPair


async def pair(fingerprint: str | None = None) -> tuple[SrtpPair, SrtpPair]:
    """Two ends that hand each other their datagrams."""
    certificates = Certificate(), Certificate()
    ends: list[DtlsSession] = []
    ends.append(DtlsSession(certificates[0], lambda data: ends[1].datagram(data), server=True))
    ends.append(DtlsSession(certificates[1], lambda data: ends[0].datagram(data), server=False))
    server, client = await asyncio.gather(
        ends[0].handshake("sha-256", fingerprint or certificates[1].fingerprint, 5),
        ends[1].handshake("sha-256", certificates[0].fingerprint, 5),
    )
    return server, client


def fill(buffer: Buffer, packet: bytes) -> int:
    buffer.view[: len(packet)] = packet
    return len(packet)


RTP = bytes.fromhex("806f00010000000100000001") + b"a voice"


async def test_what_one_end_seals_the_other_opens_once() -> None:
    server, client = await pair()
    buffer = Buffer()
    sealed = client.protect(buffer, fill(buffer, RTP))
    wire = bytes(buffer.view[:sealed])
    assert RTP[12:] not in wire
    length = server.unprotect(buffer, sealed)
    assert bytes(buffer.view[:length]) == RTP
    assert server.unprotect(buffer, fill(buffer, wire)) == 0


async def test_no_number_is_sealed_twice() -> None:
    """RFC 7714 §8.1."""
    server, _ = await pair()
    buffer = Buffer()
    assert server.protect(buffer, fill(buffer, RTP)) > 0
    assert server.protect(buffer, fill(buffer, RTP[:12] + b"others")) == 0


async def test_aead_is_chosen() -> None:
    """AES-GCM's tag is 16 octets (RFC 7714 §5.2), AES-CM's 10."""
    server, _ = await pair()
    buffer = Buffer()
    assert server.protect(buffer, fill(buffer, RTP)) == len(RTP) + 16


async def test_rtcp_goes_the_same_way() -> None:
    server, client = await pair()
    report = bytes.fromhex("80c9000100000001")
    buffer = Buffer()
    sealed = client.protect_rtcp(report)
    length = server.unprotect_rtcp(buffer, fill(buffer, sealed))
    assert bytes(buffer.view[:length]) == report


async def test_a_certificate_other_than_the_named_one_is_refused() -> None:
    with pytest.raises(DtlsFailed):
        await pair(":".join(["00"] * 32))


async def test_a_silent_peer_is_given_up() -> None:
    session = DtlsSession(Certificate(), lambda data: None)
    with pytest.raises(DtlsFailed, match="timeout"):
        await session.handshake("sha-256", Certificate().fingerprint, 0.05)


def request(username: str = "local:remote", key: bytes = b"password", **attributes: object) -> bytes:
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, attributes={"USERNAME": username, **attributes})
    message.add_message_integrity(key)
    return bytes(message)


def test_a_binding_request_tells_what_it_nominates_and_is_answered() -> None:
    asked = BindingRequest(request(**{"USE-CANDIDATE": None}))
    assert asked.nominates
    assert asked.authentic("password")
    assert not asked.authentic("guess")
    answer = stun.parse_message(asked.response(("192.0.2.7", 5000), "password"))
    assert answer.attributes["XOR-MAPPED-ADDRESS"] == ("192.0.2.7", 5000)
    assert answer.check_message_integrity(b"password")


def test_a_changed_binding_request_is_not_authentic() -> None:
    data = bytearray(request())
    data[30] ^= 1
    authentic = False
    with contextlib.suppress(ValueError):  # the fingerprint may tell it already
        authentic = BindingRequest(bytes(data)).authentic("password")
    assert not authentic


def test_certificates_have_a_sha_256_fingerprint() -> None:
    assert len(Certificate().fingerprint.split(":")) == 32
