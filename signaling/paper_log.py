"""The log of a paper: read, appended to, and closed with the file of what was signed off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from hearings.documents import drafts
from hearings.documents.drafts import Draft
from hearings.hearing import SYSTEM, Event
from hearings.store import Changed, Store
from hearings.store.office import Stream
from hearings.times import iso
from signaling.papers import Papers
from signaling.problems import Problem

STREAM: Final = "paper"


class PaperLog:
    def __init__(self, store: Store, papers: Papers, now: Callable[[], float]) -> None:
        self._store = store
        self._papers = papers
        self._now = now

    async def draft(self, document: str) -> Draft | None:
        events = await self._store.office_events(STREAM, document)
        return drafts.fold(events) if events else None

    async def append(self, draft: Draft | None, events: Sequence[Event]) -> Draft:
        """Problem ``changed`` where somebody else was first."""
        after = drafts.fold(events, draft)
        if not events:
            return after
        stream = Stream(after.court, STREAM, after.id)
        try:
            before = draft.version if draft else 0
            await self._store.append_office(stream, before, events, drafts.projection(after))
        except Changed:
            raise Problem("changed") from None
        return after

    async def keep(self, draft: Draft) -> Draft:
        """What was signed off with its file kept, made now unless it is. Problem as from `Papers`."""
        if not draft.signed_off or draft.sha256 is not None:
            return draft
        sha256 = await self._papers.make(draft)
        try:
            return await self.append(draft, drafts.keep(draft, sha256, iso(self._now()), SYSTEM))
        except Problem:
            kept = await self.draft(draft.id)  # another request was first: the same page makes the same file
            if kept is None or kept.sha256 != sha256:
                raise
            return kept

    async def signed_off(self, court: str, kind: str, about: str) -> list[Draft]:
        """The papers of a kind about an application or hearing that all have signed, the oldest first."""
        rows = await self._store.list_office(STREAM, [court], state="signed_off", about=about, newest_first=True)
        found = [await self.draft(row["document"]) for row in reversed(rows) if row["kind"] == kind]
        return [draft for draft in found if draft]
