"""The tables. Ids are UUIDv7 in text form, times ISO 8601 in UTC in one fixed form; every row carries its court.

Nothing here is particular to SQLite, so that PostgreSQL is a matter of the URL.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    false,
)

# Constraints need names, so that a later migration can alter them in every database.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_Id, _Time, _Code, _Text, _Hash = String(36), String(32), String(64), String(300), String(200)


def _court() -> Column[Any]:
    return Column("court", _Id, ForeignKey("court.id"), nullable=False)


court = Table(
    "court",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("name", _Text, nullable=False, unique=True),
)

staff = Table(
    "staff",
    metadata,
    Column("id", _Id, primary_key=True),
    _court(),
    Column("name", _Text, nullable=False),
    Column("login", _Text, nullable=False, unique=True),
    Column("password_hash", _Hash, nullable=False),
    # Whether the person may not sign in, and needs a second factor; `version` lets two administrators meet.
    Column("disabled", Boolean, nullable=False, server_default=false()),
    Column("second_factor", Boolean, nullable=False, server_default=false()),
    Column("version", Integer, nullable=False, server_default="0"),
)

staff_role = Table(
    "staff_role",
    metadata,
    Column("staff", _Id, ForeignKey("staff.id"), primary_key=True),
    Column("court", _Id, ForeignKey("court.id"), primary_key=True),
    Column("role", _Code, primary_key=True),
)

# `version` and `state` repeat what the events say; they change in the same transaction and let two writers meet.
hearing = Table(
    "hearing",
    metadata,
    Column("id", _Id, primary_key=True),
    _court(),
    Column("number", _Code, nullable=False, unique=True),
    Column("title", _Text, nullable=False),
    Column("scheduled_at", _Time, nullable=False),
    Column("state", _Code, nullable=False, index=True),
    Column("version", Integer, nullable=False),
)

seat = Table(
    "seat",
    metadata,
    Column("hearing", _Id, ForeignKey("hearing.id"), primary_key=True),
    Column("code", _Code, primary_key=True),
    _court(),
    Column("role", _Code, nullable=False),
    Column("name", _Text, nullable=False),
    Column("word_hash", _Hash),
    Column("photo", _Id),
    Column("staff", _Id, ForeignKey("staff.id")),
    # The court whose staff may take the seat, where it is not the hearing's own (Rules ¶26).
    Column("site", _Id),
)

event = Table(
    "event",
    metadata,
    Column("id", _Id, primary_key=True),
    _court(),
    Column("hearing", _Id, ForeignKey("hearing.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", _Time, nullable=False),
    Column("actor", _Code, nullable=False),
    Column("kind", _Code, nullable=False),
    Column("data", JSON, nullable=False),
    UniqueConstraint("hearing", "version"),
)

# How far the events are in the media side's journal.
outbox = Table(
    "outbox",
    metadata,
    Column("hearing", _Id, ForeignKey("hearing.id"), primary_key=True),
    _court(),
    Column("position", Integer, nullable=False),
)

# `created` and `expires` are seconds since the epoch, as in the tokens (RFC 7519 §4.1.4).
session = Table(
    "session",
    metadata,
    Column("id", _Id, primary_key=True),
    _court(),
    Column("kind", _Code, nullable=False),
    Column("subject", _Id),
    Column("hearing", _Id),
    Column("seat", _Code),
    Column("attendance", _Id),
    Column("created", Float, nullable=False),
    Column("expires", Float, nullable=False),
    Column("revoked", Boolean, nullable=False),
    ForeignKeyConstraint(["hearing", "seat"], ["seat.hearing", "seat.code"]),
    Index("ix_session_attendance", "hearing", "attendance"),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("scope", String(128), primary_key=True),
    Column("key", _Code, primary_key=True),
    _court(),
    Column("created", Float, nullable=False, index=True),
    Column("answer", JSON, nullable=False),
)
