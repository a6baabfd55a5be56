"""A whole app on each database, and a hearing that was driven through all states."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher

from hearings.store import open_store
from hearings.store.vault import Vault
from hearings.store.words import Words, normal_password
from signaling.app import HUB, Options, create_app
from signaling.tokens import Tokens
from tests.matrix.drive import drive
from tests.matrix.matrix import STATES, roles
from tests.matrix.stage import WORD, Theatre
from tests.signaling.fake_media import FakeMedia

_KEY = b"k" * 32
_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
async def media(tmp_path: Path):
    media = FakeMedia(tmp_path / "media.sock")
    await media.start()
    yield media
    await media.stop()


@pytest.fixture
async def theatre(database_url: str, tmp_path: Path, media: FakeMedia):
    """The app on a TCP port of its own; nothing has happened yet."""
    store = await open_store(database_url)
    words = Words(ThreadPoolExecutor(1), _HASHER)
    static = tmp_path / "static"
    static.mkdir()
    (static / "index.html").write_text("<!doctype html>")
    tokens = Tokens([_KEY], 3600)
    concluded: asyncio.Queue[object] = asyncio.Queue()

    async def at_once(seconds: float) -> None:
        """Who tries code words does not wait here."""

    vault = Vault(tmp_path / "vault", tmp_path / "vault.key")
    app = create_app(store, tokens, words, vault, Options("1.0.0", "0.9.0", media.path, static), concluded.put, at_once)
    http = TestClient(TestServer(app))
    await http.start_server()
    async with asyncio.timeout(20):
        await app[HUB].link.ready.wait()
    court = await store.ensure_court("The court")
    await store.add_staff(court, "Everybody", await words.hash("a long password", normal_password), roles("staff"))
    yield Theatre(http, store, court, await words.hash(WORD), tokens)
    await http.close()
    await store.close()


@pytest.fixture
async def driven(theatre: Theatre) -> Theatre:
    await drive(theatre)
    assert set(theatre.logs) == set(STATES)
    return theatre
