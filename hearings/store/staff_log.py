"""What was done about staff, by whom, when and why: appended in the change's own transaction, never edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hearings.store.base import Base, new_id
from hearings.store.staff_tables import staff_event

PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class StaffEvent:
    """``staff`` is whom it is about (null: the whole court), ``actor`` a staff member's id or ``system``, ``at`` ISO
    8601. ``data`` has neither secrets nor names."""

    id: str
    court: str
    staff: str | None
    at: str
    actor: str
    kind: str
    reason: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does something, when (ISO 8601) and why."""

    actor: str
    at: str
    reason: str = ""


async def note(
    connection: AsyncConnection, court: str, staff: str | None, kind: str, doing: Doing, **data: Any
) -> None:
    row = {"id": new_id(), "court": court, "staff": staff, "kind": kind, "data": data}
    await connection.execute(insert(staff_event).values(**row, at=doing.at, actor=doing.actor, reason=doing.reason))


class StaffLog(Base):
    async def note_staff(self, court: str, staff: str | None, kind: str, doing: Doing, **data: Any) -> None:
        """An event beside which nothing changes, such as a sign-in."""
        async with self._engine.begin() as connection:
            await note(connection, court, staff, kind, doing, **data)

    async def staff_events(
        self, court: str, staff: str | None = None, before: str | None = None, most: int = PAGE
    ) -> list[StaffEvent]:
        """A court's events, of one person where ``staff`` is given, the newest first; ``before`` is an event's id."""
        table = staff_event.c
        query = select(*(table[name] for name in StaffEvent.__dataclass_fields__)).where(table.court == court)
        if staff:
            query = query.where(table.staff == staff)
        if before:
            query = query.where(table.id < before)
        async with self._engine.connect() as connection:
            rows = await connection.execute(query.order_by(table.id.desc()).limit(most))
            return [StaffEvent(*row) for row in rows]
