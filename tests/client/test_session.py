"""The session against a server that says just what a test needs."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from tests.client.api import Api, ProblemError
from tests.client.session import Session, SessionClosed


class Server:
    """Keeps what clients say; answers `publish`, and sends what ``say`` gives to the newest socket."""

    def __init__(self) -> None:
        self.hellos: list[dict[str, Any]] = []
        self.said: list[dict[str, Any]] = []
        self.socket: web.WebSocketResponse | None = None
        self.welcome: dict[str, Any] = {"session": "s1", "resumed": False, "server": "test", "hearing": snapshot(1)}

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/api/v1/ws", self._websocket)
        app.router.add_post("/api/v1/entry", self._entry)
        return app

    async def say(self, **message: Any) -> None:
        assert self.socket is not None
        await self.socket.send_json(message)

    async def _entry(self, request: web.Request) -> web.Response:
        body = await request.json()
        if body["code_word"] == "right":
            return web.json_response({"token": "t", "expires_in": 300, "claim": False})
        problem = {"code": "entry-refused", "title": "No", "status": 401, "params": {}}
        return web.json_response(problem, status=401, content_type="application/problem+json")

    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        socket = self.socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for received in socket:
            assert received.type is WSMsgType.TEXT
            message = received.json()
            self.said.append(message)
            if message["type"] == "hello":
                self.hellos.append(message)
                await socket.send_json({"type": "welcome", **self.welcome})
            elif message["type"] == "publish":
                await socket.send_json({"type": "answer", "re": message["id"], "connection": "c", "sdp": "answer"})
            elif message["type"] == "subscribe":
                await socket.send_json({"type": "problem", "re": message["id"], "problem": {"code": "media-down"}})
        return socket


def snapshot(version: int, standing: str = "waiting") -> dict[str, Any]:
    return {"version": version, "state": "ready", "you": {"seat": "party-1", "standing": standing}}


@pytest.fixture
async def meeting():
    server = Server()
    http = TestServer(server.app())
    await http.start_server()
    api = Api(str(http.make_url("/")))
    await api.enter("7", "party-1", "right")
    session = Session(api)
    yield server, session
    await session.close()
    await api.close()
    await http.close()


async def test_the_first_message_is_hello_with_the_token(meeting):
    server, session = meeting
    await session.start()
    assert server.hellos[0]["token"] == "t"
    assert "session" not in server.hellos[0]
    assert session.hearing["version"] == 1


async def test_a_refusal_over_http_is_a_problem(meeting):
    _, session = meeting
    with pytest.raises(ProblemError) as refused:
        await session.api.enter("7", "party-1", "wrong")
    assert refused.value.code == "entry-refused"


async def test_a_reply_finds_its_request(meeting):
    _, session = meeting
    await session.start()
    assert (await session.request("publish", sdp="offer"))["sdp"] == "answer"
    with pytest.raises(ProblemError, match="media-down"):
        await session.request("subscribe")


async def test_a_lost_connection_resumes_after_the_last_number_seen(meeting):
    server, session = meeting
    await session.start()
    await server.say(type="hearing", seq=1, hearing=snapshot(2, "admitted"))
    assert await session.until_standing("admitted") == "admitted"
    server.welcome = {"session": "s1", "resumed": True, "server": "test"}
    opened = asyncio.Event()
    session.on_open = lambda resumed: opened.set()
    await session.drop()
    await asyncio.wait_for(opened.wait(), 5)
    assert (server.hellos[1]["session"], server.hellos[1]["last"]) == ("s1", 1)
    assert session.hearing["version"] == 2


async def test_a_number_that_never_came_is_counted(meeting):
    server, session = meeting
    await session.start()
    await server.say(type="hearing", seq=1, hearing=snapshot(2))
    await server.say(type="hearing", seq=3, hearing=snapshot(3))
    await session.until(lambda hearing: hearing["version"] == 3)
    assert session.gaps == 1


async def test_after_bye_nobody_comes_back(meeting):
    server, session = meeting
    await session.start()
    await server.say(type="bye", problem={"code": "removed"})
    with pytest.raises(SessionClosed, match="removed"):
        await session.until(lambda hearing: False)
    assert len(server.hellos) == 1
