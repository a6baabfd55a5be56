"""The office's tables: event streams of any kind, personal documents, and the registers of who read and what was
destroyed (Rules ¶3)."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from hearings.store.columns import Code, Id, Time, court_column, metadata

_Text = String(500)


# All but `version` repeats what the events say; it changes in the same transaction. `receiver` is a second court that
# sees the stream, `due` a date, `hearing` what came of an application; of a paper, the hearing or application it is of.
office_stream = Table(
    "office_stream",
    metadata,
    Column("kind", Code, primary_key=True),
    Column("id", Id, primary_key=True),
    court_column(),
    Column("version", Integer, nullable=False),
    Column("state", Code, nullable=False),
    Column("key", String(128)),
    Column("receiver", Id, ForeignKey("court.id")),
    Column("due", String(10)),
    Column("hearing", Id, index=True),
    Column("changed_at", Time, nullable=False),
    Column("summary", JSON, nullable=False),
    UniqueConstraint("kind", "key"),
    Index("ix_office_stream_court", "court", "kind", "state"),
    Index("ix_office_stream_receiver", "receiver", "kind", "state"),
)

office_event = Table(
    "office_event",
    metadata,
    Column("id", Id, primary_key=True),
    court_column(),
    Column("stream_kind", Code, nullable=False),
    Column("stream", Id, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Time, nullable=False),
    Column("actor", Code, nullable=False),
    Column("kind", Code, nullable=False),
    Column("data", JSON, nullable=False),
    ForeignKeyConstraint(["stream_kind", "stream"], ["office_stream.kind", "office_stream.id"]),
    UniqueConstraint("stream_kind", "stream", "version"),
)

# A file of the vault that belongs to an application.
document = Table(
    "document",
    metadata,
    Column("id", Id, primary_key=True),
    court_column(),
    Column("application", Id, nullable=False, index=True),
    Column("kind", Code, nullable=False),
    Column("received_at", Time, nullable=False),
)

access_register = Table(
    "access_register",
    metadata,
    Column("id", Id, primary_key=True),
    court_column(),
    Column("document", Id, nullable=False, index=True),
    Column("staff", Id, nullable=False),
    Column("at", Time, nullable=False),
    Column("purpose", Code, nullable=False),
)

# The entry comes before the destruction; `destroyed_at` after it.
destruction_register = Table(
    "destruction_register",
    metadata,
    Column("document", Id, primary_key=True),
    court_column(),
    Column("application", Id, nullable=False),
    Column("kind", Code, nullable=False),
    Column("decided_at", Time, nullable=False),
    Column("actor", Code, nullable=False),
    Column("reason", _Text, nullable=False),
    Column("destroyed_at", Time),
)
