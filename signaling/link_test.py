"""The link test before entry (Rules ¶38): bytes down and up for who has a seat, and what came of it for the court. It
keeps nobody out, and takes no more of the machine than its bounds."""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from aiohttp import web

from hearings.link_test import FASTEST, LinkTried, Path
from hearings.slowdown import network
from hearings.store import Session
from signaling.authority import Authority, place, still_welcome
from signaling.hub import Hub
from signaling.pace import Pace
from signaling.problems import Problem
from signaling.security import bearer, client_address, json_body

MOST: Final = 2 * 1024 * 1024
"""Bytes of one request."""
BUDGET: Final = 12 * 1024 * 1024
"""Bytes of one session in `_WINDOW_S`: three tests each way."""
_WINDOW_S: Final = 60.0
_NETWORK_MOST: Final = 8
_ALL_MOST: Final = 24
_BUSY_S: Final = 5
_LASTS_S: Final = 10.0
_TELLS_S: Final = 5.0
_FIRST: Final = 1024
_CHUNK: Final = os.urandom(32 * 1024)  # nothing on the way can make it smaller


class Turns:
    """One request at a time for each session, few for each network and in all, a budget of bytes, and a result now and
    then."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._sessions: set[str] = set()
        self._networks: Counter[str] = Counter()
        self._spent: dict[str, tuple[float, int]] = {}
        self._told = Pace(1, _TELLS_S)

    @contextlib.contextmanager
    def take(self, session: str, where: str) -> Iterator[None]:
        """Problem ``slow-down``."""
        if session in self._sessions or self._networks[where] >= _NETWORK_MOST or len(self._sessions) >= _ALL_MOST:
            raise Problem("slow-down", seconds=_BUSY_S)
        began, spent = self._window(session)
        if spent >= BUDGET:
            raise Problem("slow-down", seconds=math.ceil(began + _WINDOW_S - self._monotonic()))
        self._sessions.add(session)
        self._networks[where] += 1
        try:
            yield
        finally:
            self._sessions.discard(session)
            self._networks[where] -= 1
            if not self._networks[where]:
                del self._networks[where]

    def spend(self, session: str, count: int) -> None:
        began, spent = self._window(session)
        self._spent[session] = began, spent + count

    def tell(self, session: str) -> None:
        """Problem ``slow-down``: everybody in the hearing gets a snapshot for each result."""
        self._told.take(session, self._monotonic())

    def _window(self, session: str) -> tuple[float, int]:
        now = self._monotonic()
        self._spent = {name: one for name, one in self._spent.items() if now - one[0] < _WINDOW_S}
        return self._spent.get(session, (now, 0))


class LinkTest:
    def __init__(self, hub: Hub, authority: Authority, proxies: frozenset[str], turns: Turns | None = None) -> None:
        self._hub = hub
        self._authority = authority
        self._proxies = proxies
        self._turns = turns or Turns()

    def routes(self, api: str) -> list[web.RouteDef]:
        path = f"{api}/link-test"
        return [web.get(path, self.down, allow_head=False), web.post(path, self.up), web.put(path, self.result)]

    async def down(self, request: web.Request) -> web.StreamResponse:
        """As many bytes as were asked for."""
        session = await self._device(request)
        left = _count(request.query.get("bytes", ""))
        with self._turns.take(session.id, self._network(request)):
            self._turns.spend(session.id, left)
            headers = {"Content-Type": "application/octet-stream", "Cache-Control": "no-store"}
            response = web.StreamResponse(headers=headers | {"Content-Length": str(left)})
            await response.prepare(request)
            try:
                async with asyncio.timeout(_LASTS_S):
                    await _pour(response, left)
            except (TimeoutError, ConnectionError):  # the answer has begun: nothing else can be said in it
                if request.transport:
                    request.transport.abort()
        return response

    async def up(self, request: web.Request) -> web.Response:
        """How many bytes came; nothing of them is kept."""
        session, count = await self._device(request), 0
        with self._turns.take(session.id, self._network(request)):
            try:
                async with asyncio.timeout(_LASTS_S):
                    async for chunk in request.content.iter_any():
                        count += len(chunk)
                        self._turns.spend(session.id, len(chunk))
                        if count > MOST:
                            raise Problem("too-large")
            except TimeoutError:
                raise Problem("slow-down", seconds=5) from None
            except ConnectionError:  # the device has seen enough
                raise Problem("bad-request", field="") from None
        return web.json_response({"bytes": count})

    async def result(self, request: web.Request) -> web.Response:
        """What the device makes of it, told to the court, judged by what the court asks for."""
        session, body = await self._device(request), await json_body(request)
        down, up = (_rate(body.get(name), name) for name in ("down_bps", "up_bps"))
        mobile = body.get("mobile_4g")
        if mobile is not None and type(mobile) is not bool:
            raise Problem("bad-request", field="mobile_4g")
        down_path, up_path = (_path(body.get(name, "http"), name) for name in ("down_path", "up_path"))
        self._turns.tell(session.id)
        hearing, _, attendance = place(session)
        room = await self._hub.room(hearing)
        return web.json_response(self._hub.tried(room, attendance, LinkTried(down, up, mobile, down_path, up_path)))

    async def _device(self, request: web.Request) -> Session:
        session = await self._authority.device(bearer(request))
        still_welcome(await self._hub.changes.current(place(session)[0]), session)
        if self._hub.load and self._hub.load["overloaded"]:  # those inside come first
            raise Problem("overloaded")
        return session

    def _network(self, request: web.Request) -> str:
        return network(client_address(request, self._proxies))


async def _pour(response: web.StreamResponse, count: int) -> None:
    """In pieces that are small at first: a record of TLS comes whole or not at all (RFC 8446 §5.1), and a slow link
    should have something to count in two seconds."""
    sent = 0
    while sent < count:
        piece = min(max(sent, _FIRST), len(_CHUNK), count - sent)
        await response.write(_CHUNK[:piece])
        sent += piece
    await response.write_eof()


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9 or not 0 < int(text) <= MOST:
        raise Problem("bad-request", field="bytes")
    return int(text)


def _path(value: object, name: str) -> Path:
    if value == "media" or value == "http":
        return value
    raise Problem("bad-request", field=name)


def _rate(value: object, name: str) -> int:
    if type(value) is not int or not 0 <= value <= FASTEST:
        raise Problem("bad-request", field=name)
    return value
