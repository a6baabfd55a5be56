from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from hearings.hearing import Hearing
from hearings.store import NewSeatRow, Store, open_store
from tests.hearings.build import AT

Make = Callable[..., Awaitable[Hearing]]


@pytest.fixture
def url(database_url: str) -> str:
    """Every test of the store runs on SQLite and on PostgreSQL."""
    return database_url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/courtroom.sqlite3"


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    opened = await open_store(url)
    yield opened
    await opened.close()


@pytest.fixture
def make(store: Store) -> Make:
    async def make(number: str = "7204-25/15", *seats: NewSeatRow, court: str = "The court") -> Hearing:
        chosen = seats or (
            NewSeatRow("judge", "judge", "A judge"),
            NewSeatRow("clerk", "clerk", "A clerk"),
            NewSeatRow("party", "party", "A party", word_hash="hash", photo="photo"),
        )
        return await store.create_hearing(await store.ensure_court(court), number, "Title", AT, chosen, AT)

    return make
