"""A court that says what a test wants: docs/protocol.md's HTTP and WebSocket, without a database and without media."""

from __future__ import annotations

import asyncio
import copy
import json
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web

from signaling.problems import Problem, problem_middleware
from signaling.security import add_headers
from signaling.static_files import StaticFiles
from tests.web.fake_console import FakeConsole

STATIC = Path(__file__).parents[2] / "static"
NUMBER = "7204-25-00-2/15"
TITLE = "Ахметова А. С. — «Тұран» ЖШС"
SCHEDULED = "2026-11-21T09:00:00Z"
WORD = "қызғалдақ"

PEOPLE = [
    ("judge", "judge", "Сейтқали Нұрлан Ерболұлы"),
    ("clerk", "clerk", "Ким Виктория Андреевна"),
    ("party-1", "party", "Ахметова Айгүл Серікқызы"),
    ("party-2", "party", "Иванов Пётр Сергеевич"),
    ("witness-1", "witness", "Оспанов Дархан Маратұлы"),
]


def person(seat: str, role: str, name: str, standing: str = "admitted", **changes: Any) -> dict[str, Any]:
    there = standing in ("admitted", "waiting")
    return {
        "seat": seat, "role": role, "name": name, "standing": standing, "connected": there, "photo": False,
        "claim": False, "microphone": "on", "camera": "on", **changes,
    }  # fmt: skip


def snapshot(you: str = "party-1", standing: str = "admitted", **changes: Any) -> dict[str, Any]:
    """A hearing as ``you`` sees it; a seat that is not among PEOPLE is a party's."""
    role = next((role for seat, role, _ in PEOPLE if seat == you), "party")
    return {
        "hearing": "h1", "number": NUMBER, "title": TITLE, "court": "Алматы қалалық соты", "version": 7,
        "state": "in_session", "sitting": {"sitting": "s1", "number": 1, "started_at": SCHEDULED, "t": 312.4},
        "recording": {"on": True, "failed": None},
        "you": {"seat": you, "role": role, "standing": standing, "acts": [], "reason": None},
        "seats": [person(*one) for one in PEOPLE] if standing == "admitted" else [],
        **changes,
    }  # fmt: skip


def twenty() -> list[dict[str, Any]]:
    return [person(*one) for one in PEOPLE] + [
        person(f"party-{number}", "party", f"Қатысушы {number}", camera="off" if number % 5 == 0 else "on")
        for number in range(3, 18)
    ]


class FakeCourt:
    """``hearing`` is the snapshot that a client gets; ``problems`` says which request fails, by path or message type;
    ``received`` are the clients' messages and acts."""

    def __init__(self) -> None:
        self.hearing = snapshot()
        self.problems: dict[str, Problem] = {}
        self.claim = False
        self.url = ""
        self.expires_in = 300
        self.minimum = "0.0.1"
        self.console = FakeConsole()
        self.console.note = self._note
        self.received: list[dict[str, Any]] = []
        self.answered: list[str] = []
        self.media: str | None = "boot-1"
        self.photo: bytes | None = None
        self.known_session = True
        self.subscribed = ""
        self.silent = False
        self.checked: dict[str, Any] = {"findings": {}, "holding": []}
        self.renewal = asyncio.Event()
        self.renewal.set()
        self._sockets: set[web.WebSocketResponse] = set()
        self._seq = 0
        self._sent: list[dict[str, Any]] = []
        self._news = asyncio.Condition()

    async def start(self) -> str:
        app = web.Application(middlewares=[self._answer, problem_middleware])
        app.on_response_prepare.append(add_headers)
        api = "/api/v1"
        app.add_routes([
            web.get(f"{api}/version", self._version),
            web.post(f"{api}/entry", self._entry),
            web.post(f"{api}/staff/login", self._login),
            web.get(f"{api}/staff/hearings", self._hearings),
            web.post(f"{api}/staff/enter", self._entry),
            web.post(f"{api}/token", self._token),
            web.delete(f"{api}/token", self._leave),
            web.post(f"{api}/hearing/acts", self._act),
            web.get(f"{api}/hearing/seats/{{seat}}/photo", self._photo),
            *self.console.routes(api),
            web.get(f"{api}/link-test", self._sent_down),
            web.post(f"{api}/link-test", self._sent_up),
            web.put(f"{api}/link-test", self._tried),
            web.post(f"{api}/entry-check", self._judged),
            web.put(f"{api}/entry-check", self._checked),
            web.get(f"{api}/ws", self._socket),
            *StaticFiles(STATIC).routes(),
        ])  # fmt: skip
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return f"http://127.0.0.1:{self.port}"

    async def stop(self) -> None:
        await self.cut()
        await self._runner.cleanup()

    # What a test does to the court

    async def push(self, kind: str, **fields: Any) -> None:
        """A numbered message to every client, and to those who come back."""
        self._seq += 1
        message = {"type": kind, "seq": self._seq, **fields}
        self._sent.append(message)
        for socket in set(self._sockets):
            await socket.send_json(message)

    async def change(self, **changes: Any) -> None:
        """The hearing changes, and everybody gets the snapshot; who is admitted by that, also the seats' sections."""
        you, before = changes.pop("you", {}), self.hearing["you"]["standing"]
        self.hearing = {**copy.deepcopy(self.hearing), **changes}
        self.hearing["you"].update(you)
        if before != "admitted" and self.hearing["you"]["standing"] == "admitted" and self.subscribed:
            await self.push("slots", connection=self.subscribed, slots=self.slots())
        await self.push("hearing", hearing=self.hearing)

    async def bye(self, code: str, **params: Any) -> None:
        for socket in set(self._sockets):
            await socket.send_json({"type": "bye", "problem": Problem(code, **params).body()})

    async def cut(self) -> None:
        """Every socket breaks."""
        for socket in set(self._sockets):
            await socket.close()

    async def message(self, kind: str, count: int = 1, **fields: Any) -> dict[str, Any]:
        """The ``count``-th message of this type with these fields, when it is there."""
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(lambda: len(self.messages(kind, **fields)) >= count), 15)
        return self.messages(kind, **fields)[count - 1]

    def messages(self, kind: str, **fields: Any) -> list[dict[str, Any]]:
        return [one for one in self.received if one["type"] == kind and fields.items() <= one.items()]

    # HTTP

    @web.middleware
    async def _answer(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.answered.append(request.path)
        response: web.StreamResponse = await handler(request)
        return response

    def _fail(self, name: str) -> None:
        if name in self.problems:
            raise self.problems[name]

    async def _note(self, kind: str, **fields: Any) -> None:
        async with self._news:
            self.received.append({**fields, "type": kind})
            self._news.notify_all()

    async def _version(self, request: web.Request) -> web.Response:
        return web.json_response({"version": "0.1.0", "minimum": self.minimum, "languages": ["kk", "ru", "en"]})

    async def _entry(self, request: web.Request) -> web.Response:
        body = await request.json()
        self._fail("entry")
        if "code_word" in body and body["code_word"] != WORD:
            raise Problem("entry-refused")
        you = self.hearing["you"]
        name = next((name for seat, _, name in PEOPLE if seat == you["seat"]), "Ахметова Айгүл")
        return web.json_response({
            "token": "token-1", "expires_in": self.expires_in, "claim": self.claim,
            "hearing": {key: self.hearing[key] for key in ("number", "title", "court")},
            "seat": {"seat": you["seat"], "role": you["role"], "name": name},
        })  # fmt: skip

    async def _login(self, request: web.Request) -> web.Response:
        self._fail("login")
        staff = {"name": "Сейтқали Н. Е.", "roles": [{"court": "c1", "role": "judge"}]}
        return web.json_response({"token": "staff-1", "expires_in": 300, "staff": staff})

    async def _hearings(self, request: web.Request) -> web.Response:
        hearing = {key: self.hearing[key] for key in ("hearing", "number", "title", "state")}
        return web.json_response(
            {"hearings": [{**hearing, "scheduled_at": SCHEDULED, "seats": [self.hearing["you"]["seat"]]}]}
        )

    async def _token(self, request: web.Request) -> web.Response:
        self._fail("token")
        await self._note("token")
        await self.renewal.wait()
        return web.json_response({"token": "token-2", "expires_in": self.expires_in})

    async def _leave(self, request: web.Request) -> web.Response:
        await self._note("leave")
        return web.Response(status=204)

    async def _act(self, request: web.Request) -> web.Response:
        body = await request.json()
        self._fail("act")
        await self._note("act", **body)
        return web.json_response({"version": self.hearing["version"] + 1})

    async def _photo(self, request: web.Request) -> web.Response:
        if self.photo is None:
            raise Problem("not-found")
        return web.Response(body=self.photo, content_type="image/png")

    async def _sent_down(self, request: web.Request) -> web.Response:
        return web.Response(body=bytes(int(request.query["bytes"])))

    async def _sent_up(self, request: web.Request) -> web.Response:
        return web.json_response({"bytes": len(await request.content.read())})

    async def _tried(self, request: web.Request) -> web.Response:
        """The figures are what this court says, whatever the machine has made of it."""
        await self._note("link_test", **await request.json())
        figures = {"down_bps": 700_000, "up_bps": 300_000, "mobile_4g": None, "asked_bps": 1_000_000}
        return web.json_response({**figures, "verdict": "bad"})

    async def _judged(self, request: web.Request) -> web.Response:
        self._fail("entry-check")
        form = await request.post()
        files = {name: len(part.file.read()) for name, part in form.items() if isinstance(part, web.FileField)}
        await self._note("samples", **files)
        return web.json_response({})

    async def _checked(self, request: web.Request) -> web.Response:
        """What this court says was found, whatever the device was."""
        await self._note("entry_check", **await request.json())
        return web.json_response(self.checked)

    # WebSocket

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for raw in socket:
            if raw.type == WSMsgType.TEXT:
                await self._take(socket, json.loads(raw.data))
        self._sockets.discard(socket)
        return socket

    async def _take(self, socket: web.WebSocketResponse, message: dict[str, Any]) -> None:
        kind = message["type"]
        if self.silent and kind != "hello":
            return
        if kind == "ping":
            await socket.send_json({"type": "pong"})
        elif kind == "hello":
            await self._welcome(socket, message)
        elif kind in self.problems:
            await self._reply(socket, message, "problem", problem=self.problems[kind].body())
        elif kind == "publish":
            await self._reply(socket, message, "answer", connection=f"up{message['id']}", sdp="fake")
        elif kind == "subscribe":
            self.subscribed = f"down{message['id']}"
            await self._reply(socket, message, "offer", connection=self.subscribed, sdp="fake", slots=self.slots())
        elif kind == "subscribed":
            await self._reply(socket, message, "ok")
        elif kind == "measure":  # there is no link to be measured
            await self._reply(socket, message, "problem", problem=Problem("overloaded").body())
        await self._note(kind, **{key: value for key, value in message.items() if key != "type"})

    async def _welcome(self, socket: web.WebSocketResponse, hello: dict[str, Any]) -> None:
        if "hello" in self.problems:
            await socket.send_json({"type": "bye", "problem": self.problems["hello"].body()})
            return
        resumed = "session" in hello and self.known_session
        welcome = {
            "type": "welcome",
            "session": "session-1",
            "resumed": resumed,
            "server": "0.1.0",
            "media": self.media,
        }
        if not resumed:
            self._seq, self._sent = 0, []
            welcome["hearing"] = self.hearing
        await socket.send_json(welcome)
        for message in self._sent[hello.get("last", 0) :] if resumed else []:
            await socket.send_json(message)
        self._sockets.add(socket)

    async def _reply(self, socket: web.WebSocketResponse, message: dict[str, Any], kind: str, **fields: Any) -> None:
        self._seq += 1
        reply = {"type": kind, "re": message.get("id"), "seq": self._seq, **fields}
        self._sent.append(reply)
        await socket.send_json(reply)

    def slots(self) -> list[dict[str, str]]:
        """Two media sections for each seat that is not the client's own; nobody is named before the admission."""
        seats = [one["seat"] for one in self.hearing["seats"] if one["seat"] != self.hearing["you"]["seat"]]
        pairs = [(seat, kind) for seat in seats for kind in ("audio", "video")]
        return [{"mid": str(index), "kind": kind, "seat": seat} for index, (seat, kind) in enumerate(pairs)]
