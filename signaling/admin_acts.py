"""An administrator's acts about a person: each is checked by `staff_acts`, done with its event, and told at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

from hearings.problems import Refused
from hearings.staff_roles import STAFF_ROLES, StaffRole
from hearings.store import Changed, Staff, Store
from hearings.store.staff_acts import check
from hearings.store.staff_log import Doing
from hearings.store.words import Words, code_word, password
from hearings.texts import is_email
from hearings.times import iso
from signaling.authority import Authority
from signaling.problems import Problem
from signaling.security import optional_text, text
from signaling.staff_sessions import Seats

REASON: Final = 500
RESET_S: Final = 3600
Body = dict[str, Any]
Answer = dict[str, Any]


class AdminActs:
    """``issuer`` is the provider through which people sign in, empty where there is none."""

    def __init__(self, store: Store, authority: Authority, words: Words, seats: Seats, issuer: str) -> None:
        self._store = store
        self._authority = authority
        self._words = words
        self._seats = seats
        self._issuer = issuer
        self._kinds: dict[str, Callable[[str, Staff, Body, Doing, int | None], Awaitable[Answer | None]]] = {
            "roles": self._roles, "email": self._email, "disable": self._disable, "enable": self._enable,
            "reset": self._reset, "require_second_factor": self._require, "waive_second_factor": self._waive,
            "remove_second_factor": self._remove, "revoke": self._revoke, "link": self._link, "unlink": self._unlink,
        }  # fmt: skip

    async def do(
        self, administrator: Staff, court: str, person: Staff, act: str, body: Body, doing: Doing, version: int | None
    ) -> Answer:
        """What the act answers besides the version. Raises `Refused`, Problem."""
        check(administrator, court, person, act)
        try:
            async with self._seats.leaving(person.id):
                return await self._kinds[act](court, person, body, doing, version) or {}
        except Changed:
            raise Problem("changed") from None

    async def add(self, court: str, name: str, roles: Any, doing: Doing) -> Answer:
        unknown = await self._words.hash(password())  # which opens nothing: the code does
        try:
            person = await self._store.add_staff(court, name, unknown, named_roles(roles), doing)
        except Refused as refused:
            raise Problem(refused.code, **refused.params) from None
        return {"staff": person, **await self._opened(court, person, doing, None)}

    async def _roles(self, court: str, person: Staff, body: Body, doing: Doing, version: int | None) -> None:
        await self._store.set_roles(court, person.id, named_roles(body.get("roles")), doing, version)

    async def _email(self, court: str, person: Staff, body: Body, doing: Doing, version: int | None) -> None:
        email = (optional_text(body, "email", 254) or "").strip()
        if email and not is_email(email):
            raise Problem("bad-request", field="email")
        await self._store.set_email(court, person.id, email, doing, version)

    async def _disable(self, court: str, person: Staff, body: Body, doing: Doing, version: int | None) -> None:
        await self._store.set_disabled(court, person.id, True, doing, version)

    async def _enable(self, court: str, person: Staff, body: Body, doing: Doing, version: int | None) -> None:
        await self._store.set_disabled(court, person.id, False, doing, version)

    async def _reset(self, court: str, person: Staff, body: Body, doing: Doing, version: int | None) -> Answer:
        return await self._opened(court, person.id, doing, version)

    async def _opened(self, court: str, person: str, doing: Doing, version: int | None) -> Answer:
        code, expires = code_word(), self._authority.now() + RESET_S
        await self._store.open_reset(court, person, await self._words.hash(code), expires, doing, version)
        return {"code": code, "expires": iso(expires)}

    async def _require(self, court: str, person: Staff, body: Body, doing: Doing, version: int | None) -> None:
        await self._store.require_factor(court, person.id, True, doing, version)

    async def _waive(self, court: str, person: Staff, body: Body, doing: Doing, version: int | None) -> None:
        await self._store.require_factor(court, person.id, False, doing, version)

    async def _remove(self, court: str, person: Staff, body: Body, doing: Doing, version: int | None) -> None:
        await self._store.remove_factor(court, person.id, doing, version)

    async def _revoke(self, court: str, person: Staff, body: Body, doing: Doing, version: int | None) -> None:
        await self._store.revoke_sessions(court, person.id, optional_text(body, "session"), doing, version)

    async def _link(self, court: str, person: Staff, body: Body, doing: Doing, version: int | None) -> None:
        if not self._issuer:
            raise Problem("not-found")
        await self._store.link(court, person.id, self._issuer, text(body, "subject", 255), doing, version)

    async def _unlink(self, court: str, person: Staff, body: Body, doing: Doing, version: int | None) -> None:
        await self._store.unlink(court, person.id, doing, version)


def named_roles(value: Any) -> list[StaffRole]:
    """Roles of a request's body. Raises Problem ``bad-request``."""
    if not isinstance(value, list) or any(role not in STAFF_ROLES for role in value):
        raise Problem("bad-request", field="roles")
    return cast(list[StaffRole], value)
