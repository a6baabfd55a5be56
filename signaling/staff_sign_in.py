"""Staff sign in: by password or through a provider, then by their second factor where they have one or need one."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hearings.store import Staff, Store
from hearings.store.sessions import SessionKind
from hearings.store.staff import normal_login
from hearings.store.staff_log import Doing
from hearings.store.words import LONGEST, Words, normal_password
from hearings.times import iso
from signaling.authority import Authority
from signaling.problems import Problem
from signaling.security import json_body, text
from signaling.staff_factor import Factors
from signaling.staff_sessions import Seats
from signaling.tries import Tries

SHORTEST_PASSWORD = 12


class SignIn:
    def __init__(
        self, store: Store, authority: Authority, words: Words, tries: Tries, factors: Factors, seats: Seats
    ) -> None:
        self._store = store
        self._authority = authority
        self._words = words
        self._tries = tries
        self._factors = factors
        self._seats = seats

    def routes(self, api: str) -> list[web.RouteDef]:
        return [
            web.post(f"{api}/staff/login", self.login),
            web.post(f"{api}/staff/second-factor", self.second_factor),
            web.post(f"{api}/staff/reset", self.reset),
        ]

    async def login(self, request: web.Request) -> web.Response:
        body = await json_body(request)
        name, password = text(body, "name"), text(body, "password")
        async with self._tries.attempt(request, "", normal_login(name)) as one:
            staff = await self._store.staff_by_name(name)
            right = await self._words.verify(staff.password_hash if staff else None, password, normal_password)
            one.right = right and staff is not None and not staff.disabled
        if staff is None or not one.right:
            raise Problem("entry-refused")
        return web.json_response(await self.grant(staff, "password"))

    async def second_factor(self, request: web.Request) -> web.Response:
        session, staff = await self._authority.person(request, "second_factor")
        code = text(await json_body(request), "code")
        await self.require_code(request, staff, code)
        await self._store.revoke(session.id)
        return web.json_response(await self._signed_in(staff, "second_factor"))

    async def require_code(self, request: web.Request, staff: Staff, code: str) -> None:
        """Raises Problem ``entry-refused`` where it is not a code of the person's second factor."""
        async with self._tries.attempt(request, "second factor", staff.id) as one:
            one.right = await self._factors.check(staff, code, self._authority.now())
        if not one.right:
            raise Problem("entry-refused")

    async def reset(self, request: web.Request) -> web.Response:
        """The person sets a password by the code that an administrator told them."""
        body = await json_body(request)
        name, code, password = text(body, "name"), text(body, "code"), new_password(body)
        now = self._authority.now()
        async with self._tries.attempt(request, "reset", normal_login(name)) as one:
            staff = await self._store.staff_by_name(name)
            kept = await self._store.reset_hash(staff.id if staff else "", now)
            one.right = await self._words.verify(kept, code) and staff is not None and not staff.disabled
        if staff is None or kept is None or not one.right:
            raise Problem("entry-refused")
        hashed = await self._words.hash(password, normal_password)
        async with self._seats.leaving(staff.id):
            if not await self._store.use_reset(staff.court, staff.id, kept, hashed, Doing(staff.id, iso(now))):
                raise Problem("entry-refused")
        return web.Response(status=204)

    async def grant(self, staff: Staff, method: str) -> dict[str, Any]:
        """After the first factor: signed in, or what is still to do (``step``)."""
        if staff.has_factor:
            return await self._session(staff, "second_factor", {"step": "second-factor"})
        if staff.needs_factor:
            return await self._session(staff, "enrol", {"step": "enrol", "staff": _shown(staff)})
        return await self._signed_in(staff, method)

    async def _signed_in(self, staff: Staff, method: str) -> dict[str, Any]:
        doing = Doing(staff.id, iso(self._authority.now()))
        await self._store.note_staff(staff.court, staff.id, "signed_in", doing, method=method)
        return await self._session(staff, "staff", {"staff": _shown(staff)})

    async def _session(self, staff: Staff, kind: SessionKind, answer: dict[str, Any]) -> dict[str, Any]:
        now, expires = self._authority.now(), self._authority.expires()
        session = await self._store.create_session(kind, staff.court, now, expires, subject=staff.id)
        return {"token": self._authority.issue(session), "expires_in": self._authority.lifetime_s, **answer}


def new_password(body: dict[str, Any]) -> str:
    """A password to be set (NIST SP 800-63B §5.1.1.2: long rather than mixed). Raises Problem ``weak-password``."""
    password = text(body, "password", LONGEST)
    if len(normal_password(password)) < SHORTEST_PASSWORD or len(set(password)) < SHORTEST_PASSWORD // 2:
        raise Problem("weak-password", shortest=SHORTEST_PASSWORD)
    return password


def _shown(staff: Staff) -> dict[str, Any]:
    roles = [{"court": court, "role": role} for court, role in sorted(staff.roles)]
    return {"name": staff.name, "roles": roles}
