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

from hearings.store.tables import metadata

_Id, _Time, _Code, _Text = String(36), String(32), String(64), String(500)


def _court() -> Column[str]:
    return Column("court", _Id, ForeignKey("court.id"), nullable=False)


# All but `version` repeats what the events say; it changes in the same transaction. `receiver` is a second court that
# sees the stream, `due` a date, `hearing` what came
# of an application.
office_stream = Table(
    "office_stream",
    metadata,
    Column("kind", _Code, primary_key=True),
    Column("id", _Id, primary_key=True),
    _court(),
    Column("version", Integer, nullable=False),
    Column("state", _Code, nullable=False),
    Column("key", String(128)),
    Column("receiver", _Id, ForeignKey("court.id")),
    Column("due", String(10)),
    Column("hearing", _Id, index=True),
    Column("changed_at", _Time, nullable=False),
    Column("summary", JSON, nullable=False),
    UniqueConstraint("kind", "key"),
    Index("ix_office_stream_court", "court", "kind", "state"),
    Index("ix_office_stream_receiver", "receiver", "kind", "state"),
)

office_event = Table(
    "office_event",
    metadata,
    Column("id", _Id, primary_key=True),
    _court(),
    Column("stream_kind", _Code, nullable=False),
    Column("stream", _Id, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", _Time, nullable=False),
    Column("actor", _Code, nullable=False),
    Column("kind", _Code, nullable=False),
    Column("data", JSON, nullable=False),
    ForeignKeyConstraint(["stream_kind", "stream"], ["office_stream.kind", "office_stream.id"]),
    UniqueConstraint("stream_kind", "stream", "version"),
)

# A file of the vault that belongs to an application.
document = Table(
    "document",
    metadata,
    Column("id", _Id, primary_key=True),
    _court(),
    Column("application", _Id, nullable=False, index=True),
    Column("kind", _Code, nullable=False),
    Column("received_at", _Time, nullable=False),
)

access_register = Table(
    "access_register",
    metadata,
    Column("id", _Id, primary_key=True),
    _court(),
    Column("document", _Id, nullable=False, index=True),
    Column("staff", _Id, nullable=False),
    Column("at", _Time, nullable=False),
    Column("purpose", _Code, nullable=False),
)

# The entry comes before the destruction; `destroyed_at` after it.
destruction_register = Table(
    "destruction_register",
    metadata,
    Column("document", _Id, primary_key=True),
    _court(),
    Column("application", _Id, nullable=False),
    Column("kind", _Code, nullable=False),
    Column("decided_at", _Time, nullable=False),
    Column("actor", _Code, nullable=False),
    Column("reason", _Text, nullable=False),
    Column("destroyed_at", _Time),
)
