"""What the parts of the store share: the engine, and the time and randomness of new ids."""

from __future__ import annotations

import secrets
import time

from sqlalchemy.ext.asyncio import AsyncEngine

from hearings.ids import uuid7


def new_id() -> str:
    """A UUIDv7 of now."""
    return uuid7(time.time_ns() // 1_000_000, secrets.token_bytes(10))


class Base:
    """Every write begins with a statement that writes, so that SQLite takes its one write lock at once and waits for
    it, instead of failing when a reader turns writer."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
