"""The stage: hearings with every seat, their devices, and copies of a hearing's log to try each cell on."""

from __future__ import annotations

import asyncio
import json
import time
from itertools import count
from typing import Any

from aiohttp.test_utils import TestClient

from hearings.hearing import Event
from hearings.store import NewSeatRow, Store
from signaling.tokens import Tokens
from tests.matrix.matrix import AWAY, HERE

AT = "2026-11-21T09:00:00.000Z"
WORD = "bakidu-motela-47"
DECLARATIONS = {"in_person": True, "under_sixteens": True, "recording": True}
DATA = {
    **DECLARATIONS, "scheduled_at": "2026-12-01T10:00+05:00", "item": "courtroom_ready", "hears": True, "sees": True,
    "asks": True, "answers": True, "kind": "sound", "text": "I hear nothing", "problem": 1, "minutes": 5, "request": 1,
    "opinion": "agree", "attended": True, "identity": True, "credentials": True, "remark": "",
}  # fmt: skip
"""What each act needs, all in one."""
TARGETS = {
    "comer": "party", "someone": "party", "removed": "party", "claimed": "party", "muted": "party", "called": "witness",
    "held": "witness", "waiting": "party", "asker": "party",
}  # fmt: skip
"""Seats to do things to, in the courtroom as NAME-here and elsewhere as NAME; ``asker`` has asked to record."""
STAFFED = ("judge", "panel", "clerk", "technician", "site_clerk")


def rows(word: str) -> list[NewSeatRow]:
    seats = {who.seat: (who.role, "courtroom" if who.here else None) for who in AWAY + HERE}
    for name, role in TARGETS.items():
        seats |= {name: (role, None), f"{name}-here": (role, "courtroom")}
    seats["on-site"] = ("party", "receiving_court")
    return [
        NewSeatRow(code, role, f"Person of {code}", None if role in STAFFED else word, place=place)
        for code, (role, place) in seats.items()
    ]


class Seated:
    """One seat's device."""

    def __init__(self, http: TestClient[Any, Any], token: str) -> None:
        self._http = http
        self.headers = {"Authorization": f"Bearer {token}"}
        self._token = token

    async def act(self, act: str, seat: str | None = None, **fields: Any) -> tuple[int, dict[str, Any]]:
        body = {"act": act, "reason": "because", "data": DATA, **fields} | ({"seat": seat} if seat else {})
        response = await self._http.post("/api/v1/hearing/acts", json=body, headers=self.headers)
        return response.status, await response.json()

    async def snapshot(self) -> dict[str, Any]:
        response = await self._http.get("/api/v1/hearing", headers=self.headers)
        return dict(await response.json())

    async def watch(self) -> Any:
        """A WebSocket that has been welcomed."""
        socket = await self._http.ws_connect("/api/v1/ws")
        await socket.send_str(json.dumps({"type": "hello", "token": self._token, "version": "1.0.0"}))
        assert (await socket.receive_json(timeout=20))["type"] == "welcome"
        return socket


async def told(socket: Any, version: int, farewell: bool) -> dict[str, Any]:
    """The snapshot of a version, or the ``farewell``."""
    async with asyncio.timeout(20):
        while True:
            message = await socket.receive_json()
            if message["type"] == "hearing" and message["hearing"]["version"] >= version and not farewell:
                return dict(message["hearing"])
            if message["type"] == "bye":
                return {"bye": message["problem"]["code"]}


class Theatre:
    """``logs`` are the events that led to each state, and ``devices`` who was in which seat then."""

    def __init__(self, http: TestClient[Any, Any], store: Store, court: str, word: str, tokens: Tokens) -> None:
        self.http, self.store, self.court, self.tokens = http, store, court, tokens
        self.word, self.rows = word, rows(word)
        self.logs: dict[str, list[Event]] = {}
        self.devices: dict[str, dict[str, str]] = {}
        self._known: dict[str, str] = {}
        self._numbers = count(1)
        self._number_of: dict[str, str] = {}
        self._staff = ""

    async def new(self) -> str:
        number = f"7204-25/{next(self._numbers)}"
        hearing = await self.store.create_hearing(self.court, number, "A v. B", AT, self.rows, AT, capacity=100)
        self._number_of[hearing.id] = number
        return hearing.id

    async def enter(self, hearing: str, seat: str) -> Seated:
        """A device that must come in."""
        entered = await self.knock(hearing, seat)
        assert isinstance(entered, Seated), (seat, entered)
        return entered

    async def knock(self, hearing: str, seat: str) -> Seated | dict[str, Any]:
        """Through the door that is the seat's: the staff's, or the code word's. The device, or the problem."""
        role = next(row.role for row in self.rows if row.code == seat)
        if role in STAFFED:
            path, headers = "/api/v1/staff/enter", {"Authorization": f"Bearer {await self.staff()}"}
            body: dict[str, Any] = {"hearing": hearing, "seat": seat}
        else:
            path, headers, body = (
                "/api/v1/entry",
                {},
                {"hearing": self._number_of[hearing], "seat": seat, "code_word": WORD},
            )
            if seat != "waiting":
                body["declarations"] = DECLARATIONS
        response = await self.http.post(path, json=body, headers=headers)
        answer = await response.json()
        return Seated(self.http, answer["token"]) if response.status == 200 else dict(answer)

    async def staff(self) -> str:
        if not self._staff:
            body = {"name": "Everybody", "password": "a long password"}
            self._staff = (await (await self.http.post("/api/v1/staff/login", json=body)).json())["token"]
        return self._staff

    async def keep(self, state: str, hearing: str) -> None:
        """Remember how the hearing came to its state; every cell of it gets a copy."""
        current = await self.store.load(hearing)
        assert current
        assert current.state == state
        self.logs[state] = [stored.event for stored in await self.store.events_after(hearing, 0)]
        self._known |= {code: seat.attendance for code, seat in current.seats.items() if seat.attendance}
        self.devices[state] = dict(self._known)

    async def copy(self, state: str) -> str:
        """Another hearing in the same state, with the same devices in its seats."""
        hearing = await self.new()
        await self.store.append(hearing, len(self.rows) + 1, self.logs[state][len(self.rows) + 1 :])
        return hearing

    async def sit(self, state: str, hearing: str, seat: str) -> Seated:
        """The device that was in the seat when its hearing came to the state."""
        attendance, now = self.devices[state][seat], time.time()
        session = await self.store.create_session(
            "seat", self.court, now, now + 3600, hearing=hearing, seat=seat, attendance=attendance
        )
        return Seated(self.http, self.tokens.issue("seat", session.id, attendance, now))
