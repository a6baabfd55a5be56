"""The database's whole interface."""

from __future__ import annotations

from hearings.store.database import migrate, open_engine
from hearings.store.notices import Notices
from hearings.store.office import OfficeStreams
from hearings.store.office_documents import OfficeDocuments
from hearings.store.office_papers import OfficePapers
from hearings.store.publications import Publications
from hearings.store.register import Register
from hearings.store.sessions import Sessions
from hearings.store.staff import StaffRegister
from hearings.store.staff_admin import StaffAdmin
from hearings.store.staff_factor import StaffFactors
from hearings.store.staff_log import StaffLog


class Store(
    Register,
    StaffRegister,
    StaffAdmin,
    StaffFactors,
    StaffLog,
    Sessions,
    Notices,
    Publications,
    OfficeStreams,
    OfficeDocuments,
    OfficePapers,
):
    """Hearings and their events, staff, sessions. Made by `open_store`; `close` it in the end."""

    async def close(self) -> None:
        await self._engine.dispose()


async def open_store(url: str) -> Store:
    """Open ``sqlite+aiosqlite:///path`` or another asynchronous SQLAlchemy URL and bring its tables up to date."""
    engine = open_engine(url)
    try:
        await migrate(engine)
    except BaseException:
        await engine.dispose()
        raise
    return Store(engine)
