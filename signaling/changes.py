"""The one way in which a hearing changes: load, decide, append, tell."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hearings.hearing import Event, Hearing, fold
from hearings.problems import Refused
from hearings.store import Changed, Remember, Repeated, Store
from hearings.store.events import Also
from hearings.times import iso
from signaling.problems import Problem

Decide = Callable[[Hearing, str], Sequence[Event]]
"""From the hearing and the time (ISO 8601) to events; raises Refused."""
Tell = Callable[[Hearing, Sequence[Event]], Awaitable[None]]
Beside = Callable[[Hearing, Sequence[Event]], Awaitable[Also | None]]
"""What is written in one transaction with a change; of the hearing as the events left it."""


async def nothing_beside(hearing: Hearing, events: Sequence[Event]) -> Also | None:
    return None


@dataclass(frozen=True, slots=True)
class Once:
    """An idempotency ``key`` within a ``scope``, and ``of`` what it is: a digest of the act that it came with."""

    scope: str
    key: str
    of: str

    def remember(self, version: int) -> Remember:
        return Remember(self.scope, self.key, {"version": version, "of": self.of})

    def version(self, answer: Any) -> int:
        """The version that the same act was answered with. Problem ``bad-request`` where it was another act."""
        if answer.get("of") != self.of:
            raise Problem("bad-request", field="Idempotency-Key")
        return int(answer["version"])


_TRIES = 20
_CACHED = 500


class Changes:
    """Hearings as the database has them, and their changes, one after the other.

    ``tell`` is awaited after each change, in the order of versions, before the next one of that hearing; ``beside`` is
    asked before each.
    """

    def __init__(
        self, store: Store, tell: Tell, utc: Callable[[], float] = time.time, beside: Beside = nothing_beside
    ) -> None:
        self._store = store
        self._tell = tell
        self._utc = utc
        self._beside = beside
        self._cache: dict[str, Hearing] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def current(self, hearing: str) -> Hearing:
        """The hearing as it is in the database now. Problem ``not-found`` where there is none."""
        known = self._cache.pop(hearing, None)
        stored = await self._store.events_after(hearing, known.version if known else 0)
        if known is None and not stored:
            raise Problem("not-found")
        # Somebody else may have read on in the meantime; the newest is kept.
        newest = fold((item.event for item in stored), known)
        if hearing in self._cache and self._cache[hearing].version > newest.version:
            return self._cache[hearing]
        self._keep(newest)
        return newest

    async def apply(self, hearing: str, decide: Decide, once: Once | None = None) -> int:
        """Do what ``decide`` says and answer with the hearing's version. Raises Problem."""
        async with self._locks[hearing]:
            if once and (known := await self._store.answered(once.scope, once.key)):
                return once.version(known)
            for _ in range(_TRIES):
                before = await self.current(hearing)
                events = _decided(decide, before, iso(self._utc()))
                version = before.version + len(events)
                if not events:
                    return version
                after = fold(events, before)
                also, remember = await self._beside(after, events), once.remember(version) if once else None
                try:
                    await self._store.append(hearing, before.version, events, remember, also)
                except Changed:
                    continue
                except Repeated as repeated:
                    if once is None:
                        raise
                    return once.version(repeated.answer)
                self._keep(after)
                await self._tell(after, events)
                return version
        raise Problem("changed")

    def _keep(self, hearing: Hearing) -> None:
        self._cache[hearing.id] = hearing
        while len(self._cache) > _CACHED:
            oldest = next(iter(self._cache))
            del self._cache[oldest]


def _decided(decide: Decide, hearing: Hearing, at: str) -> Sequence[Event]:
    try:
        return decide(hearing, at)
    except Refused as refused:
        raise Problem(refused.code, **refused.params) from refused
