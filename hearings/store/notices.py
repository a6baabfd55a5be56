"""The outbox of notices and the people's contacts, sealed: what is in them, only `hearings.notices` can read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from hearings.store import tables
from hearings.store.base import Base
from hearings.store.notice_tables import contact, notice

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice and how far it is. ``state``: waiting, delivered, failed, expired or superseded; ``error`` the last
    try's, a code; ``sealed`` is None where it is forgotten."""

    id: str
    court: str
    key: str
    channel: str
    kind: str
    language: str
    hearing: str | None
    application: str | None
    seat: str | None
    sealed: str | None
    created: float
    expires: float
    state: str
    attempts: int
    next_at: float
    finished: float | None
    error: str | None


class Notices(Base):
    async def put_contact(self, row: Values) -> None:
        async with self._engine.begin() as connection:
            await put_contact(connection, row)

    async def contacts(self, hearing: str) -> dict[str, str]:
        """The sealed contacts by seat."""
        query = select(contact.c.seat, contact.c.sealed).where(contact.c.hearing == hearing).order_by(contact.c.seat)
        async with self._engine.connect() as connection:
            return {row.seat: row.sealed for row in await connection.execute(query)}

    async def forget_contacts(self) -> None:
        """Nobody is written to about a hearing that is over."""
        over = select(tables.hearing.c.id).where(tables.hearing.c.state == "concluded")
        async with self._engine.begin() as connection:
            await connection.execute(delete(contact).where(contact.c.hearing.in_(over)))

    async def put_notice(self, row: Values) -> bool:
        """False where the outbox has this key; then nothing is written."""
        try:
            async with self._engine.begin() as connection:
                await put_notice(connection, row)
        except IntegrityError:
            if row["key"] in await self.notice_keys([row["key"]]):
                return False
            raise
        return True

    async def notice_keys(self, keys: Collection[str]) -> set[str]:
        """Those of the keys that the outbox has."""
        async with self._engine.connect() as connection:
            return set((await connection.execute(select(notice.c.key).where(notice.c.key.in_(keys)))).scalars())

    async def notices(self, hearing: str | None = None, application: str | None = None) -> list[NoticeRow]:
        """A hearing's or an application's notices, the oldest first."""
        chosen = notice.c.hearing == hearing if hearing else notice.c.application == application
        async with self._engine.connect() as connection:
            rows = await connection.execute(select(notice).where(chosen).order_by(notice.c.created, notice.c.id))
            return [NoticeRow(*row) for row in rows]

    async def claim_notice(self, channel: str, now: float, lease_s: float) -> NoticeRow | None:
        """The channel's next notice, now in the caller's hands: nobody else gets it for ``lease_s`` seconds, after
        which it is waiting again, for its holder has died."""
        ready = select(notice.c.id).where(
            notice.c.channel == channel, notice.c.state == "waiting", notice.c.next_at <= now, notice.c.expires > now
        )
        first = ready.order_by(notice.c.next_at, notice.c.id).limit(1).scalar_subquery()
        change = update(notice).where(notice.c.id == first, notice.c.state == "waiting", notice.c.next_at <= now)
        change = change.values(next_at=now + lease_s, attempts=notice.c.attempts + 1)
        async with self._engine.begin() as connection:
            row = (await connection.execute(change.returning(*notice.c))).one_or_none()
        return NoticeRow(*row) if row else None

    async def notice_delivered(self, notice_id: str, now: float) -> None:
        await self._end(notice_id, state="delivered", finished=now, error=None, sealed=None)

    async def notice_failed(self, notice_id: str, now: float, error: str) -> None:
        await self._end(notice_id, state="failed", finished=now, error=error)

    async def notice_later(self, notice_id: str, next_at: float, error: str) -> None:
        await self._end(notice_id, next_at=next_at, error=error)

    async def _end(self, notice_id: str, **values: Any) -> None:
        change = update(notice).where(notice.c.id == notice_id, notice.c.state == "waiting").values(**values)
        async with self._engine.begin() as connection:
            await connection.execute(change)

    async def supersede_waiting(self, application: str, kind: str, keep: Collection[str], now: float) -> None:
        """Of a kind about an application, only the notices with the keys ``keep`` are still to be sent."""
        change = update(notice).where(
            notice.c.application == application, notice.c.kind == kind, notice.c.state == "waiting",
            notice.c.key.not_in(keep),
        )  # fmt: skip
        async with self._engine.begin() as connection:
            await connection.execute(change.values(state="superseded", finished=now, sealed=None))

    async def expire_notices(self, now: float) -> int:
        """Notices whose time has passed are not sent any more; how many."""
        change = update(notice).where(notice.c.state == "waiting", notice.c.expires <= now)
        async with self._engine.begin() as connection:
            return (await connection.execute(change.values(state="expired", finished=now))).rowcount

    async def forget_notices(self, before: float) -> None:
        """Addresses of what was never delivered, and ended before a time, are forgotten; that it was tried stays."""
        change = update(notice).where(notice.c.finished < before, notice.c.sealed.is_not(None))
        async with self._engine.begin() as connection:
            await connection.execute(change.values(sealed=None))


async def put_contact(connection: AsyncConnection, row: Values) -> None:
    """Keep how the one in a seat is reached, in place of what was kept before."""
    await connection.execute(delete(contact).filter_by(hearing=row["hearing"], seat=row["seat"]))
    await connection.execute(insert(contact).values(row))


async def put_notice(connection: AsyncConnection, row: Values) -> None:
    """Within somebody's transaction, so that the act and its notice are kept together."""
    await connection.execute(insert(notice).values(row))


async def supersede(connection: AsyncConnection, hearings: Sequence[str], kinds: Sequence[str], now: float) -> None:
    """What waits to tell of an older schedule is not sent any more."""
    change = update(notice).where(
        notice.c.hearing.in_(hearings), notice.c.kind.in_(kinds), notice.c.state == "waiting"
    )  # fmt: skip
    await connection.execute(change.values(state="superseded", finished=now, sealed=None))
