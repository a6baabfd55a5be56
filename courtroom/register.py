"""What the database tells of courts, staff and hearings. Reading makes nothing: no folder, no database, no keys."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from courtroom.errors import Mistake
from courtroom.settings import Settings
from hearings.hearing import Hearing
from hearings.store import Row, Staff, Store, open_store

Answer = TypeVar("Answer")


class Register:
    def __init__(self, store: Store) -> None:
        self.store = store

    async def list_hearings(self) -> list[tuple[Row, str]]:
        """All hearings with their courts' names."""
        courts = await self.store.courts()
        return [(row, courts[row.court]) for row in await self.store.list_hearings()]

    async def hearing(self, number: str) -> Hearing | None:
        found = await self.store.hearing_by_number(number)
        return await self.store.load(found) if found else None

    async def list_staff(self) -> list[tuple[str, list[tuple[str, list[str]]]]]:
        """Each court's name with the staff that it employs, or that has a role in it: names and their roles there."""
        courts = sorted((await self.store.courts()).items(), key=lambda court: court[1])
        found = [(name, court, await self.store.staff_of_court(court)) for court, name in courts]
        return [(name, [(one.name, _roles(one, court)) for one in staff]) for name, court, staff in found if staff]


def _roles(staff: Staff, court: str) -> list[str]:
    return sorted(role for where, role in staff.roles if where == court)


@asynccontextmanager
async def open_register(settings: Settings) -> AsyncIterator[Register]:
    """Raises Mistake where there is no database yet."""
    require_data(settings)
    store = await opened_store(settings.database_url)
    try:
        yield Register(store)
    finally:
        await store.close()


async def in_register(settings: Settings, work: Callable[[Register], Awaitable[Answer]]) -> Answer:
    """What `work` answers, the register being opened for it alone."""
    async with open_register(settings) as register:
        return await work(register)


def require_data(settings: Settings) -> None:
    """Raises Mistake where nothing was ever kept."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        folder = settings.data.absolute()
        raise Mistake(f"There is no Courtroom data in {folder}; COURTROOM_CONFIG, --config or --data names another")


async def opened_store(url: str) -> Store:
    """The database with its tables up to date. Raises Mistake."""
    try:
        return await open_store(url)
    except (SQLAlchemyError, OSError) as error:
        why = type(getattr(error, "orig", None) or error).__name__
        raise Mistake(f"the database cannot be opened ({why}): is it one, and may this account use it?") from None


async def known_hearing(register: Register, number: str) -> Hearing:
    """Raises Mistake where there is none."""
    hearing = await register.hearing(number)
    if hearing is None:
        raise Mistake(f"there is no hearing {number}; `courtroom hearing list` shows all")
    return hearing
