"""The office's event streams: one way to keep an aggregate of any kind, its present row for lists, its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from hearings.hearing import Event
from hearings.office.streams import Projection
from hearings.problems import Refused
from hearings.store import tables
from hearings.store.base import Base, new_id
from hearings.store.events import Also, Changed, Events, Remember, Repeated, answer_row
from hearings.store.office_tables import office_event, office_stream


@dataclass(frozen=True, slots=True)
class Stream:
    """An aggregate's address: of a court, of a kind (``application``, ``courtroom``, …), with an id."""

    court: str
    kind: str
    id: str


class OfficeStreams(Events, Base):
    async def append_office(
        self, stream: Stream, expected: int, events: Sequence[Event], projection: Projection,
        remember: Remember | None = None, also: Also | None = None,
    ) -> None:  # fmt: skip
        """Append events that were decided on version ``expected``; 0 makes the stream. On disk when it returns.

        Raises `Changed` where the stream is at another version, `Repeated` where ``remember``'s key is known, and
        `Refused` (``bad-request``) where the projection's key is another stream's; then nothing was written.
        """
        if not events or events[0].version != expected + 1:
            raise ValueError("these events were decided on another version")
        try:
            async with self._engine.begin() as connection:
                await _advance(connection, stream, expected, events, projection)
                if remember:
                    await connection.execute(insert(tables.idempotency).values(answer_row(stream.court, remember)))
                await connection.execute(insert(office_event), [_event_row(stream, event) for event in events])
                if also:
                    await also(connection)
        except (Changed, IntegrityError) as error:
            await self._explain(error, stream, expected, projection, remember)
            # What is written with the events met somebody else's: a hearing's number, a seat, its version.
            raise (Changed(stream.id) if also else error) from None

    async def _explain(
        self, error: Exception, stream: Stream, expected: int, projection: Projection, remember: Remember | None
    ) -> None:
        answer = await self.answered(remember.scope, remember.key) if remember else None
        if answer is not None:
            raise Repeated(answer) from None
        if isinstance(error, Changed) or await self.office_version(stream.kind, stream.id) != expected:
            raise Changed(stream.id) from None
        if projection.key and await self.office_by_key(stream.kind, projection.key) not in (None, stream.id):
            raise Refused("bad-request", field="number") from None

    async def office_events(self, kind: str, stream: str, after: int = 0) -> list[Event]:
        """The events of a stream, by version; none where there is no such stream."""
        table = office_event.c
        query = select(office_event).where(table.stream_kind == kind, table.stream == stream, table.version > after)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query.order_by(table.version))).mappings()
            return [Event(row["kind"], row["version"], row["at"], row["actor"], row["data"]) for row in rows]

    async def office_version(self, kind: str, stream: str) -> int:
        table = office_stream.c
        query = select(table.version).where(table.kind == kind, table.id == stream)
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).scalar_one_or_none() or 0

    async def office_address(self, kind: str, stream: str) -> Stream | None:
        """The stream of this id, and whose it is."""
        return await self._address(office_stream.c.kind == kind, office_stream.c.id == stream)

    async def office_by_key(self, kind: str, key: str) -> str | None:
        found = await self._address(office_stream.c.kind == kind, office_stream.c.key == key)
        return found.id if found else None

    async def _address(self, *where: ColumnElement[bool]) -> Stream | None:
        table = office_stream.c
        async with self._engine.connect() as connection:
            row = (await connection.execute(select(table.court, table.kind, table.id).where(*where))).one_or_none()
        return Stream(*row) if row else None

    async def list_office(
        self, kind: str, courts: Sequence[str] = (), receivers: Sequence[str] = (), state: str | None = None,
        after: str = "", most: int = 200, about: str | None = None, newest_first: bool = False,
    ) -> list[dict[str, Any]]:  # fmt: skip
        """The rows of the streams that belong to ``courts`` or that ``receivers`` see, by id, which is by age.
        ``after`` is the id of the last one that is known already; ``about``: only those of this hearing or
        application."""
        table = office_stream.c
        whose = or_(table.court.in_(courts), table.receiver.in_(receivers))
        query = select(table.court, table.receiver, table.summary).where(table.kind == kind, whose)
        if after:
            query = query.where(table.id < after if newest_first else table.id > after)
        if state:
            query = query.where(table.state == state)
        if about:
            query = query.where(table.hearing == about)
        async with self._engine.connect() as connection:
            order = table.id.desc() if newest_first else table.id
            rows = (await connection.execute(query.order_by(order).limit(most))).all()
        return [{**row.summary, "court": row.court, "receiver": row.receiver} for row in rows]


async def _advance(
    connection: AsyncConnection, stream: Stream, expected: int, events: Sequence[Event], projection: Projection
) -> None:
    """Write the stream's row, or move it on from the expected version. Raises `Changed`."""
    values = {
        "version": events[-1].version, "changed_at": events[-1].at, "state": projection.state, "key": projection.key,
        "receiver": projection.receiver, "due": projection.due, "hearing": projection.about,
        "summary": dict(projection.summary),
    }  # fmt: skip
    if expected == 0:
        row = {"kind": stream.kind, "id": stream.id, "court": stream.court, **values}
        await connection.execute(insert(office_stream).values(row))
        return
    table = office_stream.c
    same = (table.kind == stream.kind, table.id == stream.id, table.court == stream.court, table.version == expected)
    if (await connection.execute(update(office_stream).where(*same).values(values))).rowcount != 1:
        raise Changed(stream.id)


def _event_row(stream: Stream, event: Event) -> dict[str, Any]:
    return {
        "id": new_id(), "court": stream.court, "stream_kind": stream.kind, "stream": stream.id,
        "version": event.version, "at": event.at, "actor": event.actor, "kind": event.kind, "data": dict(event.data),
    }  # fmt: skip
