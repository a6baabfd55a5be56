"""The one way in which anything of the office changes: load, decide, append."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from hearings.hearing import Event
from hearings.office import application, calendar, cases, courtrooms, policies, views
from hearings.office.application import Application
from hearings.office.calendar import Calendar
from hearings.office.cases import Case
from hearings.office.courtrooms import Courtroom
from hearings.office.policies import Policies
from hearings.office.streams import Projection
from hearings.problems import Refused
from hearings.store import Changed, Remember, Repeated, Store
from hearings.store.events import Also
from hearings.store.office import Stream
from hearings.times import iso
from signaling.changes import Once
from signaling.problems import Problem

A = TypeVar("A")
Answer = dict[str, Any]


@dataclass(frozen=True)
class Kind(Generic[A]):
    """How an aggregate of one kind is folded and shown in lists. ``name`` is the streams'."""

    name: str
    fold: Callable[[Iterable[Event], A | None], A]
    projection: Callable[[A], Projection]


APPLICATION: Final[Kind[Application]] = Kind("application", application.fold, views.projection)
COURTROOM: Final[Kind[Courtroom]] = Kind("courtroom", courtrooms.fold, courtrooms.projection)
CASE: Final[Kind[Case]] = Kind("case", cases.fold, cases.projection)
CALENDAR: Final[Kind[Calendar]] = Kind("calendar", calendar.fold, calendar.projection)
POLICIES: Final[Kind[Policies]] = Kind("policies", policies.fold, policies.projection)


class OfficeChanges:
    def __init__(self, store: Store, utc: Callable[[], float] = time.time) -> None:
        self._store = store
        self._utc = utc

    def now(self) -> float:
        """In seconds since the epoch."""
        return self._utc()

    def at(self) -> str:
        return iso(self._utc())

    async def find(self, kind: Kind[A], stream: str) -> tuple[Stream, A]:
        """Problem ``not-found`` where there is none."""
        address = await self._store.office_address(kind.name, stream)
        if address is None:
            raise Problem("not-found")
        return address, kind.fold(await self._store.office_events(kind.name, stream), None)

    async def of_court(self, kind: Kind[A], court: str) -> A:
        """What a court has one of: its calendar, its policies."""
        return kind.fold(await self._store.office_events(kind.name, court), None)

    async def history(self, kind: Kind[A], court: str, stream: str = "") -> list[dict[str, Any]]:
        """Who changed what, when and why; ``who`` is the name of one who still works there."""
        events = await self._store.office_events(kind.name, stream or court)
        names = {person.id: person.name for person in await self._store.staff_of_court(court)}
        return [
            {
                "version": event.version, "at": event.at, "by": event.actor, "who": names.get(event.actor),
                "what": event.kind, **event.data,
            }
            for event in events
        ]  # fmt: skip

    async def append(
        self, kind: Kind[A], stream: Stream, before: A | None, version: int, events: Sequence[Event],
        once: Once | None = None, also: Also | None = None, answer: Answer | None = None,
    ) -> Answer:  # fmt: skip
        """Keep what was decided on ``version``, or say that somebody else has changed it. The answer, with the new
        version, is what the same idempotency key is answered with again."""
        after = kind.fold(events, before)
        answer = {"version": events[-1].version, **(answer or {})}
        remember = Remember(once.scope, once.key, {**answer, "of": once.of}) if once else None
        try:
            await self._store.append_office(stream, version, events, kind.projection(after), remember, also)
        except Changed:
            raise Problem("changed") from None
        except Refused as refused:
            raise problem(refused) from refused
        except Repeated as repeated:
            if once is None:
                raise
            return _same(once, repeated.answer)
        return answer

    async def done_before(self, once: Once | None) -> Answer | None:
        """What the same act was answered with, where it was done."""
        known = await self._store.answered(once.scope, once.key) if once else None
        return _same(once, known) if once and known else None


def _same(once: Once, known: Answer) -> Answer:
    """Problem ``bad-request`` where the key came with another act."""
    once.version(known)
    return {name: value for name, value in known.items() if name != "of"}


def problem(refused: Refused) -> Problem:
    return Problem(refused.code, **refused.params)
