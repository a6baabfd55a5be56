"""Every hearing event to its sitting's journal, exactly once: the database keeps how far it is, media knows each id."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import structlog

from gateway.messages import ControlError, Sitting
from hearings.hearing import Hearing
from hearings.store import Store, Stored
from signaling.media_link import MediaLink
from signaling.problems import Problem, unexpected

log = structlog.get_logger(__name__)

BATCH = 100
RETRY_S = 2.0
TIMEOUT_S = 10.0


class JournalFeed:
    """Needs ``run`` as a task. Before a sitting there is no journal: the events wait in the database for it. ``whole``
    is told of each hearing whose events are all written."""

    def __init__(
        self, store: Store, link: MediaLink, whole: Callable[[Hearing], None], retry_s: float = RETRY_S
    ) -> None:
        self._store = store
        self._link = link
        self._whole = whole
        self._retry_s = retry_s
        self._waiting: dict[str, Hearing] = {}
        self._work = asyncio.Event()
        self._feeding = asyncio.Lock()

    def note(self, hearing: Hearing) -> None:
        """The hearing has new events."""
        if hearing.sitting:
            self._waiting[hearing.id] = hearing
            self._work.set()

    async def run(self) -> None:
        """For ever: what could not be written is tried again."""
        while True:
            await self._work.wait()
            self._work.clear()
            for hearing in list(self._waiting.values()):
                await self.flush(hearing)
            if self._waiting:
                await asyncio.sleep(self._retry_s)
                self._work.set()

    async def flush(self, hearing: Hearing) -> bool:
        """Whether all events up to the hearing's version are on disk now."""
        try:
            async with self._feeding:
                await self._feed(hearing)
        except (Problem, ControlError) as error:
            log.warning("journal_waits", hearing=hearing.id, error=str(error).partition(":")[0])
            return False
        except Exception as error:
            unexpected(error, "journal_failed")
            return False
        if self._waiting.get(hearing.id, hearing).version <= hearing.version:
            self._waiting.pop(hearing.id, None)
        self._whole(hearing)
        return True

    async def _feed(self, hearing: Hearing) -> None:
        sitting = sitting_of(hearing)
        if sitting is None or not self._link.up:
            raise Problem("media-down")
        stored = await self._store.events_after(hearing.id, await self._store.journalled(hearing.id))
        for batch in _batches(stored):
            events = [item.journal() for item in batch]
            await self._link.request("journal", TIMEOUT_S, hearing=hearing.id, sitting=sitting, events=events)
            await self._store.mark(hearing.id, batch[-1].event.version)


def _batches(stored: Sequence[Stored]) -> list[Sequence[Stored]]:
    return [stored[first : first + BATCH] for first in range(0, len(stored), BATCH)]


def sitting_of(hearing: Hearing) -> Sitting | None:
    """The sitting as the control protocol names it, also after the hearing's conclusion."""
    if hearing.sitting is None:
        return None
    return {
        "court": hearing.court,
        "sitting": hearing.sitting.sitting,
        "number": hearing.number,
        "started_utc": hearing.sitting.started_at,
    }
