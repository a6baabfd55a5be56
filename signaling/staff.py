"""Judges, clerks and technicians: they sign in by name and password and take seats by their roles in a court."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hearings.store import Staff, Store
from hearings.store.staff import normal_login
from hearings.store.words import Words, normal_password
from signaling.authority import Authority
from signaling.entry import Admission, Tries
from signaling.problems import Problem
from signaling.security import json_body, text


class StaffApi:
    def __init__(self, store: Store, authority: Authority, words: Words, tries: Tries, admission: Admission) -> None:
        self._store = store
        self._authority = authority
        self._words = words
        self._tries = tries
        self._admission = admission

    async def login(self, request: web.Request) -> web.Response:
        body = await json_body(request)
        name, password = text(body, "name"), text(body, "password")
        async with self._tries.attempt(request, "", normal_login(name)) as one:
            staff = await self._store.staff_by_name(name)
            one.right = await self._words.verify(staff.password_hash if staff else None, password, normal_password)
        if staff is None or not one.right:
            raise Problem("entry-refused")
        return web.json_response(await self._signed_in(staff))

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
        if not staff.may_take(entry.court, entry.role) or entry.staff not in (None, staff.id):
            raise Problem("not-permitted")
        return web.json_response(await self._admission.enter(entry, staff.id))

    async def _signed_in(self, staff: Staff) -> dict[str, Any]:
        now, expires = self._authority.now(), self._authority.expires()
        session = await self._store.create_session("staff", staff.court, now, expires, subject=staff.id)
        roles = [{"court": court, "role": role} for court, role in sorted(staff.roles)]
        return {
            "token": self._authority.issue(session),
            "expires_in": self._authority.lifetime_s,
            "staff": {"name": staff.name, "roles": roles},
        }
