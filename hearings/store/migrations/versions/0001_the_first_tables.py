"""The first tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "court",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_court"),
        sa.UniqueConstraint("name", name="uq_court_name"),
    )
    op.create_table(
        "hearing",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("court", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("scheduled_at", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["court"], ["court.id"], name="fk_hearing_court"),
        sa.PrimaryKeyConstraint("id", name="pk_hearing"),
        sa.UniqueConstraint("number", name="uq_hearing_number"),
    )
    op.create_index("ix_hearing_state", "hearing", ["state"])
    op.create_table(
        "idempotency",
        sa.Column("scope", sa.String(length=128), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("court", sa.String(length=36), nullable=False),
        sa.Column("created", sa.Float(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["court"], ["court.id"], name="fk_idempotency_court"),
        sa.PrimaryKeyConstraint("scope", "key", name="pk_idempotency"),
    )
    op.create_index("ix_idempotency_created", "idempotency", ["created"])
    op.create_table(
        "staff",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("court", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("login", sa.String(length=300), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["court"], ["court.id"], name="fk_staff_court"),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("login", name="uq_staff_login"),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("court", sa.String(length=36), nullable=False),
        sa.Column("hearing", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["court"], ["court.id"], name="fk_event_court"),
        sa.ForeignKeyConstraint(["hearing"], ["hearing.id"], name="fk_event_hearing"),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        sa.UniqueConstraint("hearing", "version", name="uq_event_hearing_version"),
    )
    op.create_table(
        "outbox",
        sa.Column("hearing", sa.String(length=36), nullable=False),
        sa.Column("court", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["court"], ["court.id"], name="fk_outbox_court"),
        sa.ForeignKeyConstraint(["hearing"], ["hearing.id"], name="fk_outbox_hearing"),
        sa.PrimaryKeyConstraint("hearing", name="pk_outbox"),
    )
    op.create_table(
        "seat",
        sa.Column("hearing", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("court", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("word_hash", sa.String(length=200)),
        sa.Column("photo", sa.String(length=36)),
        sa.Column("staff", sa.String(length=36)),
        sa.ForeignKeyConstraint(["court"], ["court.id"], name="fk_seat_court"),
        sa.ForeignKeyConstraint(["hearing"], ["hearing.id"], name="fk_seat_hearing"),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name="fk_seat_staff"),
        sa.PrimaryKeyConstraint("hearing", "code", name="pk_seat"),
    )
    op.create_table(
        "staff_role",
        sa.Column("staff", sa.String(length=36), nullable=False),
        sa.Column("court", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["court"], ["court.id"], name="fk_staff_role_court"),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name="fk_staff_role_staff"),
        sa.PrimaryKeyConstraint("staff", "court", "role", name="pk_staff_role"),
    )
    op.create_table(
        "session",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("court", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=36)),
        sa.Column("hearing", sa.String(length=36)),
        sa.Column("seat", sa.String(length=64)),
        sa.Column("attendance", sa.String(length=36)),
        sa.Column("created", sa.Float(), nullable=False),
        sa.Column("expires", sa.Float(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["court"], ["court.id"], name="fk_session_court"),
        sa.ForeignKeyConstraint(["hearing", "seat"], ["seat.hearing", "seat.code"], name="fk_session_hearing_seat"),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
    )
    op.create_index("ix_session_attendance", "session", ["hearing", "attendance"])


def downgrade() -> None:
    for table in ("session", "staff_role", "seat", "outbox", "event", "staff", "idempotency", "hearing", "court"):
        op.drop_table(table)
