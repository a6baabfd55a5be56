"""The tables. Ids are UUIDv7 in text form, times ISO 8601 in UTC in one fixed form; every row carries its court.

Nothing here is particular to SQLite, so that PostgreSQL is a matter of the URL.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    false,
)

from hearings.store.columns import Code, Hash, Id, Time, court_column, metadata

_Text = String(300)


court = Table(
    "court",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", _Text, nullable=False, unique=True),
)

staff = Table(
    "staff",
    metadata,
    Column("id", Id, primary_key=True),
    court_column(),
    Column("name", _Text, nullable=False),
    Column("login", _Text, nullable=False, unique=True),
    Column("password_hash", Hash, nullable=False),
    # Whether the person may not sign in, and needs a second factor; `version` lets two administrators meet.
    Column("disabled", Boolean, nullable=False, server_default=false()),
    Column("second_factor", Boolean, nullable=False, server_default=false()),
    Column("version", Integer, nullable=False, server_default="0"),
    # Where the person is told of what the Rules want them to know; empty: nowhere.
    Column("email", String(254), nullable=False, server_default=""),
)

staff_role = Table(
    "staff_role",
    metadata,
    Column("staff", Id, ForeignKey("staff.id"), primary_key=True),
    Column("court", Id, ForeignKey("court.id"), primary_key=True),
    Column("role", Code, primary_key=True),
)

# `version` and `state` repeat what the events say; they change in the same transaction and let two writers meet.
hearing = Table(
    "hearing",
    metadata,
    Column("id", Id, primary_key=True),
    court_column(),
    Column("number", Code, nullable=False, unique=True),
    Column("title", _Text, nullable=False),
    Column("scheduled_at", Time, nullable=False),
    Column("state", Code, nullable=False, index=True),
    Column("version", Integer, nullable=False),
)

seat = Table(
    "seat",
    metadata,
    Column("hearing", Id, ForeignKey("hearing.id"), primary_key=True),
    Column("code", Code, primary_key=True),
    court_column(),
    Column("role", Code, nullable=False),
    Column("name", _Text, nullable=False),
    Column("word_hash", Hash),
    Column("photo", Id),
    Column("staff", Id, ForeignKey("staff.id")),
    # The court whose staff may take the seat, where it is not the hearing's own (Rules ¶26).
    Column("site", Id),
)

event = Table(
    "event",
    metadata,
    Column("id", Id, primary_key=True),
    court_column(),
    Column("hearing", Id, ForeignKey("hearing.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Time, nullable=False),
    Column("actor", Code, nullable=False),
    Column("kind", Code, nullable=False),
    Column("data", JSON, nullable=False),
    UniqueConstraint("hearing", "version"),
)

# How far the events are in the media side's journal.
outbox = Table(
    "outbox",
    metadata,
    Column("hearing", Id, ForeignKey("hearing.id"), primary_key=True),
    court_column(),
    Column("position", Integer, nullable=False),
)

# `created` and `expires` are seconds since the epoch, as in the tokens (RFC 7519 §4.1.4).
session = Table(
    "session",
    metadata,
    Column("id", Id, primary_key=True),
    court_column(),
    Column("kind", Code, nullable=False),
    Column("subject", Id),
    Column("hearing", Id),
    Column("seat", Code),
    Column("attendance", Id),
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
    Column("key", Code, primary_key=True),
    court_column(),
    Column("created", Float, nullable=False, index=True),
    Column("answer", JSON, nullable=False),
)
