"""Opening the database and bringing its tables up to date."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event, func, make_url, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

_MIGRATIONS: Final = Path(__file__).parent / "migrations"

_DRIVERS: Final = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
_MIGRATING: Final = 0x636F757274  # "court"; any number that is nobody else's in this database
_BUSY_TIMEOUT_S: Final = 10
_BUSY_RETRY_S: Final = 0.02
# What the database acknowledged survives a power cut: in WAL mode only FULL syncs the log at each commit
# (https://www.sqlite.org/pragma.html#pragma_synchronous).
_PRAGMAS: Final = (
    f"PRAGMA busy_timeout={_BUSY_TIMEOUT_S * 1000}",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
)


def open_engine(url: str) -> AsyncEngine:
    """An engine for ``sqlite:///…`` or ``postgresql://…``, or another asynchronous SQLAlchemy URL."""
    known = make_url(url)
    known = known.set(drivername=_DRIVERS.get(known.drivername, known.drivername))
    # What a statement was given may be personal: no error quotes it.
    engine = create_async_engine(known, pool_pre_ping=known.get_backend_name() != "sqlite", hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, record: Any) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


async def migrate(engine: AsyncEngine) -> None:
    """Bring the tables up to date, all or nothing; two programs that start at once do it one after the other."""
    async with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            await _write_ahead(connection)
            # The driver begins no transaction before DDL by itself.
            await connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            await connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
        await connection.run_sync(upgrade)
        await connection.commit()


async def _write_ahead(connection: AsyncConnection) -> None:
    """Put the file into WAL mode, where it stays.

    While another program writes, SQLite refuses this at once, whatever the timeout: who holds a read lock and wants
    the exclusive one might wait for ever (https://www.sqlite.org/c3ref/busy_handler.html). The one refused asks again.
    """
    async with asyncio.timeout(_BUSY_TIMEOUT_S):
        while True:
            try:
                await connection.exec_driver_sql("PRAGMA journal_mode=WAL")
                return
            except OperationalError as error:
                # The low byte is the primary code (https://www.sqlite.org/rescode.html).
                if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
            await asyncio.sleep(_BUSY_RETRY_S)


def upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
