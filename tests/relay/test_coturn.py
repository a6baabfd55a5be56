"""A real coturn with the settings of `deploy/coturn.conf` takes our credentials, and is no open relay."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time

import pytest
import pytest_asyncio
from aioice.stun import TransactionFailed
from aioice.turn import create_turn_endpoint

from signaling.relays import Relays
from tests.relay.coturn import SECRET, coturn, turnserver

pytestmark = [
    pytest.mark.skipif(turnserver() is None, reason="no coturn on this machine"),
    pytest.mark.asyncio(loop_scope="module"),
]

MEDIA = "127.0.0.2"
RELAYS = Relays((), SECRET, 60)


class Inbox(asyncio.DatagramProtocol):
    def __init__(self):
        self.datagrams = asyncio.Queue()

    def datagram_received(self, data, addr):
        self.datagrams.put_nowait(data)


class Echo(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        self.transport.sendto(data, addr)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def relay(tmp_path_factory):
    """Loopback, which the shipped settings leave out, is allowed as the media server is there."""
    async with coturn(tmp_path_factory.mktemp("coturn"), "127.0.0.1", MEDIA, "allow-loopback-peers") as relay:
        yield relay


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def media():
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Echo, local_addr=(MEDIA, 0))
    yield transport.get_extra_info("sockname")
    transport.close()


@contextlib.asynccontextmanager
async def allocated(relay, way="udp", relays=RELAYS, seat="party-1", now=None, lifetime=600, **changed):
    server = relays.servers("hearing", seat, time.time() if now is None else now)[0] | changed
    tls = ssl.create_default_context(cafile=relay.log.with_name("turn-cert.pem")) if way == "tls" else False
    address = (relay.address, relay.tls_port if tls else relay.port)
    transport, inbox = await create_turn_endpoint(
        Inbox,
        address,
        server["username"],
        server["credential"],
        lifetime=lifetime,
        ssl=tls,
        transport="udp" if way == "udp" else "tcp",
    )
    try:
        yield transport, inbox
    finally:
        transport.close()


def code(failed):
    return failed.value.response.attributes["ERROR-CODE"][0]


@pytest.mark.parametrize("way", ["udp", "tcp", "tls"])
async def test_with_a_seats_credentials_the_media_server_is_reached(relay, media, way):
    async with allocated(relay, way) as (transport, inbox), asyncio.timeout(10):
        transport.sendto(b"from afar", media)
        assert await inbox.datagrams.get() == b"from afar"


async def test_credentials_that_have_ended_are_refused(relay):
    with pytest.raises(TransactionFailed) as failed:
        async with allocated(relay, "tcp", now=time.time() - 61):
            pass
    assert code(failed) == 401


async def test_whoever_puts_off_the_end_or_does_not_know_the_secret_is_refused(relay):
    for other in ({"username": f"{int(time.time()) + 9999}:seat"}, {"credential": "guess"}):
        with pytest.raises(TransactionFailed) as failed:
            async with allocated(relay, "tcp", **other):
                pass
        assert code(failed) == 401


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.0.0.3", "10.0.0.1", "169.254.169.254", "198.51.100.1"])
async def test_nothing_but_the_media_server_is_reached(relay, peer):
    async with allocated(relay, "tcp") as (transport, _):
        with pytest.raises(TransactionFailed) as failed:
            await transport._TurnTransport__inner_protocol.channel_bind(0x4000, (peer, 53))
        assert code(failed) == 403


async def test_a_seat_takes_no_more_than_its_share_and_leaves_the_others_theirs(relay):
    now = time.time()
    async with contextlib.AsyncExitStack() as stack:
        for later in range(64):  # credentials that are renewed are the same seat's
            await stack.enter_async_context(allocated(relay, "tcp", seat="greedy", now=now + later))
        with pytest.raises(TransactionFailed) as failed:
            await stack.enter_async_context(allocated(relay, "tcp", seat="greedy", now=now))
        assert code(failed) == 486
        await stack.enter_async_context(allocated(relay, "tcp", seat="another"))


async def test_its_log_holds_neither_secret_nor_credential(relay, media):
    server = RELAYS.servers("hearing", "party-1", time.time())[0]
    async with allocated(relay, "tls", **server):
        pass
    text = relay.log.read_text()
    assert text
    assert [one for one in (SECRET, server["credential"], "party-1") if one in text] == []


@pytest.mark.soak
async def test_what_stands_outlives_its_credentials(relay, media):
    short = Relays((), SECRET, 2)
    async with allocated(relay, relays=short, lifetime=10) as (transport, inbox), asyncio.timeout(60):
        await asyncio.sleep(25)  # refreshed twice meanwhile
        transport.sendto(b"still there", media)
        assert await inbox.datagrams.get() == b"still there"
