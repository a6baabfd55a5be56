"""What staff see and change about themselves: the password and the second factor."""

from __future__ import annotations

from aiohttp import web

from hearings.store import Staff, Store
from hearings.store.staff import normal_login
from hearings.store.staff_log import Doing
from hearings.store.words import Words, normal_password
from hearings.times import iso
from signaling.authority import Authority
from signaling.problems import Problem
from signaling.security import json_body, optional_text, text
from signaling.staff_factor import Factors, shown
from signaling.staff_sessions import Seats
from signaling.staff_sign_in import SignIn, new_password
from signaling.tries import Tries


class Account:
    """A second factor is begun, confirmed and changed also by those who must set one up before anything else."""

    def __init__(
        self, store: Store, authority: Authority, words: Words, tries: Tries, factors: Factors, sign_in: SignIn,
        seats: Seats,
    ) -> None:  # fmt: skip
        self._store = store
        self._authority = authority
        self._words = words
        self._tries = tries
        self._factors = factors
        self._sign_in = sign_in
        self._seats = seats

    def routes(self, api: str) -> list[web.RouteDef]:
        return [
            web.get(f"{api}/staff/account", self.get),
            web.post(f"{api}/staff/password", self.password),
            web.post(f"{api}/staff/totp", self.begin),
            web.post(f"{api}/staff/totp/confirm", self.confirm),
            web.post(f"{api}/staff/totp/remove", self.remove),
            web.post(f"{api}/staff/totp/recovery-codes", self.recovery_codes),
        ]

    async def get(self, request: web.Request) -> web.Response:
        _, staff = await self._authority.person(request, "staff", "enrol")
        courts = await self._store.courts()
        roles = [{"court": courts[court], "role": role} for court, role in sorted(staff.roles)]
        return web.json_response({
            "name": staff.name, "court": courts[staff.court], "roles": roles,
            "second_factor": {
                "on": staff.has_factor, "required": staff.needs_factor,
                "recovery_codes": await self._store.recovery_left(staff.id),
            },
            "single_sign_on": await self._store.is_linked(staff.id),
        })  # fmt: skip

    async def password(self, request: web.Request) -> web.Response:
        session, staff = await self._authority.person(request, "staff")
        body = await json_body(request)
        current, password = text(body, "current"), new_password(body)
        async with self._tries.attempt(request, "", normal_login(staff.name)) as one:
            one.right = await self._words.verify(staff.password_hash, current, normal_password)
        if not one.right:
            raise Problem("entry-refused")
        hashed = await self._words.hash(password, normal_password)
        async with self._seats.leaving(staff.id):
            await self._store.change_password(staff.court, staff.id, hashed, session.id, self._own(staff))
        return web.Response(status=204)

    async def begin(self, request: web.Request) -> web.Response:
        """Who has a second factor already shows it, so that nobody else puts another in its place."""
        _, staff = await self._authority.person(request, "staff", "enrol")
        code = optional_text(await json_body(request), "code")
        if staff.has_factor:
            await self._sign_in.require_code(request, staff, code or "")
        return web.json_response(shown(staff, await self._factors.begin(staff)))

    async def confirm(self, request: web.Request) -> web.Response:
        session, staff = await self._authority.person(request, "staff", "enrol")
        code = text(await json_body(request), "code")
        async with self._tries.attempt(request, "second factor", staff.id) as one:
            codes = await self._factors.confirm(staff, code, self._authority.now())
            one.right = codes is not None
        if codes is None:
            raise Problem("entry-refused")
        if session.kind == "enrol" and await self._store.become_staff(session.id):
            await self._store.note_staff(staff.court, staff.id, "signed_in", self._own(staff), method="second_factor")
        return web.json_response({"recovery_codes": codes})

    async def remove(self, request: web.Request) -> web.Response:
        """Every session ends: who has none any more signs in as such."""
        staff = await self._proved(request)
        if staff.needs_factor:
            raise Problem("not-permitted")
        async with self._seats.leaving(staff.id):
            await self._store.remove_factor(staff.court, staff.id, self._own(staff))
        return web.Response(status=204)

    async def recovery_codes(self, request: web.Request) -> web.Response:
        staff = await self._proved(request)
        return web.json_response({"recovery_codes": await self._factors.renew_recovery(staff, self._authority.now())})

    async def _proved(self, request: web.Request) -> Staff:
        _, staff = await self._authority.person(request, "staff")
        await self._sign_in.require_code(request, staff, text(await json_body(request), "code"))
        return staff

    def _own(self, staff: Staff) -> Doing:
        return Doing(staff.id, iso(self._authority.now()))
