"""The office"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _streams()
    _documents()


def _streams() -> None:
    op.create_table(
        "office_stream",
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("court", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=128)),
        sa.Column("receiver", sa.String(length=36)),
        sa.Column("due", sa.String(length=10)),
        sa.Column("hearing", sa.String(length=36)),
        sa.Column("changed_at", sa.String(length=32), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["court"], ["court.id"], name="fk_office_stream_court"),
        sa.ForeignKeyConstraint(["receiver"], ["court.id"], name="fk_office_stream_receiver"),
        sa.PrimaryKeyConstraint("kind", "id", name="pk_office_stream"),
        sa.UniqueConstraint("kind", "key", name="uq_office_stream_kind_key"),
    )
    op.create_index("ix_office_stream_hearing", "office_stream", ["hearing"])
    for column in ("court", "receiver"):
        op.create_index(f"ix_office_stream_{column}", "office_stream", [column, "kind", "state"])
    op.create_table(
        "office_event",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("court", sa.String(length=36), nullable=False),
        sa.Column("stream_kind", sa.String(length=64), nullable=False),
        sa.Column("stream", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["court"], ["court.id"], name="fk_office_event_court"),
        sa.ForeignKeyConstraint(
            ["stream_kind", "stream"],
            ["office_stream.kind", "office_stream.id"],
            name="fk_office_event_stream_kind_stream",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_office_event"),
        sa.UniqueConstraint("stream_kind", "stream", "version", name="uq_office_event_stream_kind_stream_version"),
    )


def _documents() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("court", sa.String(length=36), nullable=False),
        sa.Column("application", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["court"], ["court.id"], name="fk_document_court"),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
    )
    op.create_index("ix_document_application", "document", ["application"])
    op.create_table(
        "access_register",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("court", sa.String(length=36), nullable=False),
        sa.Column("document", sa.String(length=36), nullable=False),
        sa.Column("staff", sa.String(length=36), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["court"], ["court.id"], name="fk_access_register_court"),
        sa.PrimaryKeyConstraint("id", name="pk_access_register"),
    )
    op.create_index("ix_access_register_document", "access_register", ["document"])
    op.create_table(
        "destruction_register",
        sa.Column("document", sa.String(length=36), nullable=False),
        sa.Column("court", sa.String(length=36), nullable=False),
        sa.Column("application", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("decided_at", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("destroyed_at", sa.String(length=32)),
        sa.ForeignKeyConstraint(["court"], ["court.id"], name="fk_destruction_register_court"),
        sa.PrimaryKeyConstraint("document", name="pk_destruction_register"),
    )


def downgrade() -> None:
    for table in ("destruction_register", "access_register", "document", "office_event", "office_stream"):
        op.drop_table(table)
