"""The WebSocket half of the client protocol: one session that survives its connections."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Callable
from typing import Any

import aiohttp

from tests.client.api import Api, ProblemError

VERSION = "0.1.0"
PING_INTERVAL = 5.0
SILENCE = 15.0
RECONNECT_DELAYS = (0.1, 0.3, 0.5, 1.0)
"""Seconds before each try; the last is repeated."""
REPLY_TIMEOUT = 15.0
UNNUMBERED = ("pong",)

Message = dict[str, Any]


class SessionClosed(Exception):
    """The server said ``bye``; its problem says why."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(problem.get("code"))
        self.problem = problem


class Session:
    """``hearing`` is the latest snapshot. ``on_message`` gets every numbered server message, ``on_open`` each welcome.

    ``gaps`` counts numbers that never came, which the protocol promises not to happen.
    """

    def __init__(self, api: Api, version: str = VERSION) -> None:
        self.api = api
        self.hearing: dict[str, Any] = {}
        self.on_message: Callable[[Message], None] = lambda message: None
        self.on_open: Callable[[bool], None] = lambda resumed: None
        self.session: str | None = None
        self.last = 0
        self.gaps = 0
        self.reconnections = 0
        self.bye: dict[str, Any] | None = None
        self.connected = asyncio.Event()
        self._version = version
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Message]] = {}
        self._changed = asyncio.Condition()
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, timeout: float = 30.0) -> None:
        """Returns after the first welcome."""
        self._tasks = [asyncio.create_task(self._run()), asyncio.create_task(self._renew())]
        waiting = asyncio.create_task(self.connected.wait())
        await asyncio.wait([waiting, self._tasks[0]], timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self.bye:
            raise SessionClosed(self.bye)
        if not self.connected.is_set():
            raise ConnectionError("no welcome")

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._socket:
            await self._socket.close()

    async def drop(self) -> None:
        """Lose the connection, as a network does; the session comes back by itself."""
        if self._socket:
            await self._socket.close()

    async def send(self, kind: str, **fields: Any) -> None:
        if self._socket is None or self._socket.closed:
            raise ConnectionError("not connected")
        await self._socket.send_json({"type": kind, **fields})

    async def request(self, kind: str, **fields: Any) -> Message:
        """Send with an id and wait for the reply; raises ``ProblemError`` where the reply is a problem."""
        number = next(self._ids)
        future = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            await self.send(kind, id=number, **fields)
            reply: Message = await asyncio.wait_for(future, REPLY_TIMEOUT)
        finally:
            self._waiting.pop(number, None)
        if reply["type"] == "problem":
            raise ProblemError(reply["problem"])
        return reply

    async def until(self, holds: Callable[[dict[str, Any]], bool], timeout: float = 30.0) -> dict[str, Any]:
        """Wait until the snapshot is as wished."""
        async with asyncio.timeout(timeout), self._changed:
            await self._changed.wait_for(lambda: (bool(self.hearing) and holds(self.hearing)) or self.bye is not None)
        if self.bye is not None:
            raise SessionClosed(self.bye)
        return self.hearing

    async def until_standing(self, *standings: str, timeout: float = 30.0) -> str:
        await self.until(lambda hearing: hearing["you"]["standing"] in standings, timeout)
        standing: str = self.hearing["you"]["standing"]
        return standing

    async def until_state(self, state: str, timeout: float = 30.0) -> None:
        await self.until(lambda hearing: hearing["state"] == state, timeout)

    async def _run(self) -> None:
        delays = itertools.chain(RECONNECT_DELAYS, itertools.repeat(RECONNECT_DELAYS[-1]))
        while self.bye is None:
            try:
                await self._converse()
                delays = itertools.chain(RECONNECT_DELAYS, itertools.repeat(RECONNECT_DELAYS[-1]))
            except (aiohttp.ClientError, OSError, TimeoutError):
                pass
            self.connected.clear()
            self._fail_requests()
            if self.bye is None:
                self.reconnections += 1
                await asyncio.sleep(next(delays))
        async with self._changed:
            self._changed.notify_all()

    async def _converse(self) -> None:
        socket = self._socket = await self.api.websocket()
        hello: Message = {"type": "hello", "token": self.api.token, "version": self._version}
        if self.session:
            hello |= {"session": self.session, "last": self.last}
        await socket.send_json(hello)
        pinging = asyncio.create_task(self._ping(socket))
        try:
            while self.bye is None:
                received = await socket.receive(timeout=SILENCE)
                if received.type is not aiohttp.WSMsgType.TEXT:
                    return
                await self._take(received.json())
        finally:
            pinging.cancel()
            await socket.close()

    async def _ping(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        with contextlib.suppress(ConnectionError):
            while not socket.closed:
                await asyncio.sleep(PING_INTERVAL)
                await socket.send_json({"type": "ping"})

    async def _renew(self) -> None:
        while self.bye is None:
            await asyncio.sleep(max(1.0, self.api.expires_in / 2))
            with contextlib.suppress(aiohttp.ClientError, OSError, ProblemError):
                await self.send("renew", token=await self.api.renew())

    async def _take(self, message: Message) -> None:
        if message["type"] == "welcome":
            self._welcome(message)
        self._count(message)
        if message["type"] in ("welcome", "hearing") and message.get("hearing"):
            self.hearing = message["hearing"]
        elif message["type"] == "bye":
            self.bye = message.get("problem") or {}
        future = self._waiting.get(message.get("re", 0))
        if future and not future.done():
            future.set_result(message)
        if message["type"] == "welcome":
            self.connected.set()
            self.on_open(bool(message.get("resumed")))
        self.on_message(message)
        async with self._changed:
            self._changed.notify_all()

    def _welcome(self, message: Message) -> None:
        if not message.get("resumed"):
            self.last = message.get("seq", 1) - 1
        self.session = message["session"]

    def _count(self, message: Message) -> None:
        sequence = message.get("seq")
        if sequence is None:
            return
        self.gaps += max(0, sequence - self.last - 1)
        self.last = max(self.last, sequence)

    def _fail_requests(self) -> None:
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(ConnectionError("the connection was lost before the reply"))
