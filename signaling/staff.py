"""Judges, clerks and technicians take seats by their roles in a court. How they sign in: `staff_sign_in`."""

from __future__ import annotations

from aiohttp import web

from hearings.store import Store
from signaling.authority import Authority
from signaling.entry import Admission
from signaling.problems import Problem
from signaling.security import json_body, text


class StaffApi:
    def __init__(self, store: Store, authority: Authority, admission: Admission) -> None:
        self._store = store
        self._authority = authority
        self._admission = admission

    def routes(self, api: str) -> list[web.RouteDef]:
        return [web.get(f"{api}/staff/hearings", self.hearings), web.post(f"{api}/staff/enter", self.enter)]

    async def hearings(self, request: web.Request) -> web.Response:
        staff = await self._authority.staff(request)
        rows = await self._store.staff_hearings(staff.id)
        return web.json_response({"hearings": [
            {
                "hearing": row.id, "number": row.number, "title": row.title, "state": row.state,
                "scheduled_at": row.scheduled_at, "seats": seats,
            }
            for row, seats in rows
        ]})  # fmt: skip

    async def enter(self, request: web.Request) -> web.Response:
        staff = await self._authority.staff(request)
        body = await json_body(request)
        entry = await self._store.seat(text(body, "hearing"), text(body, "seat"))
        if entry is None:
            raise Problem("not-found")
        if not staff.may_take(entry.staffed_by, entry.role) or entry.staff not in (None, staff.id):
            raise Problem("not-permitted")
        return web.json_response(await self._admission.enter(entry, staff.id, name=staff.name))
