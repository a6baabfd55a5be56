"""Sessions: what a token stands for, so that it can be revoked. The token itself is never stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, delete, insert, select, update

from hearings.store import tables
from hearings.store.base import Base, new_id

SessionKind = Literal["staff", "seat", "claim", "second_factor", "enrol"]


@dataclass(frozen=True, slots=True)
class Session:
    """``kind``: signed-in staff, a device in a seat, or a second device that claims one; ``second_factor`` is staff
    whose second factor is still to be shown, ``enrol`` staff who must set one up first. ``subject`` is the staff
    member's id; times are seconds since the epoch."""

    id: str
    court: str
    kind: SessionKind
    subject: str | None
    hearing: str | None
    seat: str | None
    attendance: str | None
    created: float
    expires: float
    revoked: bool = False

    def valid(self, now: float) -> bool:
        return not self.revoked and now < self.expires


class Sessions(Base):
    async def create_session(
        self, kind: SessionKind, court: str, created: float, expires: float, *, subject: str | None = None,
        hearing: str | None = None, seat: str | None = None, attendance: str | None = None,
    ) -> Session:  # fmt: skip
        session = Session(new_id(), court, kind, subject, hearing, seat, attendance, created, expires)
        async with self._engine.begin() as connection:
            await connection.execute(insert(tables.session).values(_row(session)))
        return session

    async def session(self, session: str) -> Session | None:
        query = select(*(tables.session.c[name] for name in Session.__dataclass_fields__))
        async with self._engine.connect() as connection:
            row = (await connection.execute(query.where(tables.session.c.id == session))).one_or_none()
        return Session(*row) if row else None

    async def is_valid(self, session: str, now: float) -> bool:
        found = await self.session(session)
        return found is not None and found.valid(now)

    async def renew(self, session: str, expires: float) -> bool:
        """Put off a session's end; false when it was revoked."""
        table = tables.session.c
        return await self._change(table.id == session, table.revoked.is_(False), expires=expires)

    async def become_seat(self, hearing: str, attendance: str) -> bool:
        """The device that claimed the seat has got it."""
        table = tables.session.c
        return await self._change(table.hearing == hearing, table.attendance == attendance, kind="seat")

    async def become_staff(self, session: str) -> bool:
        """The second factor that was wanting has been set up."""
        table = tables.session.c
        return await self._change(table.id == session, table.kind == "enrol", kind="staff")

    async def sessions_of(self, staff: str, now: float) -> list[Session]:
        """The sessions with which a staff member is in now, in a seat or not; the newest first."""
        table = tables.session.c
        query = select(*(table[name] for name in Session.__dataclass_fields__)).order_by(table.created.desc())
        query = query.where(table.subject == staff, table.revoked.is_(False), table.expires > now)
        async with self._engine.connect() as connection:
            return [Session(*row) for row in (await connection.execute(query)).all()]

    async def revoke(self, session: str) -> bool:
        return await self._change(tables.session.c.id == session, revoked=True)

    async def revoke_attendance(self, hearing: str, attendance: str) -> bool:
        """Revoke every token of one device's stay."""
        table = tables.session.c
        return await self._change(table.hearing == hearing, table.attendance == attendance, revoked=True)

    async def revoke_hearing(self, hearing: str) -> bool:
        return await self._change(tables.session.c.hearing == hearing, revoked=True)

    async def forget_sessions(self, before: float) -> None:
        """Delete the sessions that ended before a time."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(tables.session).where(tables.session.c.expires < before))

    async def _change(self, *where: ColumnElement[bool], **values: Any) -> bool:
        async with self._engine.begin() as connection:
            result = await connection.execute(update(tables.session).where(*where).values(**values))
            return result.rowcount > 0


def _row(session: Session) -> dict[str, Any]:
    return {name: getattr(session, name) for name in Session.__dataclass_fields__}
