"""Staff of the courts and their roles, per court."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from hearings.problems import Refused
from hearings.store import tables
from hearings.store.base import Base, new_id
from hearings.terms import ROLES, Role
from hearings.texts import is_text


@dataclass(frozen=True, slots=True)
class Staff:
    """``court`` is the one that employs them; ``roles`` are (court, role) pairs."""

    id: str
    court: str
    name: str
    password_hash: str
    roles: frozenset[tuple[str, str]]

    def may_take(self, court: str, role: str) -> bool:
        return (court, role) in self.roles


def normal_login(name: str) -> str:
    """A staff name as it is compared: NFKC, case folded, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


class StaffRegister(Base):
    async def add_staff(self, court: str, name: str, password_hash: str, roles: Iterable[Role]) -> str:
        """A new staff member of a court; the id. Raises `Refused` (``bad-request``) where the name is taken."""
        person = new_id()
        if not normal_login(name) or len(name) > 300 or not is_text(name):
            raise Refused("bad-request", field="name")
        row = {"id": person, "court": court, "name": name, "login": normal_login(name), "password_hash": password_hash}
        grants = [_grant(person, court, role) for role in roles]
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(tables.staff).values(row))
                if grants:
                    await connection.execute(insert(tables.staff_role), grants)
        except IntegrityError:
            raise Refused("bad-request", field="name") from None
        return person

    async def grant(self, staff: str, court: str, role: Role) -> None:
        """Give a role in a court; a second time changes nothing."""
        async with self._engine.begin() as connection:
            table, row = tables.staff_role, _grant(staff, court, role)
            await connection.execute(delete(table).filter_by(**row))
            await connection.execute(insert(table).values(row))

    async def set_password(self, staff: str, password_hash: str) -> None:
        change = update(tables.staff).where(tables.staff.c.id == staff).values(password_hash=password_hash)
        async with self._engine.begin() as connection:
            await connection.execute(change)

    async def staff_by_name(self, name: str) -> Staff | None:
        """The staff member of this name, as somebody typed it."""
        return await self._staff(tables.staff.c.login == normal_login(name))

    async def staff_by_id(self, staff: str) -> Staff | None:
        return await self._staff(tables.staff.c.id == staff)

    async def _staff(self, condition: ColumnElement[bool]) -> Staff | None:
        """One query, whether there is such a person or not: the time that it takes tells nothing."""
        table, role = tables.staff.c, tables.staff_role.c
        columns = (table.id, table.court, table.name, table.password_hash, role.court.label("of"), role.role)
        query = select(*columns).select_from(tables.staff.outerjoin(tables.staff_role, role.staff == table.id))
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query.where(condition))).all()
        if not rows:
            return None
        first = rows[0]
        roles = frozenset((row.of, row.role) for row in rows if row.role)
        return Staff(first.id, first.court, first.name, first.password_hash, roles)


def _grant(staff: str, court: str, role: Role) -> dict[str, str]:
    if role not in ROLES:
        raise Refused("bad-request", field="role")
    return {"staff": staff, "court": court, "role": role}
