from __future__ import annotations

import asyncio
import sqlite3

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, UniqueConstraint, make_url, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateTable

from hearings.office import policies
from hearings.store import Store, open_store
from hearings.store.columns import metadata
from hearings.store.database import migrate, open_engine
from hearings.store.office import Stream
from tests.hearings.build import AT
from tests.hearings.store.conftest import Make


async def test_the_migrations_make_the_tables_that_the_code_uses(store: Store):
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with store._engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_several_programs_may_start_at_once_on_a_new_database(new_database_url: str):
    stores = await asyncio.gather(*(open_store(new_database_url) for _ in range(12)))
    assert [await store.courts() for store in stores] == [{}] * 12
    for store in stores:
        await store.close()


@pytest.mark.parametrize("new_database_url", ["sqlite"], indirect=True)
async def test_a_program_waits_for_another_that_writes_to_the_new_file(new_database_url: str):
    with sqlite3.connect(make_url(new_database_url).database) as other:
        other.execute("BEGIN IMMEDIATE")
        opening = asyncio.create_task(open_store(new_database_url))
        done, _ = await asyncio.wait({opening}, timeout=0.2)
        assert not done
        other.rollback()
        await (await opening).close()


async def test_a_url_needs_no_name_of_a_driver(url: str):
    for written in (url, url.replace("+asyncpg", "").replace("+aiosqlite", "")):
        store = await open_store(written)
        assert await store.courts() == {}
        await store.close()


async def test_opening_again_keeps_everything(url: str):
    for _ in range(2):
        store = await open_store(url)
        court = await store.ensure_court("The court")
        await store.close()
    store = await open_store(url)
    assert await store.courts() == {court: "The court"}
    await store.close()


@pytest.mark.parametrize("new_database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)])
async def test_sqlite_keeps_what_it_acknowledged_and_its_references(new_database_url: str, pragma: str, value: object):
    engine = open_engine(new_database_url)
    await migrate(engine)
    async with engine.connect() as connection:
        assert (await connection.execute(text(f"PRAGMA {pragma}"))).scalar_one() == value
    await engine.dispose()


_LOGS = ["event", "office_event", "staff_event", "access_register"]


async def fill_logs(store: Store, make: Make) -> None:
    court = (await make()).court
    await store.add_staff(court, "S. Akhmetova", "", ["judge"])
    data = {"name": "auto_adjourn", "value": True, "reason": "The court's order"}
    events = policies.set_policy(policies.Policies(), data, "admin", AT, seen=0)
    await store.append_office(Stream(court, "policies", court), 0, events, policies.projection(policies.fold(events)))
    await store.note_access(court, "document", "reader", AT, "identification")


@pytest.mark.parametrize("change", ["UPDATE {} SET court = court", "DELETE FROM {}"])
@pytest.mark.parametrize("log", _LOGS)
async def test_what_happened_is_neither_changed_nor_removed(store: Store, make: Make, log: str, change: str):
    await fill_logs(store, make)
    async with store._engine.connect() as connection:
        assert (await connection.execute(text(f"SELECT count(*) FROM {log}"))).scalar_one() > 0
        with pytest.raises(IntegrityError, match="append-only"):
            await connection.execute(text(change.format(log)))


@pytest.mark.parametrize("log", _LOGS)
async def test_nothing_takes_the_place_of_what_happened(store: Store, make: Make, log: str):
    await fill_logs(store, make)
    for statement in _replacements(log, store._engine.dialect.name):
        async with store._engine.connect() as connection:
            with pytest.raises(IntegrityError, match="append-only"):
                await connection.execute(text(statement))


def _replacements(log: str, database: str) -> list[str]:
    """Each by a row with one key of the old one (SQLite's number of the row is one more) and otherwise new keys."""
    table = metadata.tables[log]
    uniques = [[one.name for one in each.columns] for each in table.constraints if isinstance(each, UniqueConstraint)]
    keys = [["id"], *uniques]
    if database == "sqlite":
        return [f"INSERT OR REPLACE INTO {_again(log, key)}" for key in [*keys, ["rowid"]]]
    return [f"INSERT INTO {_again(log, key)} ON CONFLICT ({', '.join(key)}) DO UPDATE SET court = ''" for key in keys]


def _again(log: str, key: list[str]) -> str:
    columns = [*(["rowid"] if key == ["rowid"] else []), *metadata.tables[log].columns.keys()]
    new = {"id": "id || '-'", "version": "version + 1000"}
    values = [name if name in key else new.get(name, name) for name in columns]
    return f"{log} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {log}"


async def test_a_row_that_refers_to_nothing_is_refused(store: Store):
    with pytest.raises(IntegrityError):
        await store.create_session("staff", "no such court", 0.0, 1.0)


def test_every_row_carries_its_court():
    assert [table.name for table in metadata.sorted_tables if "court" not in table.c] == ["court"]


def test_the_tables_can_be_made_in_postgresql():
    for table in metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=postgresql.dialect()))
