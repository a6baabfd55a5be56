"""What is written in one transaction with an application's event: a hearing, a seat, a code word, documents."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hearings.hearing import Event, Hearing
from hearings.store import tables
from hearings.store.base import new_id
from hearings.store.events import Also, Stored, Values, append_on
from hearings.store.notices import put_contact, put_notice
from hearings.store.office_documents import Document
from hearings.store.office_tables import document
from hearings.store.register import NewSeatRow, insert_hearing, seat_row


def together(*parts: Also | None) -> Also:
    """One after the other."""

    async def also(connection: AsyncConnection) -> None:
        for part in parts:
            if part:
                await part(connection)

    return also


def new_hearing(hearing: Hearing, events: Sequence[Event], seats: Sequence[NewSeatRow]) -> Also:
    async def also(connection: AsyncConnection) -> None:
        await insert_hearing(connection, hearing, events, seats)

    return also


def new_seats(hearing: Hearing, events: Sequence[Event], seats: Sequence[NewSeatRow]) -> Also:
    """``hearing`` is as it was when ``events`` were decided."""

    async def also(connection: AsyncConnection) -> None:
        stored = [Stored(new_id(), event) for event in events]
        await append_on(connection, hearing.id, hearing.version, stored)
        await connection.execute(insert(tables.seat), [seat_row(hearing, seat) for seat in seats])

    return also


def new_word(hearing: str, seat: str, word_hash: str) -> Also:
    async def also(connection: AsyncConnection) -> None:
        where = (tables.seat.c.hearing == hearing, tables.seat.c.code == seat)
        await connection.execute(update(tables.seat).where(*where).values(word_hash=word_hash))

    return also


def new_notices(notices: Sequence[Values], contact: Values | None) -> Also:
    async def also(connection: AsyncConnection) -> None:
        for one in notices:
            await put_notice(connection, one)
        if contact:
            await put_contact(connection, contact)

    return also


def new_documents(documents: Sequence[Document], at: str) -> Also:
    async def also(connection: AsyncConnection) -> None:
        for one in documents:
            row = {"id": one.id, "court": one.court, "application": one.application, "kind": one.kind}
            await connection.execute(insert(document).values(row | {"received_at": at}))

    return also
