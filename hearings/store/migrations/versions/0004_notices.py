"""Notices"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact",
        sa.Column("hearing", sa.String(length=36), nullable=False),
        sa.Column("seat", sa.String(length=64), nullable=False),
        sa.Column("court", sa.String(length=36), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["court"], ["court.id"], name="fk_contact_court"),
        sa.ForeignKeyConstraint(["hearing", "seat"], ["seat.hearing", "seat.code"], name="fk_contact_hearing_seat"),
        sa.PrimaryKeyConstraint("hearing", "seat", name="pk_contact"),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("court", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=64), nullable=False),
        sa.Column("hearing", sa.String(length=36)),
        sa.Column("application", sa.String(length=36)),
        sa.Column("seat", sa.String(length=64)),
        sa.Column("sealed", sa.Text()),
        sa.Column("created", sa.Float(), nullable=False),
        sa.Column("expires", sa.Float(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.Float(), nullable=False),
        sa.Column("finished", sa.Float()),
        sa.Column("error", sa.String(length=64)),
        sa.ForeignKeyConstraint(["court"], ["court.id"], name="fk_notice_court"),
        sa.ForeignKeyConstraint(["hearing"], ["hearing.id"], name="fk_notice_hearing"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.UniqueConstraint("key", name="uq_notice_key"),
    )
    op.create_index("ix_notice_hearing", "notice", ["hearing"])
    op.create_index("ix_notice_application", "notice", ["application"])
    op.create_index("ix_notice_waiting", "notice", ["state", "next_at"])
    op.create_table(
        "publication",
        sa.Column("hearing", sa.String(length=36), nullable=False),
        sa.Column("court", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("scheduled_at", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("changed", sa.Float(), nullable=False),
        sa.Column("courtroom", sa.String(length=300), nullable=False),
        sa.Column("technology", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["court"], ["court.id"], name="fk_publication_court"),
        sa.ForeignKeyConstraint(["hearing"], ["hearing.id"], name="fk_publication_hearing"),
        sa.PrimaryKeyConstraint("hearing", name="pk_publication"),
        sa.UniqueConstraint("position", name="uq_publication_position"),
    )
    op.create_index("ix_publication_scheduled_at", "publication", ["scheduled_at"])


def downgrade() -> None:
    for table in ("publication", "notice", "contact"):
        op.drop_table(table)
