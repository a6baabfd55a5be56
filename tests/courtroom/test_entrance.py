"""Connections that never ask for anything leave room for those who do."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from courtroom import tls
from courtroom.entrance import Entrance, recognise
from signaling.doorstep import Doorstep

MOST = 3
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
ASK = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


async def hello(request: web.Request) -> web.Response:
    return web.Response(text="hello")


@asynccontextmanager
async def opened(
    secure: ssl.SSLContext | None = None, within: float = 60, proxies: frozenset[str] = frozenset()
) -> AsyncIterator[Callable[[], Awaitable[Connection]]]:
    """A server with room for three silent connections of one network; what it yields opens a raw connection."""
    application = web.Application(middlewares=[recognise])
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
def secure(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    made = tls.own_certificate(Path(tmp_path_factory.mktemp("tls")), ("localhost",), dt.datetime.now(dt.UTC))
    return tls.context(made.chain, made.key)


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
