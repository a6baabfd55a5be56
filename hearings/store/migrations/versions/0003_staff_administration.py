"""Staff administration"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for flag in ("disabled", "second_factor"):
        op.add_column("staff", sa.Column(flag, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("staff", sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
    _what_people_sign_in_with()
    op.create_table(
        "staff_policy",
        sa.Column("court", sa.String(length=36), nullable=False),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["court"], ["court.id"], name="fk_staff_policy_court"),
        sa.PrimaryKeyConstraint("court", name="pk_staff_policy"),
    )
    op.create_table(
        "staff_event",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("court", sa.String(length=36), nullable=False),
        sa.Column("staff", sa.String(length=36)),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["court"], ["court.id"], name="fk_staff_event_court"),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name="fk_staff_event_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_event"),
    )
    op.create_index("ix_staff_event_court", "staff_event", ["court", "at"])


def _what_people_sign_in_with() -> None:
    op.create_table(
        "staff_reset",
        sa.Column("staff", sa.String(length=36), nullable=False),
        sa.Column("court", sa.String(length=36), nullable=False),
        sa.Column("code_hash", sa.String(length=200), nullable=False),
        sa.Column("expires", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["court"], ["court.id"], name="fk_staff_reset_court"),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name="fk_staff_reset_staff"),
        sa.PrimaryKeyConstraint("staff", name="pk_staff_reset"),
    )
    op.create_table(
        "staff_factor",
        sa.Column("staff", sa.String(length=36), nullable=False),
        sa.Column("court", sa.String(length=36), nullable=False),
        sa.Column("secret", sa.LargeBinary()),
        sa.Column("pending", sa.LargeBinary()),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["court"], ["court.id"], name="fk_staff_factor_court"),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name="fk_staff_factor_staff"),
        sa.PrimaryKeyConstraint("staff", name="pk_staff_factor"),
    )
    op.create_table(
        "staff_recovery",
        sa.Column("staff", sa.String(length=36), nullable=False),
        sa.Column("code_hash", sa.String(length=200), nullable=False),
        sa.Column("court", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["court"], ["court.id"], name="fk_staff_recovery_court"),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name="fk_staff_recovery_staff"),
        sa.PrimaryKeyConstraint("staff", "code_hash", name="pk_staff_recovery"),
    )
    op.create_table(
        "staff_identity",
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("court", sa.String(length=36), nullable=False),
        sa.Column("staff", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["court"], ["court.id"], name="fk_staff_identity_court"),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name="fk_staff_identity_staff"),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_staff_identity"),
        sa.UniqueConstraint("staff", "issuer", name="uq_staff_identity_staff_issuer"),
    )


def downgrade() -> None:
    for table in ("staff_event", "staff_policy", "staff_identity", "staff_recovery", "staff_factor", "staff_reset"):
        op.drop_table(table)
    with op.batch_alter_table("staff") as staff:
        for column in ("version", "second_factor", "disabled"):
            staff.drop_column(column)
