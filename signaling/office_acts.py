"""An act on an application: what it needs is looked up or made, the domain decides, and all is kept at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from hearings.office.application import Application, fold
from hearings.office.procedure import Actor, Around, decide
from hearings.store import Store
from hearings.store.events import Also
from hearings.store.office import Stream
from hearings.store.office_also import new_word, together
from hearings.store.words import Words, code_word
from signaling.appendix_mail import AppendixMail
from signaling.changes import Once
from signaling.office_changes import APPLICATION, CALENDAR, COURTROOM, Answer, OfficeChanges
from signaling.office_notices import OfficeNotices
from signaling.office_requests import decided
from signaling.office_schedule import scheduling
from signaling.problems import Problem
from signaling.security import optional_text
from signaling.staff_notices import StaffNotices

_TECHNOLOGY: Final = "videoconference"
_ANY_TIME: Final = {"scheduled_at": "2100-01-01T00:00:00Z"}


@dataclass(frozen=True, slots=True)
class Asked:
    """An act by somebody who saw version ``seen``."""

    act: str
    actor: Actor
    data: Mapping[str, Any]
    seen: int


@dataclass(frozen=True, slots=True)
class _Prepared:
    """``also`` is written with the event; ``shown`` is told this once and never kept."""

    around: Around
    data: Mapping[str, Any]
    also: Also | None = None
    shown: Answer = field(default_factory=dict)


class OfficeActs:
    def __init__(
        self, store: Store, words: Words, changes: OfficeChanges, notices: OfficeNotices, staff: StaffNotices,
        mail: AppendixMail,
    ) -> None:  # fmt: skip
        self._store = store
        self._words = words
        self._changes = changes
        self._notices = notices
        self._staff = staff
        self._mail = mail

    async def do(self, stream: Stream, application: Application, asked: Asked, key: Once | None) -> Answer:
        """Raises Problem."""
        at = self._changes.at()
        ready = await self._prepared(application, asked, at)
        (event,) = decided(
            lambda: decide(application, asked.act, asked.actor, ready.data, at, ready.around, seen=asked.seen)
        )
        name = (await self._store.courts())[application.court]
        after = fold([event], application)
        told = self._notices.told(after, event, name)
        also = together(ready.also, told, await self._staff.informed(after, event))
        before = application.version
        answer = await self._changes.append(APPLICATION, stream, application, before, [event], key, also)
        self._notices.sent()
        await self._mail.send(application.id)
        await self._publish(after)
        return ready.shown | answer

    async def _publish(self, application: Application) -> None:
        """Where the hearing is held, and by what technology (Rules ¶31)."""
        if application.appointment:
            place = application.appointment
            await self._store.set_place(place.hearing, place.courtroom, _TECHNOLOGY, self._changes.now())

    async def _prepared(self, application: Application, asked: Asked, at: str) -> _Prepared:
        """Who may not, or not now, is told so before anything is made."""
        around = await self._around(application, asked.act, asked.data)
        if asked.act not in ("schedule", "issue_credentials"):
            return _Prepared(around, asked.data)
        data = {**_ANY_TIME, **asked.data}
        (draft,) = decided(
            lambda: decide(application, asked.act, asked.actor, data, at, around, seen=asked.seen)
        )  # fmt: skip
        if asked.act == "issue_credentials":
            return await self._credentials(application, asked, around)
        data = {**asked.data, "scheduled_at": draft.data["scheduled_at"]}
        made = await scheduling(self._store, application, data, at)
        place = made.place
        around = replace(around, hearing=place["hearing"], number=place["number"], seat=place["seat"])
        return _Prepared(around, made.data, made.also)

    async def _around(self, application: Application, act: str, data: Mapping[str, Any]) -> Around:
        """The term of an answer is counted by the calendar of the court that answers (Rules ¶21)."""
        there = application.receiver or application.court
        calendar = await self._changes.of_court(CALENDAR, there if act == "send" else application.court)
        receiving = act == "answer" and data.get("side") == "receiving"
        room = optional_text(data, "room", 36)
        if not room:
            return Around(calendar)
        stream, courtroom = await self._changes.find(COURTROOM, room)
        if stream.court != (there if receiving else application.court):
            raise Problem("not-found")
        return Around(calendar, courtroom)

    async def _credentials(self, application: Application, asked: Asked, around: Around) -> _Prepared:
        """A new code word for the seat (Rules ¶15), of which only the hash is kept."""
        word, place = code_word(), application.appointment
        if place is None:
            raise Problem("not-found")
        also = new_word(place.hearing, place.seat, await self._words.hash(word))
        shown = {"hearing": place.number, "seat": place.seat, "code_word": word}
        return _Prepared(around, asked.data, also, shown)
