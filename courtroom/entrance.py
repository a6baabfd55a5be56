"""Connections to the pages, from the first packet to the first request: bounded per network and in all.

aiohttp bounds nothing before a request, and asyncio waits a minute for a TLS handshake, so that whoever opens silent
connections would take all of the system's open files. What is asked after that is bounded by who asks it. Plain HTTP
to a port for TLS is sent to https and goes no further.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

import structlog
from aiohttp import web

from courtroom import plain_http
from hearings.slowdown import network
from signaling.doorstep import Doorstep

log = structlog.get_logger()

REQUEST_WITHIN_S = 20.0
"""From the first packet on. A browser that opened one ahead of its need opens another."""
IDLE_S = 75.0
"""After a request; longer than proxies commonly keep theirs."""
_BACKLOG = 1024
_NO_FILES_S = 0.5

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Visitor(web.RequestHandler):
    """A connection that tells of its first request, or its end."""

    def __init__(self, server: web.Server, loop: asyncio.AbstractEventLoop) -> None:
        # No access log: it would hold addresses.
        super().__init__(server, loop=loop, keepalive_timeout=IDLE_S, access_log=None)  # type: ignore[arg-type]
        self.known = asyncio.Event()

    def connection_lost(self, exc: BaseException | None) -> None:
        self.known.set()
        super().connection_lost(exc)


@web.middleware
async def recognise(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The outermost middleware: whoever asks for something is at the doorstep no more."""
    if isinstance(request.protocol, Visitor):
        request.protocol.known.set()
    return await handler(request)


class Entrance:
    """Accepts for ``server``. Who asks for nothing leaves when the doorstep is crowded, or after ``within`` seconds; a
    proxy's own connections are not one network's."""

    def __init__(
        self,
        server: web.Server,
        proxies: frozenset[str] = frozenset(),
        doorstep: Doorstep | None = None,
        within: float = REQUEST_WITHIN_S,
    ) -> None:
        self._server = server
        self._proxies = proxies
        self._doorstep = Doorstep() if doorstep is None else doorstep
        self._within = within
        self._tasks: set[asyncio.Task[None]] = set()
        self._listeners: list[socket.socket] = []

    async def open(self, host: str, port: int, secure: ssl.SSLContext | None = None) -> list[int]:
        """Listen at each of the host's addresses; the ports. Raises OSError where one is taken."""
        found = await asyncio.get_running_loop().getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        ports = []
        for family, _, _, _, address in dict.fromkeys(found):
            listener = _listener(family, address)
            self._listeners.append(listener)
            self._start(self._accept(listener, secure))
            ports.append(listener.getsockname()[1])
        return ports

    async def close(self) -> None:
        """Nobody comes in any more; who is inside stays."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for listener in self._listeners:
            listener.close()

    def _start(self, what: Awaitable[None]) -> None:
        task = asyncio.ensure_future(what)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, listener: socket.socket, secure: ssl.SSLContext | None) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                accepted, address = await loop.sock_accept(listener)
            except OSError as error:  # no more open files, or who came has gone
                log.warning("accept_failed", error=error.errno)
                await asyncio.sleep(_NO_FILES_S)
                continue
            self._start(self._receive(accepted, address[0], secure))

    async def _receive(self, accepted: socket.socket, address: str, secure: ssl.SSLContext | None) -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        where = f"{address} {id(accepted)}" if address in self._proxies else network(address)
        visitor = Visitor(self._server, loop)
        try:
            with self._doorstep.stand(where, partial(_cancel, task)):
                async with asyncio.timeout(self._within):
                    if secure is not None and await plain_http.answered(accepted):
                        return
                    await loop.connect_accepted_socket(lambda: visitor, accepted, ssl=secure)
                    await visitor.known.wait()
        except (OSError, TimeoutError, asyncio.CancelledError):  # also no TLS; only we cancel, and then it has to go
            if visitor.transport is not None:
                visitor.transport.abort()


def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()


def _listener(family: int, address: tuple[object, ...]) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setblocking(False)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            with suppress(OSError):
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener
