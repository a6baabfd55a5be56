"""A database for each test, of both kinds, and a PostgreSQL of the tests' own: made in a temporary folder, reached by a
Unix socket only, gone afterwards.

PostgreSQL refuses to run as root, so root runs it as the account that the package made, or as nobody.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import make_url

from hearings.store import open_store
from hearings.store.columns import metadata

_STARTING_S = 60


def programs() -> Path | None:
    """The folder of ``initdb`` and ``postgres``: Debian has one per version, not on the path."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


class Cluster:
    """Started when made. `url` is a database with the program's tables and nothing in them, or without any tables."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder = folder
        self._account = _account()
        self._names = count()
        self._shared = ""
        if self._account:
            os.chown(folder, self._account.pw_uid, self._account.pw_gid)
        data = folder / "data"
        self._run(programs / "initdb", "-D", data, "-A", "trust", "-U", "court", "-E", "UTF8", "--locale=C", "-N")
        # Tests pull no plugs: what PostgreSQL syncs, its own tests prove.
        self._run(
            programs / "pg_ctl", "start", "-w", "-t", str(_STARTING_S), "-D", data, "-l", folder / "log",
            "-o", f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off -c max_connections=300",
        )  # fmt: skip
        self._stop = (programs / "pg_ctl", "stop", "-w", "-m", "immediate", "-D", data)

    def url(self, empty: bool = False) -> str:
        if empty:
            return self._create()
        self._shared = self._shared or self._migrated()
        # Emptied before each test, whatever the last one left: quicker by far than a database for each.
        asyncio.run(self._clean())
        return self._shared

    def _create(self) -> str:
        name = f"test_{next(self._names)}"
        asyncio.run(self._statements("postgres", f'CREATE DATABASE "{name}"'))
        return f"postgresql+asyncpg://court@/{name}?host={self._folder}"

    def _migrated(self) -> str:
        async def migrate() -> None:
            await (await open_store(url)).close()

        url = self._create()
        asyncio.run(migrate())
        return url

    async def _clean(self) -> None:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        tables = [f'DELETE FROM "{table.name}"' for table in reversed(metadata.sorted_tables)]
        name = make_url(self._shared).database or ""
        # The logs are append-only by triggers, which only a superuser passes by, for one session.
        passing = "SET session_replication_role = replica"
        await self._statements(name, f"SELECT pg_terminate_backend(pid) {others}", passing, *tables)

    def stop(self) -> None:
        self._run(*self._stop)

    def _run(self, *command: object) -> None:
        who = {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []} if self._account else {}
        done = subprocess.run(
            [str(part) for part in command], check=False, cwd=self._folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **who,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    async def _statements(self, database: str, *statements: str) -> None:
        connection = await asyncpg.connect(host=str(self._folder), user="court", database=database)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()


def _account() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """Skips where there is no PostgreSQL on this machine."""
    found = programs()
    if found is None:
        pytest.skip("there is no PostgreSQL here: scripts/system-packages test")
    # Not pytest's folder: its parents are closed to other accounts, and a socket's path may have 107 bytes only.
    folder = Path(tempfile.mkdtemp(prefix="court-pg-"))
    cluster = None
    try:
        cluster = Cluster(folder, found)
        yield cluster
    finally:
        if cluster:
            cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the program's tables and nothing in them: quicker copied than migrated for each test."""
    file = tmp_path_factory.mktemp("migrated") / "courtroom.sqlite3"

    async def migrate() -> None:
        await (await open_store(f"sqlite+aiosqlite:///{file}")).close()

    asyncio.run(migrate())
    assert [each.name for each in file.parent.iterdir()] == [file.name], "what is in the log is not in the file"
    return file


@pytest.fixture
def sqlite_url(migrated: Path, tmp_path: Path) -> str:
    """In which there is nothing yet; to be opened by `open_store`."""
    return f"sqlite+aiosqlite:///{shutil.copy(migrated, tmp_path / migrated.name)}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database of each kind in which there is nothing yet; to be opened by `open_store`."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    cluster: Cluster = request.getfixturevalue("postgresql")
    return cluster.url()


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The same, without any tables in it."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/courtroom.sqlite3"
    cluster: Cluster = request.getfixturevalue("postgresql")
    return cluster.url(empty=True)
