"""The register of courts, hearings and seats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, func, insert, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from hearings import creation
from hearings.creation import CAPACITY, NewSeat, normal_number, normal_seat
from hearings.hearing import SYSTEM, Event, Hearing, fold
from hearings.problems import Refused
from hearings.store import tables
from hearings.store.base import Base, new_id
from hearings.store.events import Events, Stored, event_row
from hearings.texts import is_text

UNOPENED = ("scheduled", "postponed")
"""The states in which nobody but staff may be in a hearing that is to come."""


@dataclass(frozen=True, slots=True)
class NewSeatRow:
    """A seat to be made: ``word_hash`` of its code word, ``photo`` its id in the vault, ``staff`` the only staff member
    who may take it, ``site`` the court whose staff may where it is not the hearing's own; the rest as in `NewSeat`."""

    code: str
    role: str
    name: str
    word_hash: str | None = None
    photo: str | None = None
    staff: str | None = None
    site: str | None = None
    place: str | None = None
    necessary: bool | None = None
    under_sixteen: bool = False

    @property
    def domain(self) -> NewSeat:
        photo = self.photo is not None
        return NewSeat(self.code, self.role, self.name, photo, self.place, self.necessary, self.under_sixteen)


@dataclass(frozen=True, slots=True)
class Row:
    """A hearing in a list."""

    id: str
    court: str
    number: str
    title: str
    scheduled_at: str
    state: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What entry by code word, and the photo, need of a seat."""

    hearing: str
    court: str
    seat: str
    role: str
    word_hash: str | None
    photo: str | None
    staff: str | None
    site: str | None = None

    @property
    def staffed_by(self) -> str:
        """The court whose staff may take the seat (Rules ¶26: a receiving court's clerk is that court's)."""
        return self.site or self.court


class Register(Events, Base):
    async def ensure_court(self, name: str) -> str:
        """The id of the court of this name, which is made where there is none. Raises `Refused` (``bad-request``)."""
        if not 0 < len(name.strip()) <= 300 or not is_text(name):
            raise Refused("bad-request", field="court")
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(tables.court).values(id=new_id(), name=name))
        except IntegrityError:
            pass  # it is there already
        async with self._engine.connect() as connection:
            query = select(tables.court.c.id).where(tables.court.c.name == name)
            return str((await connection.execute(query)).scalar_one())

    async def courts(self) -> dict[str, str]:
        """All courts: name by id."""
        async with self._engine.connect() as connection:
            return {row.id: row.name for row in await connection.execute(select(tables.court))}

    async def create_hearing(
        self, court: str, number: str, title: str, scheduled_at: str, seats: Sequence[NewSeatRow], at: str,
        capacity: int = CAPACITY,
    ) -> Hearing:  # fmt: skip
        """A new hearing with its seats, in state `scheduled`. Raises `Refused` (``bad-request``) where a field is wrong
        or the number is taken."""
        names = await self.courts()
        if court not in names:
            raise Refused("bad-request", field="court")
        drafts = [seat.domain for seat in seats]
        events = creation.create(new_id(), court, names[court], number, title, scheduled_at, drafts, at, capacity)
        hearing = fold(events)
        try:
            await self._insert(hearing, events, seats)
        except IntegrityError:
            raise Refused("bad-request", field="number") from None
        return hearing

    async def _insert(self, hearing: Hearing, events: Sequence[Event], seats: Sequence[NewSeatRow]) -> None:
        async with self._engine.begin() as connection:
            await insert_hearing(connection, hearing, events, seats)

    async def add_seat(self, hearing: Hearing, seat: NewSeatRow, at: str, actor: str = SYSTEM) -> Hearing:
        """Add a seat to a hearing that was loaded. Raises `Refused`, or `Changed` when it has changed since."""
        events = creation.add_seat(hearing, seat.domain, at, actor)
        await self._append(hearing.id, hearing.version, events, None, seat_row(hearing, seat))
        return fold(events, hearing)

    async def hearing_by_number(self, number: str) -> str | None:
        """The id of the hearing of this number, as somebody typed it."""
        query = select(tables.hearing.c.id).where(tables.hearing.c.number == normal_number(number))
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).scalar_one_or_none()

    async def entry(self, number: str, seat: str) -> Entry | None:
        """The seat that somebody typed, or None where there is no such hearing or seat."""
        where = (tables.hearing.c.number == normal_number(number), tables.seat.c.code == normal_seat(seat))
        async with self._engine.connect() as connection:
            row = (await connection.execute(_ENTRY.where(*where))).one_or_none()
        return Entry(*row) if row else None

    async def seat(self, hearing: str, seat: str) -> Entry | None:
        async with self._engine.connect() as connection:
            where = (tables.seat.c.hearing == hearing, tables.seat.c.code == seat)
            row = (await connection.execute(_ENTRY.where(*where))).one_or_none()
        return Entry(*row) if row else None

    async def list_hearings(self, court: str | None = None) -> list[Row]:
        """All hearings, or one court's, by their scheduled time."""
        query = _ROW if court is None else _ROW.where(tables.hearing.c.court == court)
        return await self._rows(query)

    async def latest_hearings(self, court: str, search: str = "", most: int = 200) -> list[Row]:
        """A court's hearings whose number contains ``search``, the latest first."""
        hearing = tables.hearing.c
        found = hearing.number.contains(normal_number(search), autoescape=True)
        query = _ROW.where(hearing.court == court, found).order_by(None)
        return await self._rows(query.order_by(hearing.scheduled_at.desc(), hearing.number).limit(most))

    async def live_hearings(self) -> list[Row]:
        """The hearings in which somebody may be connected: the doors are open, or staff have come before that."""
        hearing, event = tables.hearing.c, tables.event.c
        come = exists().where(event.hearing == hearing.id, event.kind == "entered")
        return await self._rows(_ROW.where(hearing.state != "concluded", or_(hearing.state.not_in(UNOPENED), come)))

    async def hearings_between(self, start: str, end: str, most: int = 5000) -> list[Row]:
        """All courts' hearings whose time is from ``start`` to ``end`` (ISO 8601), and those that have begun."""
        hearing = tables.hearing.c
        due = (hearing.scheduled_at >= start) & (hearing.scheduled_at < end)
        begun = hearing.state.not_in((*UNOPENED, "concluded"))
        return await self._rows(_ROW.where(or_(due, begun)).limit(most))

    async def staff_hearings(self, staff: str) -> list[tuple[Row, list[str]]]:
        """The hearings that are not over in which a staff member may take seats, and those seats' codes."""
        role, seat, hearing = tables.staff_role, tables.seat, tables.hearing
        query = (
            select(seat.c.hearing, seat.c.code)
            .join(hearing, hearing.c.id == seat.c.hearing)
            .join(role, (role.c.court == func.coalesce(seat.c.site, seat.c.court)) & (role.c.role == seat.c.role))
            .where(role.c.staff == staff, or_(seat.c.staff.is_(None), seat.c.staff == staff))
            .where(hearing.c.state != "concluded")
            .order_by(seat.c.code)
        )
        async with self._engine.connect() as connection:
            codes: dict[str, list[str]] = {}
            for row in await connection.execute(query):
                codes.setdefault(row.hearing, []).append(row.code)
        rows = await self._rows(_ROW.where(hearing.c.id.in_(codes)))
        return [(row, codes[row.id]) for row in rows]

    async def _rows(self, query: Select[Any]) -> list[Row]:
        async with self._engine.connect() as connection:
            return [Row(*row) for row in await connection.execute(query)]


async def insert_hearing(
    connection: AsyncConnection, hearing: Hearing, events: Sequence[Event], seats: Sequence[NewSeatRow]
) -> None:
    """A new hearing's rows, within a transaction."""
    row = {
        "id": hearing.id, "court": hearing.court, "number": hearing.number, "title": hearing.title,
        "scheduled_at": hearing.scheduled_at, "state": hearing.state, "version": hearing.version,
    }  # fmt: skip
    await connection.execute(insert(tables.hearing).values(row))
    await connection.execute(insert(tables.outbox).values(hearing=hearing.id, court=hearing.court, position=0))
    for seat in seats:
        await connection.execute(insert(tables.seat).values(seat_row(hearing, seat)))
    rows = [event_row(hearing.court, hearing.id, Stored(new_id(), event)) for event in events]
    await connection.execute(insert(tables.event), rows)


_h, _s = tables.hearing.c, tables.seat.c
_ROW: Select[Any] = select(_h.id, _h.court, _h.number, _h.title, _h.scheduled_at, _h.state).order_by(
    _h.scheduled_at, _h.number
)
_ENTRY: Select[Any] = select(_s.hearing, _s.court, _s.code, _s.role, _s.word_hash, _s.photo, _s.staff, _s.site).join(
    tables.hearing, _h.id == _s.hearing
)


def seat_row(hearing: Hearing, seat: NewSeatRow) -> dict[str, Any]:
    return {
        "hearing": hearing.id, "court": hearing.court, "code": seat.code, "role": seat.role, "name": seat.name,
        "word_hash": seat.word_hash, "photo": seat.photo, "staff": seat.staff, "site": seat.site,
    }  # fmt: skip
