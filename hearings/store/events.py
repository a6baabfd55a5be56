"""The event log: appending, loading, and the outbox that feeds the journal."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from hearings.acts import STATE_AFTER
from hearings.hearing import Event, Hearing, fold
from hearings.store import tables
from hearings.store.base import Base, new_id

Values = dict[str, Any]
Also = Callable[[AsyncConnection], Awaitable[None]]
"""What is written in the same transaction."""


class Changed(Exception):
    """Somebody else has appended to the hearing in the meantime: load it again and decide again."""


class Repeated(Exception):
    """The act with this idempotency key was done before; ``answer`` is what it was answered with."""

    def __init__(self, answer: Any) -> None:
        super().__init__("repeated")
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Remember:
    """An idempotency key within a scope (the session's id), and the answer to give when it comes again."""

    scope: str
    key: str
    answer: Any


@dataclass(frozen=True, slots=True)
class Stored:
    """An event with its id."""

    id: str
    event: Event

    def journal(self) -> dict[str, Any]:
        """The event as the control protocol's ``journal`` takes it."""
        event = self.event
        head = {"id": self.id, "version": event.version, "at": event.at, "kind": event.kind}
        return {**head, "data": {**event.data, "actor": event.actor}}


class Events(Base):
    async def append(
        self, hearing: str, expected_version: int, events: Sequence[Event], remember: Remember | None = None,
        also: Also | None = None,
    ) -> list[Stored]:  # fmt: skip
        """Append events that were decided on version ``expected_version``. When it returns they are on disk, with what
        ``also`` writes.

        Raises `Changed` when the hearing is at another version, `Repeated` when ``remember``'s key is known; then
        nothing was written. The answer is remembered in the same transaction.
        """
        return await self._append(hearing, expected_version, events, remember, None, also)

    async def _append(
        self, hearing: str, expected: int, events: Sequence[Event], remember: Remember | None, seat: Values | None,
        also: Also | None = None,
    ) -> list[Stored]:  # fmt: skip
        if not events:
            return []
        if events[0].version != expected + 1:
            raise ValueError("these events were decided on another version")
        stored = [Stored(new_id(), event) for event in events]
        try:
            async with self._engine.begin() as connection:
                court = await append_on(connection, hearing, expected, stored, seat)
                if remember:
                    await connection.execute(insert(tables.idempotency).values(answer_row(court, remember)))
                if also:
                    await also(connection)
        except (Changed, IntegrityError):
            answer = await self.answered(remember.scope, remember.key) if remember else None
            if answer is not None:
                raise Repeated(answer) from None
            raise
        return stored

    async def answered(self, scope: str, key: str) -> Any | None:
        """What an act with this idempotency key was answered with, or None."""
        table = tables.idempotency
        query = select(table.c.answer).where(table.c.scope == scope, table.c.key == key)
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).scalar_one_or_none()

    async def forget_answers(self, before: float) -> None:
        """Forget idempotency keys older than a time in seconds since the epoch."""
        table = tables.idempotency
        async with self._engine.begin() as connection:
            await connection.execute(table.delete().where(table.c.created < before))

    async def load(self, hearing: str) -> Hearing | None:
        """The hearing as its events tell it, or None."""
        stored = await self.events_after(hearing, 0)
        return fold(item.event for item in stored) if stored else None

    async def events_after(self, hearing: str, version: int) -> list[Stored]:
        table = tables.event
        query = select(table).where(table.c.hearing == hearing, table.c.version > version).order_by(table.c.version)
        async with self._engine.connect() as connection:
            return [_stored(row) for row in (await connection.execute(query)).mappings()]

    async def journalled(self, hearing: str) -> int:
        """The version up to which the hearing's events are in the journal."""
        query = select(tables.outbox.c.position).where(tables.outbox.c.hearing == hearing)
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).scalar_one_or_none() or 0

    async def unjournalled(self) -> list[str]:
        """The hearings whose doors were opened and of which not every event is in the journal."""
        hearing, outbox = tables.hearing.c, tables.outbox.c
        query = select(hearing.id).join(tables.outbox, outbox.hearing == hearing.id)
        query = query.where(outbox.position < hearing.version, hearing.state != "scheduled")
        async with self._engine.connect() as connection:
            return list((await connection.execute(query)).scalars())

    async def mark(self, hearing: str, version: int) -> None:
        """The hearing's events up to ``version`` are in the journal. Never goes back."""
        table = tables.outbox
        change = update(table).where(table.c.hearing == hearing, table.c.position < version).values(position=version)
        async with self._engine.begin() as connection:
            await connection.execute(change)


async def append_on(
    connection: AsyncConnection, hearing: str, expected: int, stored: Sequence[Stored], seat: Values | None = None
) -> str:
    """Append to a hearing, with a seat that is new, within a transaction; its court. Raises `Changed`."""
    court = await _advance(connection, hearing, expected, [item.event for item in stored])
    if seat:
        await connection.execute(insert(tables.seat).values(seat))
    await connection.execute(insert(tables.event), [event_row(court, hearing, item) for item in stored])
    return court


async def _advance(connection: AsyncConnection, hearing: str, expected: int, events: Sequence[Event]) -> str:
    """Move the hearing's row on from the expected version; its court. Raises `Changed`."""
    table = tables.hearing
    values: dict[str, Any] = {"version": events[-1].version}
    states = [STATE_AFTER[event.kind] for event in events if event.kind in STATE_AFTER]
    if states:
        values["state"] = states[-1]
    days = [event.data["scheduled_at"] for event in events if event.kind == "rescheduled"]
    if days:
        values["scheduled_at"] = days[-1]
    change = update(table).where(table.c.id == hearing, table.c.version == expected).values(**values)
    court: str | None = (await connection.execute(change.returning(table.c.court))).scalar_one_or_none()
    if court is None:
        raise Changed(hearing)
    return court


def event_row(court: str, hearing: str, stored: Stored) -> Values:
    event = stored.event
    head = {"id": stored.id, "court": court, "hearing": hearing, "version": event.version}
    return {**head, "at": event.at, "actor": event.actor, "kind": event.kind, "data": dict(event.data)}


def answer_row(court: str, remember: Remember) -> Values:
    head = {"scope": remember.scope, "key": remember.key, "answer": remember.answer}
    return {**head, "court": court, "created": time.time()}


def _stored(row: RowMapping) -> Stored:
    data: Mapping[str, Any] = row["data"]
    return Stored(row["id"], Event(row["kind"], row["version"], row["at"], row["actor"], data))
