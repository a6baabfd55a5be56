from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hearings.hearing import Hearing
from hearings.notices.notice import Contact
from hearings.notices.outbox import Outbox
from hearings.store import NewSeatRow, Store, open_store
from hearings.store.vault import Vault
from hearings.times import iso, seconds

START = "2026-12-01T10:00:00.000Z"
NUMBER = "7204-25-00-2/15"
EMAIL, PHONE = "asel@example.org", "+77010000001"
DAY, HOUR = 86_400, 3600


class Clock:
    """What time it is; a test moves it."""

    def __init__(self) -> None:
        self.now = seconds(START) - 10 * DAY

    def __call__(self) -> float:
        return self.now

    def before(self, remaining: float) -> None:
        self.now = seconds(START) - remaining


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """On SQLite and on PostgreSQL."""
    store = await open_store(database_url)
    yield store
    await store.close()


@pytest.fixture
def outbox(store: Store, tmp_path: Path, clock: Clock) -> Outbox:
    return Outbox(store, Vault(tmp_path / "vault", tmp_path / "vault.key"), clock)


@pytest.fixture
async def hearing(store: Store, clock: Clock) -> Hearing:
    court = await store.ensure_court("Алматы қалалық соты")
    seats = [NewSeatRow("judge", "judge", "Judge"), NewSeatRow("clerk", "clerk", "Clerk")]
    seats.append(NewSeatRow("party-1", "party", "Асел", word_hash="hash"))
    return await store.create_hearing(court, NUMBER, "A v. B", START, seats, iso(clock()))


@pytest.fixture
async def contact(outbox: Outbox, hearing: Hearing) -> Contact:
    contact = Contact("kk", EMAIL, PHONE)
    await outbox.set_contact(hearing.id, "party-1", contact)
    return contact
