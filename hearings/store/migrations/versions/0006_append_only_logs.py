"""Append-only logs: the database itself refuses to change or remove what happened."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_LOGS = ("event", "office_event", "staff_event", "access_register")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in _LOGS:
            for change in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {_name(table, change)} BEFORE {change} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in _LOGS:
        # TRUNCATE passes by a trigger of rows; one of statements sees all three.
        op.execute(
            f"CREATE TRIGGER {_name(table)} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in _LOGS:
            for change in ("UPDATE", "DELETE"):
                op.execute(f"DROP TRIGGER {_name(table, change)}")
        return
    for table in _LOGS:
        op.execute(f"DROP TRIGGER {_name(table)} ON {table}")
    op.execute("DROP FUNCTION refuse_change()")


def _name(table: str, change: str = "") -> str:
    return "_".join(filter(None, (table, "append_only", change.lower())))
