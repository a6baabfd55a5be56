"""Who asks: a token's signature and time, then its session's row, then the hearing itself."""

from __future__ import annotations

import time
from collections.abc import Callable

from aiohttp import web

from hearings.hearing import Hearing
from hearings.store import Session, Staff, Store
from hearings.store.sessions import SessionKind
from signaling.problems import Problem
from signaling.room import turned_away
from signaling.security import bearer
from signaling.tokens import Tokens

DEVICE_KINDS = frozenset({"seat", "claim"})


class Authority:
    """Issues and checks tokens. The session's row decides: it can be revoked, and a claim can become a seat."""

    def __init__(self, store: Store, tokens: Tokens, utc: Callable[[], float] = time.time) -> None:
        self._store = store
        self._tokens = tokens
        self._utc = utc

    @property
    def lifetime_s(self) -> int:
        return self._tokens.lifetime_s

    def now(self) -> float:
        return self._utc()

    def expires(self) -> float:
        return self._utc() + self._tokens.lifetime_s

    def issue(self, session: Session) -> str:
        subject = session.attendance or session.subject or ""
        return self._tokens.issue(session.kind, session.id, subject, self._utc())

    def expiry(self, token: str) -> float:
        return self._tokens.read(token, self._utc()).expires

    async def session(self, token: str) -> Session:
        """The session of a token, or Problem ``token-expired``, ``token-revoked``."""
        read = self._tokens.read(token, self._utc())
        session = await self._store.session(read.session)
        if session is None or session.revoked:
            raise Problem("token-revoked")
        return session

    async def staff(self, request: web.Request) -> Staff:
        return (await self.person(request, "staff"))[1]

    async def person(self, request: web.Request, *kinds: SessionKind) -> tuple[Session, Staff]:
        """The session, of one of these kinds, and the staff member whose it is."""
        session = await self.session(bearer(request))
        if session.kind not in kinds or session.subject is None:
            raise Problem("not-permitted")
        staff = await self._store.staff_by_id(session.subject)
        if staff is None or staff.disabled:
            raise Problem("token-revoked")
        return session, staff

    async def device(self, token: str) -> Session:
        """The session of a device that is, or asks to be, in a seat."""
        session = await self.session(token)
        if session.kind not in DEVICE_KINDS:
            raise Problem("not-permitted")
        return session

    async def renew(self, token: str) -> str:
        session = await self.session(token)
        if session.kind == "second_factor":  # the code is typed soon, or the password again
            raise Problem("not-permitted")
        if not await self._store.renew(session.id, self.expires()):
            raise Problem("token-revoked")
        return self.issue(session)


def place(session: Session) -> tuple[str, str, str]:
    """Hearing, seat and attendance of a device's session."""
    if session.hearing is None or session.seat is None or session.attendance is None:
        raise Problem("not-permitted")
    return session.hearing, session.seat, session.attendance


def still_welcome(hearing: Hearing, session: Session) -> None:
    """Raises the Problem for which this device is not, or no longer, of the hearing."""
    _, seat, attendance = place(session)
    problem = turned_away(hearing, seat, attendance, session.kind == "claim")
    if problem:
        raise problem
