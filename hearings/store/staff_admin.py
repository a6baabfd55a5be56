"""What is done about staff. Each change and its event are one transaction; sessions end in it too."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from hearings.problems import Refused
from hearings.staff_roles import StaffRole
from hearings.store import tables
from hearings.store.base import Base
from hearings.store.events import Changed
from hearings.store.staff import grant_row
from hearings.store.staff_log import Doing, note
from hearings.store.staff_tables import staff_factor, staff_identity, staff_policy, staff_recovery, staff_reset


class StaffAdmin(Base):
    """``court`` is the one for which it is done. With ``version``, the one that was seen, a change that somebody else
    made meanwhile raises `Changed`. Who may do it is for the caller to check (`staff_acts`)."""

    async def set_roles(
        self, court: str, staff: str, roles: Iterable[StaffRole], doing: Doing, version: int | None = None
    ) -> None:
        """These roles in the court and no others of it; those in other courts stay. The person leaves every seat in the
        court, to come again in one that the roles allow."""
        table, chosen = tables.staff_role, sorted(set(roles))
        rows = [grant_row(staff, court, role) for role in chosen]
        async with self._changing(court, staff, "roles", doing, version, roles=chosen) as connection:
            await connection.execute(delete(table).where(table.c.staff == staff, table.c.court == court))
            if rows:
                await connection.execute(insert(table), rows)
            await _end_sessions(connection, staff, seats_of=court)

    async def set_email(self, court: str, staff: str, email: str, doing: Doing, version: int | None = None) -> None:
        """Where the person is told of problems and appointments; empty: nowhere."""
        async with self._changing(court, staff, "email", doing, version) as connection:
            await connection.execute(_of(staff).values(email=email))

    async def set_disabled(
        self, court: str, staff: str, disabled: bool, doing: Doing, version: int | None = None
    ) -> None:
        kind = "disable" if disabled else "enable"
        async with self._changing(court, staff, kind, doing, version) as connection:
            await connection.execute(_of(staff).values(disabled=disabled))
            await _end_sessions(connection, staff)
            await connection.execute(delete(staff_reset).where(staff_reset.c.staff == staff))

    async def open_reset(
        self, court: str, staff: str, code_hash: str, expires: float, doing: Doing, version: int | None = None
    ) -> None:
        """From now on only the code lets the person set a password; the old one and all sessions are over."""
        row = {"staff": staff, "court": court, "code_hash": code_hash, "expires": expires}
        async with self._changing(court, staff, "reset", doing, version) as connection:
            await connection.execute(_of(staff).values(password_hash=""))
            await connection.execute(delete(staff_reset).where(staff_reset.c.staff == staff))
            await connection.execute(insert(staff_reset).values(row))
            await _end_sessions(connection, staff)

    async def reset_hash(self, staff: str, now: float) -> str | None:
        """The hash of the code with which the person may set a password now, or None."""
        table = staff_reset.c
        query = select(table.code_hash).where(table.staff == staff, table.expires > now)
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).scalar_one_or_none()

    async def use_reset(self, court: str, staff: str, code_hash: str, password_hash: str, doing: Doing) -> bool:
        """Set the password by the code, once; false where somebody else was first."""
        table = staff_reset
        async with self._engine.begin() as connection:
            gone = await connection.execute(delete(table).where(table.c.staff == staff, table.c.code_hash == code_hash))
            if not gone.rowcount:
                return False
            await connection.execute(_of(staff).values(password_hash=password_hash))
            await _end_sessions(connection, staff)
            await note(connection, court, staff, "password", doing)
            return True

    async def change_password(self, court: str, staff: str, password_hash: str, keep: str, doing: Doing) -> None:
        """The person's own change; every session but ``keep`` ends."""
        async with self._changing(court, staff, "password", doing) as connection:
            await connection.execute(_of(staff).values(password_hash=password_hash))
            await connection.execute(delete(staff_reset).where(staff_reset.c.staff == staff))
            await _end_sessions(connection, staff, but=keep)

    async def require_factor(
        self, court: str, staff: str, required: bool, doing: Doing, version: int | None = None
    ) -> None:
        kind = "require_second_factor" if required else "waive_second_factor"
        async with self._changing(court, staff, kind, doing, version) as connection:
            await connection.execute(_of(staff).values(second_factor=required))

    async def remove_factor(self, court: str, staff: str, doing: Doing, version: int | None = None) -> None:
        """The second factor was lost: it counts no more, nor do its recovery codes."""
        async with self._changing(court, staff, "remove_second_factor", doing, version) as connection:
            for table in (staff_factor, staff_recovery):
                await connection.execute(delete(table).where(table.c.staff == staff))
            await _end_sessions(connection, staff)

    async def revoke_sessions(
        self, court: str, staff: str, session: str | None, doing: Doing, version: int | None = None
    ) -> None:
        """One session of the person, or all. Raises `Refused` (``not-found``) where it is not theirs."""
        async with self._changing(court, staff, "revoke", doing, version, all=session is None) as connection:
            if not await _end_sessions(connection, staff, only=session) and session:
                raise Refused("not-found")

    async def link(
        self, court: str, staff: str, issuer: str, subject: str, doing: Doing, version: int | None = None
    ) -> None:
        """The person is who the provider calls ``subject``. Raises `Refused` where somebody else is."""
        row = {"issuer": issuer, "subject": subject, "court": court, "staff": staff}
        table = staff_identity
        try:
            async with self._changing(court, staff, "link", doing, version, issuer=issuer) as connection:
                await connection.execute(delete(table).where(table.c.staff == staff, table.c.issuer == issuer))
                await connection.execute(insert(table).values(row))
        except IntegrityError:
            raise Refused("bad-request", field="subject") from None

    async def unlink(self, court: str, staff: str, doing: Doing, version: int | None = None) -> None:
        async with self._changing(court, staff, "unlink", doing, version) as connection:
            await connection.execute(delete(staff_identity).where(staff_identity.c.staff == staff))
            await _end_sessions(connection, staff)

    async def linked(self, issuer: str, subject: str) -> str | None:
        """The staff member whom the provider calls ``subject``."""
        table = staff_identity.c
        query = select(table.staff).where(table.issuer == issuer, table.subject == subject)
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).scalar_one_or_none()

    async def is_linked(self, staff: str) -> bool:
        query = select(staff_identity.c.subject).where(staff_identity.c.staff == staff).limit(1)
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).first() is not None

    async def set_factor_policy(self, court: str, required: bool, doing: Doing) -> None:
        """Whether everybody with a role in the court needs a second factor."""
        table = staff_policy
        async with self._engine.begin() as connection:
            await connection.execute(delete(table).where(table.c.court == court))
            await connection.execute(insert(table).values(court=court, second_factor=required))
            await note(connection, court, None, "policy", doing, second_factor=required)

    async def factor_policies(self) -> dict[str, bool]:
        table = staff_policy.c
        async with self._engine.connect() as connection:
            rows = await connection.execute(select(table.court, table.second_factor))
            return {row.court: row.second_factor for row in rows}

    @asynccontextmanager
    async def _changing(
        self, court: str, staff: str, kind: str, doing: Doing, version: int | None = None, **data: Any
    ) -> AsyncIterator[AsyncConnection]:
        async with self._engine.begin() as connection:
            table = tables.staff.c
            change = _of(staff).values(version=table.version + 1)
            if version is not None:
                change = change.where(table.version == version)
            if not (await connection.execute(change)).rowcount:
                raise Changed(staff)
            yield connection
            await note(connection, court, staff, kind, doing, **data)


def _of(staff: str) -> Any:
    return update(tables.staff).where(tables.staff.c.id == staff)


async def _end_sessions(
    connection: AsyncConnection, staff: str, *, only: str | None = None, but: str | None = None,
    seats_of: str | None = None,
) -> int:  # fmt: skip
    table = tables.session.c
    change = update(tables.session).where(table.subject == staff, table.revoked.is_(False))
    if only:
        change = change.where(table.id == only)
    if but:
        change = change.where(table.id != but)
    if seats_of:
        change = change.where(table.court == seats_of, table.attendance.is_not(None))
    return (await connection.execute(change.values(revoked=True))).rowcount
