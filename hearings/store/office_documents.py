"""Personal documents: what the vault holds of whom, who read it, and what was destroyed when and why (Rules ¶3)."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from hearings.hearing import SYSTEM
from hearings.office.terms import DocumentKind
from hearings.store import tables
from hearings.store.base import Base, new_id
from hearings.store.office_tables import access_register, destruction_register, document, office_stream


@dataclass(frozen=True, slots=True)
class Document:
    """A file of the vault under ``id``."""

    id: str
    court: str
    application: str
    kind: DocumentKind


@dataclass(frozen=True, slots=True)
class Ended:
    """A document whose application, or the hearing that came of it, is over since ``at`` (ISO 8601)."""

    document: Document
    at: str


class OfficeDocuments(Base):
    async def note_access(self, court: str, read: str, staff: str, at: str, purpose: str) -> None:
        """Somebody is about to read a document: the entry is on disk before they do."""
        row = {"id": new_id(), "court": court, "document": read, "staff": staff, "at": at, "purpose": purpose}
        async with self._engine.begin() as connection:
            await connection.execute(insert(access_register).values(row))

    async def accesses(self, read: str) -> list[tuple[str, str, str]]:
        """Who read a document, when and what for."""
        table = access_register.c
        query = select(table.staff, table.at, table.purpose).where(table.document == read).order_by(table.at)
        async with self._engine.connect() as connection:
            return [(row.staff, row.at, row.purpose) for row in await connection.execute(query)]

    async def documents_of(self, application: str) -> list[Document]:
        """The documents of an application that are still in the vault."""
        query = _KEPT.where(document.c.application == application)
        async with self._engine.connect() as connection:
            return [Document(*row[:4]) for row in await connection.execute(query)]

    async def ended_documents(self) -> list[Ended]:
        """The documents in the vault that nobody needs any more."""
        stream, event = office_stream.c, tables.event.c
        given_up = _KEPT.where(stream.state.in_(("refused", "withdrawn")))
        heard = _KEPT.with_only_columns(*_DOCUMENT, event.at).join(tables.event, event.hearing == stream.hearing)
        heard = heard.where(event.kind == "concluded")
        async with self._engine.connect() as connection:
            rows = [*await connection.execute(given_up), *await connection.execute(heard)]
        return [Ended(Document(*row[:4]), row[4]) for row in rows]

    async def decide_destruction(self, one: Document, at: str, reason: str, actor: str = SYSTEM) -> None:
        """Enter a document into the register of destruction; it can be read no more, and the file may go now."""
        row = {"document": one.id, "court": one.court, "application": one.application, "kind": one.kind}
        row |= {"decided_at": at, "actor": actor, "reason": reason}
        with contextlib.suppress(IntegrityError):  # another program was first
            async with self._engine.begin() as connection:
                await connection.execute(insert(destruction_register).values(row))

    async def undestroyed(self) -> list[str]:
        """The documents whose destruction is decided and not done."""
        table = destruction_register.c
        async with self._engine.connect() as connection:
            return list(
                (await connection.execute(select(table.document).where(table.destroyed_at.is_(None)))).scalars()
            )

    async def destroyed(self, one: str, at: str) -> None:
        """The file is gone."""
        table = destruction_register.c
        change = update(destruction_register).where(table.document == one, table.destroyed_at.is_(None))
        async with self._engine.begin() as connection:
            await connection.execute(change.values(destroyed_at=at))

    async def destructions(self, court: str) -> list[dict[str, Any]]:
        """A court's register of destruction."""
        table = destruction_register
        query = select(table).where(table.c.court == court).order_by(table.c.decided_at)
        async with self._engine.connect() as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]


_DOCUMENT = (document.c.id, document.c.court, document.c.application, document.c.kind)
# What is in the vault, and when its application last changed.
_KEPT: Select[Any] = (
    select(*_DOCUMENT, office_stream.c.changed_at)
    .join(office_stream, (office_stream.c.id == document.c.application) & (office_stream.c.kind == "application"))
    .outerjoin(destruction_register, destruction_register.c.document == document.c.id)
    .where(destruction_register.c.document.is_(None))
)
