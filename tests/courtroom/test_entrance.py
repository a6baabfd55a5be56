"""Connections that never ask for anything leave room for those who do."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from courtroom import tls
from courtroom.entrance import Entrance, Handler, recognise
from signaling.doorstep import Doorstep

MOST = 3
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
ASK = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


async def hello(request: web.Request) -> web.Response:
    return web.Response(text="hello")


@asynccontextmanager
async def opened(
    secure: ssl.SSLContext | None = None,
    within: float = 60,
    proxies: frozenset[str] = frozenset(),
    asked: list[web.Request] | None = None,
) -> AsyncIterator[Callable[[], Awaitable[Connection]]]:
    """A server with room for three silent connections of one network; what it yields opens a raw connection. ``asked``
    gets every request that the application sees."""

    @web.middleware
    async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
        if asked is not None:
            asked.append(request)
        return await handler(request)

    application = web.Application(middlewares=[recognise, note])
    application.router.add_get("/", hello)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    assert runner.server is not None
    entrance = Entrance(runner.server, proxies, Doorstep(network_most=MOST), within)
    (port,) = await entrance.open("127.0.0.1", 0, secure)
    yield lambda: asyncio.open_connection("127.0.0.1", port)
    await entrance.close()
    await runner.cleanup()


async def ended(reader: asyncio.StreamReader) -> bool:
    try:
        return await asyncio.wait_for(reader.read(1), 10) == b""
    except ConnectionError:
        return True


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    writer.write(ASK)
    return await asyncio.wait_for(reader.readuntil(b"hello"), 10)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tls.Certificate:
    return tls.own_certificate(Path(tmp_path_factory.mktemp("tls")), ("localhost",), dt.datetime.now(dt.UTC))


@pytest.fixture(scope="module")
def authority(certificate: tls.Certificate) -> Path:
    return certificate.authority


@pytest.fixture(scope="module")
def secure(certificate: tls.Certificate) -> ssl.SSLContext:
    return tls.context(certificate.chain, certificate.key)


async def test_of_many_silent_connections_of_one_network_the_oldest_are_closed() -> None:
    async with opened() as connect:
        silent = [await connect() for _ in range(MOST + 2)]
        assert [await ended(reader) for reader, _ in silent[:2]] == [True, True]
        assert b"200 OK" in await answer(*await connect())


async def test_those_who_never_begin_tls_are_closed_too(secure: ssl.SSLContext) -> None:
    async with opened(secure) as connect:
        silent = [await connect() for _ in range(MOST + 1)]
        assert await ended(silent[0][0])


async def test_half_a_request_is_none() -> None:
    async with opened() as connect:
        first, writer = await connect()
        writer.write(ASK[:-2])
        silent = [await connect() for _ in range(MOST)]
        assert await ended(first)
        assert len(silent) == MOST


async def test_who_has_asked_stays_whoever_crowds_the_door() -> None:
    async with opened() as connect:
        inside = await connect()
        await answer(*inside)
        silent = [await connect() for _ in range(MOST + 2)]
        assert await ended(silent[1][0])
        assert b"200 OK" in await answer(*inside)


async def test_a_silent_connection_is_closed_after_a_while() -> None:
    async with opened(within=0.05) as connect:
        reader, _ = await connect()
        assert await ended(reader)


async def test_a_proxy_may_have_many() -> None:
    async with opened(proxies=frozenset({"127.0.0.1"})) as connect:
        connections = [await connect() for _ in range(MOST + 2)]
        assert b"200 OK" in await answer(*connections[0])


async def test_over_tls_the_pages_are_served(secure: ssl.SSLContext) -> None:
    client = ssl.create_default_context()
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    async with opened(secure) as connect:
        reader, writer = await connect()
        await writer.start_tls(client, server_hostname="localhost")
        assert b"200 OK" in await answer(reader, writer)


async def test_a_port_that_is_taken_is_an_error() -> None:
    async with opened() as connect:
        _, writer = await connect()
        taken = writer.get_extra_info("peername")[1]
        with pytest.raises(OSError, match="in use"):
            await Entrance(web.Server(hello)).open("127.0.0.1", taken)  # type: ignore[arg-type]


async def port_of(connect: Callable[[], Awaitable[Connection]]) -> int:
    _, writer = await connect()
    port: int = writer.get_extra_info("peername")[1]
    return port


async def plainly(connect: Callable[[], Awaitable[Connection]], what: bytes) -> bytes:
    """All that comes back until the other side closes."""
    reader, writer = await connect()
    writer.write(what)
    return await asyncio.wait_for(reader.read(), 10)


async def test_who_types_http_comes_to_the_same_page_over_tls(authority: Path, secure: ssl.SSLContext) -> None:
    trust = ssl.create_default_context(cafile=authority)
    async with opened(secure) as connect, aiohttp.ClientSession() as browser:
        address = f"http://localhost:{await port_of(connect)}/?hearing=1&seat=party-1"
        async with browser.get(address, ssl=trust) as page:
            assert (page.status, await page.text()) == (200, "hello")
            assert str(page.url) == address.replace("http:", "https:")


async def test_plain_http_never_reaches_the_application(secure: ssl.SSLContext) -> None:
    asked: list[web.Request] = []
    async with opened(secure, asked=asked) as connect:
        for request in (ASK, b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"):
            assert b"https://" in await plainly(connect, request)
        assert asked == []


@pytest.mark.parametrize("what", [b"\x00\x01\x02\x03", b"hello\r\n\r\n", b"SSH-2.0-x\r\n\r\n", b"GET /" + b"x" * 9000])
async def test_what_is_neither_tls_nor_http_gets_no_answer(secure: ssl.SSLContext, what: bytes) -> None:
    async with opened(secure) as connect:
        reader, writer = await connect()
        writer.write(what)
        assert await ended(reader)


async def test_garbage_keeps_nobody_from_tls(secure: ssl.SSLContext) -> None:
    client = ssl.create_default_context()
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    async with opened(secure) as connect:
        slow = await connect()
        slow[1].write(ASK[:-2])
        reader, writer = await connect()
        await writer.start_tls(client, server_hostname="localhost")
        assert b"200 OK" in await answer(reader, writer)


async def test_half_a_plain_request_to_the_port_for_tls_is_closed_after_a_while(secure: ssl.SSLContext) -> None:
    async with opened(secure, within=0.05) as connect:
        assert await plainly(connect, ASK[:-2]) == b""


async def test_half_plain_requests_make_room_as_silent_connections_do(secure: ssl.SSLContext) -> None:
    async with opened(secure) as connect:
        first, writer = await connect()
        writer.write(ASK[:-2])
        silent = [await connect() for _ in range(MOST)]
        assert await ended(first)
        assert len(silent) == MOST
