"""Staff of the courts and their roles, per court."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, insert, literal, or_, select, update
from sqlalchemy.exc import IntegrityError

from hearings.hearing import SYSTEM
from hearings.problems import Refused
from hearings.staff_roles import STAFF_ROLES, StaffRole
from hearings.store import tables
from hearings.store.base import Base, new_id
from hearings.store.staff_log import Doing, note
from hearings.store.staff_tables import staff_factor, staff_policy
from hearings.texts import is_text
from hearings.times import iso


@dataclass(frozen=True, slots=True)
class Staff:
    """``court`` is the one that employs them; ``roles`` are (court, role) pairs. ``has_factor``: a second factor is set
    up; ``needs_factor``: one is required, of the person or of all staff in a court of theirs."""

    id: str
    court: str
    name: str
    password_hash: str
    roles: frozenset[tuple[str, str]]
    version: int = 0
    disabled: bool = False
    must_factor: bool = False
    has_factor: bool = False
    needs_factor: bool = False
    email: str = field(default="", repr=False)

    @property
    def courts(self) -> frozenset[str]:
        return frozenset({self.court, *(court for court, _ in self.roles)})

    def may_take(self, court: str, role: str) -> bool:
        return (court, role) in self.roles


def normal_login(name: str) -> str:
    """A staff name as it is compared: NFKC, case folded, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


class StaffRegister(Base):
    async def add_staff(
        self, court: str, name: str, password_hash: str, roles: Iterable[StaffRole], doing: Doing | None = None
    ) -> str:
        """A new staff member of a court; the id. Raises `Refused` (``bad-request``) where the name is taken."""
        person, granted = new_id(), sorted(set(roles))
        if not normal_login(name) or len(name) > 300 or not is_text(name):
            raise Refused("bad-request", field="name")
        row = {"id": person, "court": court, "name": name, "login": normal_login(name), "password_hash": password_hash}
        grants = [grant_row(person, court, role) for role in granted]
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(tables.staff).values(row))
                if grants:
                    await connection.execute(insert(tables.staff_role), grants)
                await note(connection, court, person, "added", doing or by_system(), roles=granted)
        except IntegrityError:
            raise Refused("bad-request", field="name") from None
        return person

    async def grant(self, staff: str, court: str, role: StaffRole, doing: Doing | None = None) -> None:
        """Give a role in a court; a second time changes nothing."""
        async with self._engine.begin() as connection:
            table, row = tables.staff_role, grant_row(staff, court, role)
            await connection.execute(delete(table).filter_by(**row))
            await connection.execute(insert(table).values(row))
            await note(connection, court, staff, "granted", doing or by_system(), role=role)

    async def set_password(self, staff: str, password_hash: str) -> None:
        change = update(tables.staff).where(tables.staff.c.id == staff).values(password_hash=password_hash)
        async with self._engine.begin() as connection:
            await connection.execute(change)

    async def staff_by_name(self, name: str) -> Staff | None:
        """The staff member of this name, as somebody typed it."""
        return await self._one(tables.staff.c.login == normal_login(name))

    async def staff_by_id(self, staff: str) -> Staff | None:
        return await self._one(tables.staff.c.id == staff)

    async def staff_of_court(self, court: str, search: str = "") -> list[Staff]:
        """Those whom a court employs, and those of other courts who have a role in it; by name."""
        table = tables.staff.c
        condition = or_(table.court == court, literal(court).in_(_courts_of_its_roles()))
        if search:
            condition = and_(condition, table.login.contains(normal_login(search), autoescape=True))
        return await self._staff(condition)

    async def _one(self, condition: ColumnElement[bool]) -> Staff | None:
        found = await self._staff(condition)
        return found[0] if found else None

    async def _staff(self, condition: ColumnElement[bool]) -> list[Staff]:
        """One query, whether there is such a person or not: the time that it takes tells nothing."""
        table, role, policy, factor = tables.staff.c, tables.staff_role.c, staff_policy.c, staff_factor.c
        court_needs = exists().where(
            policy.second_factor,
            or_(policy.court == table.court, policy.court.in_(_courts_of_its_roles())),
        )
        columns = (
            table.id, table.court, table.name, table.password_hash, table.version, table.disabled, table.second_factor,
            table.email,
            exists().where(factor.staff == table.id, factor.secret.is_not(None)).label("has_factor"),
            court_needs.label("court_needs"), role.court.label("of"), role.role,
        )  # fmt: skip
        query = select(*columns).select_from(tables.staff.outerjoin(tables.staff_role, role.staff == table.id))
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query.where(condition).order_by(table.login, table.id))).all()
        return [_person(list(group)) for _, group in groupby(rows, key=lambda row: row.id)]


def _courts_of_its_roles() -> Any:
    """Of the person whom the outer query is about."""
    inner = tables.staff_role.alias()
    return select(inner.c.court).where(inner.c.staff == tables.staff.c.id).correlate(tables.staff).scalar_subquery()


def _person(rows: list[Any]) -> Staff:
    first = rows[0]
    return Staff(
        first.id, first.court, first.name, first.password_hash,
        roles=frozenset((row.of, row.role) for row in rows if row.role),
        version=first.version, disabled=first.disabled, must_factor=first.second_factor,
        has_factor=bool(first.has_factor), needs_factor=bool(first.second_factor or first.court_needs),
        email=first.email,
    )  # fmt: skip


def by_system(reason: str = "") -> Doing:
    """At the server's own command line, now."""
    return Doing(SYSTEM, iso(time.time()), reason)


def grant_row(staff: str, court: str, role: str) -> dict[str, str]:
    if role not in STAFF_ROLES:
        raise Refused("bad-request", field="role")
    return {"staff": staff, "court": court, "role": role}
