from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

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
