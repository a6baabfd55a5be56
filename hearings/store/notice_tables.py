"""The tables of notices and of what is published, on the metadata of `tables`. Times are seconds since the epoch,
except `scheduled_at`, which is the hearing's."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Table, Text

from hearings.store.columns import Code, Id, court_column, metadata

_Text = String(300)

# How the one in a seat is reached: `sealed` is a `Contact`, encrypted.
contact = Table(
    "contact",
    metadata,
    Column("hearing", Id, primary_key=True),
    Column("seat", Code, primary_key=True),
    court_column(),
    Column("sealed", Text, nullable=False),
    ForeignKeyConstraint(["hearing", "seat"], ["seat.hearing", "seat.code"]),
)

# `sealed` is address and data, encrypted, and forgotten once the notice is delivered.
notice = Table(
    "notice",
    metadata,
    Column("id", Id, primary_key=True),
    court_column(),
    Column("key", _Text, nullable=False, unique=True),
    Column("channel", Code, nullable=False),
    Column("kind", Code, nullable=False),
    Column("language", Code, nullable=False),
    Column("hearing", Id, ForeignKey("hearing.id"), index=True),
    Column("application", Id, index=True),
    Column("seat", Code),
    Column("sealed", Text),
    Column("created", Float, nullable=False),
    Column("expires", Float, nullable=False),
    Column("state", Code, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Float, nullable=False),
    Column("finished", Float),
    Column("error", Code),
    Index("ix_notice_waiting", "state", "next_at"),
)

# What the feed says of each hearing (Rules ¶31), and which schedule people were told of last.
publication = Table(
    "publication",
    metadata,
    Column("hearing", Id, ForeignKey("hearing.id"), primary_key=True),
    court_column(),
    Column("position", Integer, nullable=False, unique=True),
    Column("sequence", Integer, nullable=False),
    Column("scheduled_at", String(32), nullable=False, index=True),
    Column("state", Code, nullable=False),
    Column("changed", Float, nullable=False),
    Column("courtroom", _Text, nullable=False),
    Column("technology", _Text, nullable=False),
)
