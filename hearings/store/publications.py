"""What is published of hearings (Rules ¶31), in the order in which it changed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from hearings.notices.notice import CALLED_OFF, OF_THE_SCHEDULE, Announced
from hearings.store import tables
from hearings.store.base import Base
from hearings.store.notice_tables import publication
from hearings.store.notices import supersede

_h, _p = tables.hearing.c, publication.c
_ANNOUNCED: Select[Any] = (
    select(
        _p.hearing, _p.court, tables.court.c.name, _h.number, _p.scheduled_at, _p.state, _p.sequence, _p.changed,
        _p.position, _p.courtroom, _p.technology,
    )
    .join(tables.hearing, _h.id == _p.hearing)
    .join(tables.court, tables.court.c.id == _p.court)
)  # fmt: skip


class Publications(Base):
    async def publish(self, now: float) -> int:
        """Bring what is published up to date with the hearings; how many had changed."""
        query = select(
            _h.id, _h.court, _h.scheduled_at, _h.state, _p.sequence, _p.scheduled_at.label("old_at"),
            _p.state.label("old_state"),
        ).outerjoin(publication, _p.hearing == _h.id)  # fmt: skip
        changed = or_(_p.hearing.is_(None), _p.scheduled_at != _h.scheduled_at, _p.state != _h.state)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query.where(changed).order_by(_h.id))).all()
        for row in rows:
            await self._publish(row, now)
        return len(rows)

    async def _publish(self, row: Any, now: float) -> None:
        new_schedule = row.old_at is None or _promise(row.scheduled_at, row.state) != _promise(
            row.old_at, row.old_state
        )  # fmt: skip
        values: dict[str, Any] = {"scheduled_at": row.scheduled_at, "state": row.state, "position": _NEXT}
        if new_schedule:
            values |= {"changed": now, "sequence": 0 if row.sequence is None else row.sequence + 1}
        try:
            async with self._engine.begin() as connection:
                if await self._written(connection, row, values) and new_schedule:
                    await supersede(connection, [row.id], OF_THE_SCHEDULE, now)
        except IntegrityError:
            pass  # another program was first; it, or the next turn, has published this

    async def _written(self, connection: AsyncConnection, row: Any, values: dict[str, Any]) -> bool:
        if row.sequence is None:
            head = {"hearing": row.id, "court": row.court, "courtroom": "", "technology": "videoconference"}
            await connection.execute(insert(publication).values(head | values))
            return True
        change = update(publication).where(
            _p.hearing == row.id, _p.sequence == row.sequence, _p.scheduled_at == row.old_at, _p.state == row.old_state
        )
        return (await connection.execute(change.values(values))).rowcount > 0

    async def set_place(self, hearing: str, courtroom: str, technology: str, now: float) -> None:
        """Where the hearing is held, and by what technology, as it is published (Rules ¶31)."""
        await self.publish(now)
        change = update(publication).where(_p.hearing == hearing)
        change = change.where(or_(_p.courtroom != courtroom, _p.technology != technology))
        async with self._engine.begin() as connection:
            await connection.execute(change.values(courtroom=courtroom, technology=technology, position=_NEXT))

    async def courtroom_of(self, hearing: str) -> str:
        """Its number, as it is published; empty where none is."""
        async with self._engine.connect() as connection:
            found = await connection.execute(select(_p.courtroom).where(_p.hearing == hearing))
            return found.scalar_one_or_none() or ""

    async def published(self, after: int, limit: int) -> list[Announced]:
        """Hearings that changed after a position, in that order."""
        return await self._announced(_ANNOUNCED.where(_p.position > after).order_by(_p.position).limit(limit))

    async def coming(self, since: str, states: Collection[str] | None = None) -> list[Announced]:
        """Hearings scheduled at a time or later (ISO 8601 in UTC), by their time."""
        query = _ANNOUNCED.where(_p.scheduled_at >= since).order_by(_p.scheduled_at, _h.number)
        return await self._announced(query.where(_p.state.in_(states)) if states is not None else query)

    async def last_position(self) -> int:
        async with self._engine.connect() as connection:
            return (await connection.execute(select(func.max(_p.position)))).scalar_one() or 0

    async def _announced(self, query: Select[Any]) -> list[Announced]:
        async with self._engine.connect() as connection:
            return [Announced(*row) for row in await connection.execute(query)]


def _promise(scheduled_at: str, state: str) -> tuple[str, str]:
    """What people were told: when, or that it will not be."""
    return scheduled_at, state if state in CALLED_OFF else ""


_other = publication.alias("other")
# Unique, so that of two programs that publish at once the second fails: no reader of the feed misses a lower position.
_NEXT: Any = select(func.coalesce(func.max(_other.c.position), 0) + 1).scalar_subquery()
