"""The technician's console (Rules ¶27): every link of the hearings of their courts, how each hearing stands, alerts,
and words to participants. What the role may not see, the participants' names above all, is not in any answer; a
hearing's title stands as the court wrote it."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any, Final, cast

from aiohttp import web

from hearings.hearing import Event, Hearing
from hearings.procedure.messages import from_console
from hearings.procedure.step import REASON
from hearings.store import Staff
from hearings.times import iso
from signaling.alerts import Alert
from signaling.authority import Authority
from signaling.hub import Hub
from signaling.linkwatch import SeatWatch, Span
from signaling.pace import Pace
from signaling.problems import Problem
from signaling.room import Room
from signaling.security import json_body, optional_text, query_text, text
from signaling.situation import Situation, Standing

LIST_MOST: Final = 500
"""Hearings in one answer, the worst first; the counts are of all."""
_MESSAGES: Final = (10, 60.0)
"""Messages of one technician, in so many seconds."""


class TechnicianApi:
    def __init__(self, hub: Hub, authority: Authority, situation: Situation) -> None:
        self._hub = hub
        self._authority = authority
        self._situation = situation
        self._pace = Pace(*_MESSAGES)

    def routes(self, api: str) -> list[web.RouteDef]:
        return [
            web.get(f"{api}/technician/links", self.links),
            web.get(f"{api}/technician/hearings", self.hearings),
            web.get(f"{api}/technician/hearings/{{hearing}}", self.hearing),
            web.post(f"{api}/technician/hearings/{{hearing}}/message", self.message),
            web.post(f"{api}/technician/alerts/{{alert}}/take", self.take),
            web.post(f"{api}/technician/alerts/{{alert}}/release", self.release),
        ]

    async def links(self, request: web.Request) -> web.Response:
        _, courts = await self._technician(request)
        rooms = [room for room in self._hub.rooms() if room.hearing.court in courts]
        return web.json_response({"hearings": [
            {"number": room.hearing.number, "state": room.hearing.state, "seats": room.links} for room in rooms
        ]})  # fmt: skip

    async def hearings(self, request: web.Request) -> web.Response:
        staff, courts = await self._technician(request)
        standings = self._situation.standings(courts)
        alerts = self._situation.open_alerts(standings)
        shown = self._situation.worst_first(standings, alerts)[:LIST_MOST]
        now = self._hub.now()
        return web.json_response({
            "at": iso(self._hub.utc()),
            "media": self._hub.link.up,
            "lookout": self._lookout(),
            "counts": self._situation.counts(standings),
            "hearings": [one.view(now, alerts[one.hearing]) for one in shown],
            "alerts": self._alerts(staff, courts),
            "more": len(standings) - len(shown),
        })  # fmt: skip

    async def hearing(self, request: web.Request) -> web.Response:
        """``?span=minute`` (each second of the last one) or ``whole``."""
        staff, courts = await self._technician(request)
        span = query_text(request, "span", 10) or "minute"
        if span not in ("minute", "whole"):
            raise Problem("bad-request", field="span")
        one = self._one(request, courts)
        alerts = self._situation.open_alerts([one])[one.hearing]
        return web.json_response({
            "at": iso(self._hub.utc()),
            **one.view(self._hub.now(), alerts),
            "recording": _recording(one.room),
            "lookout": self._lookout(),
            "seats": self._seats(one.room, cast(Span, span)) if one.room else [],
            "all_alerts": self._alerts(staff, courts, one.hearing),
            "messages": [
                {"message": note.message, "at": note.at, "to": note.to, "text": note.text, "read": note.read}
                for note in (one.room.watch.notes if one.room else ())
            ],
        })  # fmt: skip

    async def message(self, request: web.Request) -> web.Response:
        staff, courts = await self._technician(request)
        body = await json_body(request)
        said = {"text": text(body, "text", REASON), "to": optional_text(body, "to")}
        one = self._one(request, courts)
        self._pace.take(staff.id, self._hub.now())
        version = await self._hub.changes.apply(one.hearing, partial(_said, staff.id, said))
        return web.json_response({"version": version})

    async def take(self, request: web.Request) -> web.Response:
        staff, alert = await self._alert(request)
        if not self._situation.alerts.take(alert, staff.id, staff.name, self._hub.utc()):
            raise Problem("changed")
        return web.json_response(alert.view(staff.id))

    async def release(self, request: web.Request) -> web.Response:
        staff, alert = await self._alert(request)
        self._situation.alerts.release(alert, staff.id)
        return web.json_response(alert.view(staff.id))

    def _lookout(self) -> dict[str, Any] | None:
        """How often light and noise are looked at; null: they are not."""
        now = self._hub.lookout
        return {name: now[name] for name in ("look_s", "thrifty", "sampled")} if now else None

    async def _technician(self, request: web.Request) -> tuple[Staff, Collection[str]]:
        staff = await self._authority.staff(request)
        courts = {court for court, role in staff.roles if role == "technician"}
        if not courts:
            raise Problem("not-permitted")
        return staff, courts

    async def _alert(self, request: web.Request) -> tuple[Staff, Alert]:
        staff, courts = await self._technician(request)
        alert = self._situation.alerts.get(request.match_info["alert"])
        if alert is None or alert.court not in courts:
            raise Problem("not-found")
        return staff, alert

    def _one(self, request: web.Request, courts: Collection[str]) -> Standing:
        """Another court's is as one that is not there."""
        wanted = request.match_info["hearing"]
        found = [one for one in self._situation.standings(courts) if one.hearing == wanted]
        if not found:
            raise Problem("not-found")
        return found[0]

    def _alerts(self, staff: Staff, courts: Collection[str], hearing: str | None = None) -> list[dict[str, Any]]:
        """Open ones first, then those that ended a while ago; the newest first in both."""
        mine = [one for one in self._situation.alerts.all() if one.court in courts]
        mine = [one for one in mine if hearing in (None, one.key.hearing)]
        mine.sort(key=lambda one: one.since, reverse=True)
        return [one.view(staff.id) for one in sorted(mine, key=lambda one: not one.open)][:LIST_MOST]

    def _seats(self, room: Room, span: Span) -> list[dict[str, Any]]:
        """Who has a seat now, the worst first."""
        held = [(code, seat) for code, seat in room.watch.seats.items() if seat.held and code in room.hearing.seats]
        held.sort(key=lambda one: (-_level(one[1]), one[0]))
        now, at = self._hub.now(), int(self._hub.utc())
        return [
            {
                "seat": code, "role": room.hearing.seats[code].role, "standing": room.hearing.seats[code].standing,
                "devices": room.devices.get(code), "silent_s": round(seat.silent_s, 1), "tried": seat.tried.view(),
                "surroundings": room.surroundings.told.get(code), "up": None, "down": None,
                **{direction: link.view(now, at, span) for direction, link in seat.links.items()},
            }
            for code, seat in held
        ]  # fmt: skip


def _level(seat: SeatWatch) -> int:
    return max((link.judged.level for link in seat.links.values()), default=0)


def _recording(room: Room | None) -> dict[str, Any]:
    state = room.recording if room else None
    return {"on": bool(state and state["on"]), "failed": state["failed"] if state else None}


def _said(staff: str, said: dict[str, Any], hearing: Hearing, at: str) -> list[Event]:
    return from_console(hearing, staff, said, at)
