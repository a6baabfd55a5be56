"""Alembic's entry; the connection comes from `hearings.store.database`, never from a file."""

from __future__ import annotations

from alembic import context

from hearings.store.columns import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,  # the caller's transaction holds it all
)
context.run_migrations()
