"""``/api/v1/ws``: sockets in and out. What messages mean is in ``requests``, what is kept in ``conversation``."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

import structlog
from aiohttp import WSMessage, WSMsgType, web

from hearings.slowdown import network
from signaling.announcements import catch_up
from signaling.authority import Authority, place, still_welcome
from signaling.conversation import Conversation
from signaling.doorstep import Doorstep
from signaling.hub import Hub
from signaling.pipe import Allowance, SocketPipe
from signaling.problems import Problem, unexpected
from signaling.relays import Relays
from signaling.requests import Requests
from signaling.room import Room
from signaling.security import client_address
from signaling.session import encode
from signaling.version import Version

log = structlog.get_logger(__name__)

MESSAGE_MOST = 128 * 1024
SILENCE_S = 15.0
HELLO_WITHIN_S = 10.0
_AT_ONCE = 8
"""Requests of one client that may be under way."""
_ID_MOST = 64
_PASSING = frozenset({"server-error", "slow-down"})


class WebSocketApi:
    def __init__(
        self,
        hub: Hub,
        authority: Authority,
        version: Version,
        proxies: frozenset[str] = frozenset(),
        relays: Relays | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._hub = hub
        self._authority = authority
        self._version = version
        self._proxies = proxies
        self._relays = relays
        self._doorstep = Doorstep()
        self._monotonic = monotonic

    async def get(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=MESSAGE_MOST, timeout=2.0)
        hang_up = partial(_hang_up, request)
        where = network(client_address(request, self._proxies))
        with contextlib.ExitStack() as doorstep:
            doorstep.enter_context(self._doorstep.stand(where, hang_up))
            await socket.prepare(request)
            async with SocketPipe(socket, hang_up) as pipe:
                requests = await self._received(socket, pipe, where)
                if requests:
                    doorstep.close()
                    await self._converse(socket, pipe, requests)
        return socket

    async def _received(self, socket: web.WebSocketResponse, pipe: SocketPipe, where: str) -> Requests | None:
        """The conversation that a good hello opens, or None after the last word to any other."""
        try:
            async with asyncio.timeout(HELLO_WITHIN_S):
                return await self._hello(_object(await socket.receive()), pipe, where)
        except (Problem, TimeoutError) as error:
            self._reject(pipe, error if isinstance(error, Problem) else Problem("token-missing"))
        except Exception as error:
            self._reject(pipe, unexpected(error, "hello_failed"))
        return None

    def _reject(self, pipe: SocketPipe, problem: Problem) -> None:
        kind = "problem" if problem.code in _PASSING else "bye"
        pipe.put(encode({"type": kind, "problem": problem.body()}))

    async def _hello(self, hello: dict[str, Any], pipe: SocketPipe, where: str) -> Requests:
        if hello.get("type") != "hello" or not isinstance(hello.get("token"), str):
            raise Problem("token-missing")
        self._version.require(hello.get("version"))
        session = await self._authority.device(hello["token"])
        hearing, seat, attendance = place(session)
        still_welcome(await self._hub.changes.current(hearing), session)
        room = await self._hub.room(hearing)
        conversation = self._resumed(room, attendance, hello, pipe)
        if conversation is None:
            conversation = Conversation(hearing, seat, attendance, session.id, str(hello["version"]), where)
            self._hub.join(room, conversation)
            snapshot = room.snapshot(seat, attendance, self._hub.utc())
            conversation.open(pipe, None, **self._head(), hearing=snapshot)
            if room.is_inside(conversation):
                catch_up(room, conversation)
        conversation.network = where  # also of one that comes back
        self._hub.present(room, attendance)
        log.info("websocket_open", hearing=hearing, seat=seat, attendance=attendance)
        expires = self._authority.expiry(hello["token"])
        return Requests(self._hub, self._authority, room, conversation, expires, self._relays)

    def _resumed(self, room: Room, attendance: str, hello: dict[str, Any], pipe: SocketPipe) -> Conversation | None:
        conversation = room.conversations.get(attendance)
        last = hello.get("last")
        if conversation is None or conversation.id != hello.get("session") or type(last) is not int:
            return None
        return conversation if conversation.open(pipe, last, **self._head()) else None

    def _head(self) -> dict[str, Any]:
        media = self._hub.link.boot if self._hub.link.up else None
        return {"server": self._version.server, "media": media, "relays": self._relays is not None}

    async def _converse(self, socket: web.WebSocketResponse, pipe: SocketPipe, requests: Requests) -> None:
        conversation, room = requests.conversation, requests.room
        tasks: set[asyncio.Task[None]] = set()
        allowance = Allowance(self._monotonic())
        try:
            async for message in _messages(socket, conversation):
                if requests.expires <= self._hub.utc():
                    conversation.bye(Problem("token-expired"))
                    break
                if not allowance.take(self._monotonic()) or len(tasks) >= _AT_ONCE:
                    _tell(conversation, message, Problem("slow-down", seconds=1))
                elif message.get("type") == "ping":
                    conversation.pong()
                else:
                    task = self._hub.spawn(_answer(conversation, requests, message))
                    tasks.add(task)
                    task.add_done_callback(tasks.discard)
        finally:
            conversation.detach(pipe)
            self._hub.present(room, conversation.attendance)
            log.info("websocket_closed", hearing=conversation.hearing, seat=conversation.seat)


async def _messages(socket: web.WebSocketResponse, conversation: Conversation) -> AsyncIterator[dict[str, Any]]:
    """The client's messages until it goes or is silent for too long."""
    while True:
        try:
            received = await socket.receive(timeout=SILENCE_S)
        except TimeoutError:
            return
        if received.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
            return
        try:
            yield _object(received)
        except Problem as problem:
            conversation.send("problem", problem=problem.body())


async def _answer(conversation: Conversation, requests: Requests, message: dict[str, Any]) -> None:
    try:
        answer = await requests.answer(message)
    except Problem as problem:
        _tell(conversation, message, problem)
    except Exception as error:
        _tell(conversation, message, unexpected(error, "request_failed"))
    else:
        if answer:
            kind, fields = answer
            conversation.send(kind, **_re(message), **fields)


def _tell(conversation: Conversation, message: dict[str, Any], problem: Problem) -> None:
    conversation.send("problem", **_re(message), problem=problem.body())


def _re(message: dict[str, Any]) -> dict[str, Any]:
    """A request's id comes back as it was, if it is one."""
    number = message.get("id")
    return {"re": number} if isinstance(number, int | str) and len(str(number)) <= _ID_MOST else {}


def _hang_up(request: web.Request) -> None:
    """Without waiting for the client in any way."""
    if request.transport:
        request.transport.abort()


def _object(message: WSMessage) -> dict[str, Any]:
    """The JSON object of a text message."""
    if message.type is not WSMsgType.TEXT:
        raise Problem("bad-request", field="")
    try:
        value = json.loads(message.data)
    except (ValueError, RecursionError):
        raise Problem("bad-request", field="") from None
    if not isinstance(value, dict):
        raise Problem("bad-request", field="")
    return value
