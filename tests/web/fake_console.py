"""The technician's console of a court that says what a test wants."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from signaling.problems import Problem
from signaling.situation import PHASES

NOW = 1_800_000_000
AT = "2027-01-15T08:00:00.000Z"
Note = Callable[..., Awaitable[None]]


def series(level: list[int], kbps: float, loss: float = 0.2, rtt: float | None = 40.0) -> dict[str, Any]:
    """A minute that ends with ``level``; the rate moves a little."""
    levels = [0] * (60 - len(level)) + level
    return {
        "at": list(range(NOW - 59, NOW + 1)), "level": levels,
        "kbps": [kbps * (1 + 0.1 * math.sin(second)) * (0.2 if levels[second] else 1) for second in range(60)],
        "loss": [12.0 if one else loss for one in levels], "rtt_ms": [rtt] * 60, "jitter_ms": [5.0] * 60,
    }  # fmt: skip


def whole(level: int) -> dict[str, Any]:
    """An hour and a half in points of 32 s, whose middle was of this level."""
    levels = [level if 60 <= point < 90 else 0 for point in range(170)]
    figure = {"min": [80.0] * 170, "mean": [500.0 + 3 * point for point in range(170)], "max": [1400.0] * 170}
    return {
        "width": 32, "at": list(range(NOW - 32 * 170, NOW, 32)), "level": levels,
        **dict.fromkeys(("kbps", "loss", "rtt_ms", "jitter_ms"), figure),
    }  # fmt: skip


def direction(
    verdict: str = "good", cause: str = "none", kbps: float = 900.0, pictures: dict[str, int] | None = None,
    **figures: Any,
) -> dict[str, Any]:  # fmt: skip
    seconds = {"good": [], "poor": [1] * 9, "bad": [1] * 5 + [2] * 14}[verdict]
    return {
        "verdict": verdict, "cause": cause, "since_s": 0.4, "series": series(seconds, kbps),
        "figures": {"kbps": kbps, "loss": 0.2, "rtt_ms": 41.0, "jitter_ms": 5.0, "nacks": 3, **figures},
        "pictures": pictures or {},
    }  # fmt: skip


def seat(code: str, up: dict[str, Any] | None, down: dict[str, Any] | None, **changes: Any) -> dict[str, Any]:
    tried = {
        "reconnects": 0, "interruptions": 0, "republished": 0, "paused": [], "resting": False, "upper_off": False,
        "redundancy": 0, "relay": False,
    }  # fmt: skip
    return {
        "seat": code, "role": code.partition("-")[0], "standing": "admitted", "devices": ["on", "on"], "silent_s": 0.0,
        "surroundings": None, "up": up, "down": down, **changes, "tried": {**tried, **changes.get("tried", {})},
    }  # fmt: skip


def standing(hearing: str, number: str, phase: str = "running", **changes: Any) -> dict[str, Any]:
    state = {"paused": "recess", "coming": "ready", "late": "ready", "over": "concluded"}.get(phase, "in_session")
    return {
        "hearing": hearing, "number": number, "title": "Ахметова А. С. — «Тұран» ЖШС", "court": "c1",
        "scheduled_at": "2027-01-15T06:30:00.000Z", "state": state, "phase": phase, "people": 4, "verdict": "good",
        "cause": "none", "bad": 0, "poor": 0, "alerts": 0, "untaken": 0, "stale_s": 0.3, **changes,
    }  # fmt: skip


def alert(name: str, kind: str = "link", **changes: Any) -> dict[str, Any]:
    return {
        "alert": name, "kind": kind, "hearing": "h1", "number": "7204-25-00-2/15", "seat": "party-1",
        "direction": "up" if kind == "link" else None, "cause": "loss-up", "since": "2027-01-15T07:59:10.000Z",
        "ended": None, "taken": None, **changes,
    }  # fmt: skip


class FakeConsole:
    """``hearings``, ``alerts``, ``seats`` and ``messages`` are what the console tells; ``problem`` what it answers
    instead."""

    def __init__(self) -> None:
        bad: dict[str, Any] = {"verdict": "bad", "cause": "loss-up", "bad": 1, "poor": 1, "alerts": 1, "untaken": 1}
        nobody: dict[str, Any] = {"people": 0, "verdict": None, "stale_s": None}
        self.hearings: list[dict[str, Any]] = [
            standing("h1", "7204-25-00-2/15", **bad),
            standing("h2", "7204-25-00-2/16", "paused", verdict="poor", cause="far", poor=2),
            standing("h3", "7204-25-00-2/17", "late", **nobody),
            standing("h4", "7204-25-00-2/18"),
            standing("h5", "7204-25-00-2/19", "coming", **nobody),
        ]
        self.alerts: list[dict[str, Any]] = [
            alert("a1"), alert("a2", "late", hearing="h3", number="7204-25-00-2/17", seat=None, cause="late"),
        ]  # fmt: skip
        self.seats = [
            seat("party-1", direction("bad", "loss-up", 180.0, {"low": 1}, loss=14.2), direction("poor", "resting",
                 700.0, {"high": 1, "low": 2, "paused": 1}, estimate_kbps=900, freezes=2, freeze_s=1.4),
                 devices=["on", "resting"],
                 tried={"redundancy": 3, "paused": ["witness-1"], "resting": True, "reconnects": 1, "relay": True}),
            seat("judge", direction(), direction(kbps=2400.0, estimate_kbps=5200)),
            seat("witness-1", direction("bad", "away", 0.0), direction("bad", "away", 0.0), silent_s=12.0),
            seat("technician", None, direction(kbps=2100.0)),
        ]  # fmt: skip
        self.messages: list[dict[str, Any]] = []
        self.stale_s: float | None = 0.3
        self.media = True
        self.lookout: dict[str, Any] | None = {"look_s": 0.75, "thrifty": False, "sampled": True}
        self.problem: Problem | None = None
        self.note: Note | None = None

    def routes(self, api: str) -> list[web.RouteDef]:
        return [
            web.get(f"{api}/technician/hearings", self._hearings),
            web.get(f"{api}/technician/hearings/{{hearing}}", self._hearing),
            web.post(f"{api}/technician/hearings/{{hearing}}/message", self._message),
            web.post(f"{api}/technician/alerts/{{alert}}/{{what}}", self._alert),
        ]

    def _fail(self) -> None:
        if self.problem:
            raise self.problem

    async def _hearings(self, request: web.Request) -> web.Response:
        self._fail()
        counts = {phase: sum(one["phase"] == phase for one in self.hearings) for phase in PHASES}
        told = {"hearings": self.hearings, "alerts": self.alerts, "more": 0}
        return web.json_response({"at": AT, "media": self.media, "lookout": self.lookout, "counts": counts, **told})

    async def _hearing(self, request: web.Request) -> web.Response:
        self._fail()
        name = request.match_info["hearing"]
        one = next((one for one in self.hearings if one["hearing"] == name), None)
        if one is None:
            raise Problem("not-found")
        seats = self.seats
        if request.query.get("span") == "whole":
            seats = [{**one, "up": one["up"] and {**one["up"], "series": whole(2)}} for one in seats]
        mine = [one for one in self.alerts if one["hearing"] == name]
        return web.json_response({
            "at": AT, **one, "stale_s": self.stale_s, "recording": {"on": True, "failed": None}, "seats": seats,
            "lookout": self.lookout, "all_alerts": mine, "messages": self.messages,
        })  # fmt: skip

    async def _message(self, request: web.Request) -> web.Response:
        self._fail()
        body = await request.json()
        number = 20 + len(self.messages)
        self.messages.append({"message": number, "at": AT, "to": body.get("to"), "text": body["text"], "read": {}})
        if self.note:
            await self.note("console-message", **body)
        return web.json_response({"version": number})

    async def _alert(self, request: web.Request) -> web.Response:
        self._fail()
        found = next(one for one in self.alerts if one["alert"] == request.match_info["alert"])
        take = request.match_info["what"] == "take"
        found["taken"] = {"name": "Сейтқали Н. Е.", "at": AT, "you": True} if take else None
        return web.json_response(found)
