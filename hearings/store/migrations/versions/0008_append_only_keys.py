"""Append-only logs: no row takes another's place. SQLite's REPLACE removes the other without firing its DELETE trigger;
PostgreSQL knows no such thing, and its ON CONFLICT DO UPDATE fires the trigger of 0006."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_KEYS = {
    "event": ("hearing", "version"),
    "office_event": ("stream_kind", "stream", "version"),
    "staff_event": (),
    "access_register": (),
}
"""Each log's key beside its ``id``."""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table, key in _KEYS.items():
            op.execute(
                f"CREATE TRIGGER {table}_append_only_insert BEFORE INSERT ON {table}"
                f" WHEN EXISTS ({_taken(table, key)})"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in _KEYS:
            op.execute(f"DROP TRIGGER {table}_append_only_insert")


def _taken(table: str, key: tuple[str, ...]) -> str:
    """SQLite numbers the rows too, and replaces by that number as well."""
    also = [" AND ".join(f"{column} = NEW.{column}" for column in key)] if key else []
    keys = " OR ".join(["id = NEW.id", "rowid = NEW.rowid", *also])
    return f"SELECT 1 FROM {table} WHERE {keys}"  # noqa: S608 - names of our own
