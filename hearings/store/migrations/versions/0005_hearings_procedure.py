"""Hearings procedure"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("seat", sa.Column("site", sa.String(length=36)))


def downgrade() -> None:
    op.drop_column("seat", "site")
