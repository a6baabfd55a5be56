"""Second factors as the database keeps them: sealed secrets, used steps, hashes of recovery codes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hearings.store.base import Base
from hearings.store.staff_log import Doing, note
from hearings.store.staff_tables import staff_factor, staff_recovery


@dataclass(frozen=True, slots=True)
class Factor:
    """``secret`` counts, ``pending`` waits for its first code, both sealed; ``step`` is the last one used."""

    secret: bytes | None
    pending: bytes | None
    step: int


class StaffFactors(Base):
    async def factor(self, staff: str) -> Factor | None:
        table = staff_factor.c
        query = select(table.secret, table.pending, table.step).where(table.staff == staff)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        return Factor(*row) if row else None

    async def keep_pending(self, court: str, staff: str, sealed: bytes) -> None:
        """A secret that counts once its first code was typed."""
        table = staff_factor
        async with self._engine.begin() as connection:
            change = update(table).where(table.c.staff == staff).values(pending=sealed)
            if not (await connection.execute(change)).rowcount:
                row = {"staff": staff, "court": court, "secret": None, "pending": sealed, "step": 0}
                await connection.execute(insert(table).values(row))

    async def confirm_factor(
        self, court: str, staff: str, sealed: bytes, step: int, hashes: Iterable[str], doing: Doing
    ) -> bool:
        """The pending secret counts, with new recovery codes; false where it is no longer the pending one."""
        table = staff_factor
        change = update(table).where(table.c.staff == staff, table.c.pending == sealed)
        async with self._engine.begin() as connection:
            done = await connection.execute(change.values(secret=sealed, pending=None, step=step))
            if not done.rowcount:
                return False
            await _replace_codes(connection, court, staff, hashes)
            await note(connection, court, staff, "second_factor", doing)
            return True

    async def use_step(self, staff: str, step: int) -> bool:
        """Whether the step was not used yet; from now on it is, with all before it."""
        table = staff_factor
        change = update(table).where(table.c.staff == staff, table.c.step < step).values(step=step)
        async with self._engine.begin() as connection:
            return (await connection.execute(change)).rowcount > 0

    async def use_recovery(self, court: str, staff: str, code_hash: str, doing: Doing) -> bool:
        table = staff_recovery
        gone = delete(table).where(table.c.staff == staff, table.c.code_hash == code_hash)
        async with self._engine.begin() as connection:
            if not (await connection.execute(gone)).rowcount:
                return False
            await note(connection, court, staff, "recovery_code", doing)
            return True

    async def renew_recovery(self, court: str, staff: str, hashes: Iterable[str], doing: Doing) -> None:
        async with self._engine.begin() as connection:
            await _replace_codes(connection, court, staff, hashes)
            await note(connection, court, staff, "recovery_codes", doing)

    async def recovery_left(self, staff: str) -> int:
        query = select(func.count()).select_from(staff_recovery).where(staff_recovery.c.staff == staff)
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).scalar_one()


async def _replace_codes(connection: AsyncConnection, court: str, staff: str, hashes: Iterable[str]) -> None:
    table = staff_recovery
    await connection.execute(delete(table).where(table.c.staff == staff))
    rows = [{"staff": staff, "court": court, "code_hash": one} for one in hashes]
    await connection.execute(insert(table), rows)
