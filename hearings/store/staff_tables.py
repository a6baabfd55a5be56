"""The tables of staff administration: what a person signs in with beside the password, and what was done about it."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from hearings.store.columns import Code, Hash, Id, Time, court_column, metadata

# A code by which a person sets a new password. `expires` is in seconds since the epoch.
staff_reset = Table(
    "staff_reset",
    metadata,
    Column("staff", Id, ForeignKey("staff.id"), primary_key=True),
    court_column(),
    Column("code_hash", Hash, nullable=False),
    Column("expires", Float, nullable=False),
)

# Secrets are sealed with the vault's key. `pending` is not yet confirmed; `step` is the last time step that was used.
staff_factor = Table(
    "staff_factor",
    metadata,
    Column("staff", Id, ForeignKey("staff.id"), primary_key=True),
    court_column(),
    Column("secret", LargeBinary),
    Column("pending", LargeBinary),
    Column("step", BigInteger, nullable=False),
)

staff_recovery = Table(
    "staff_recovery",
    metadata,
    Column("staff", Id, ForeignKey("staff.id"), primary_key=True),
    Column("code_hash", Hash, primary_key=True),
    court_column(),
)

# Who somebody is at an OpenID Connect provider.
staff_identity = Table(
    "staff_identity",
    metadata,
    Column("issuer", String(300), primary_key=True),
    Column("subject", String(255), primary_key=True),
    court_column(),
    Column("staff", Id, ForeignKey("staff.id"), nullable=False),
    UniqueConstraint("staff", "issuer"),
)

# Whether a court's staff need a second factor; its history is in the events.
staff_policy = Table(
    "staff_policy",
    metadata,
    Column("court", Id, ForeignKey("court.id"), primary_key=True),
    Column("second_factor", Boolean, nullable=False),
)

# Appended to and never edited. `staff` is whom it is about, null where it is the court; `actor` a staff member's id, or
# `system` at the server's own command line.
staff_event = Table(
    "staff_event",
    metadata,
    Column("id", Id, primary_key=True),
    court_column(),
    Column("staff", Id, ForeignKey("staff.id")),
    Column("at", Time, nullable=False),
    Column("actor", Code, nullable=False),
    Column("kind", Code, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("data", JSON, nullable=False),
    Index("ix_staff_event_court", "court", "at"),
)
