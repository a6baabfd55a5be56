"""What papers are filled with, out of the store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from hearings import minutes as material
from hearings.documents.forms import Kind
from hearings.documents.from_hearing import technical_act
from hearings.documents.from_minutes import minutes
from hearings.documents.from_office import application_form, organiser_answer
from hearings.documents.model import Audibility, Language, Paper
from hearings.hearing import Hearing, fold
from hearings.office import application as applications
from hearings.office.application import Application
from hearings.office.terms import Side
from hearings.problems import Refused
from hearings.store import Store
from signaling.security import optional_text, text

Source = tuple[str, str, Paper]
Permit = Callable[[str], None]
"""Asked of the court whose paper it is, before anything is said of what is known there; raises `Refused`."""


Listened = Callable[[Hearing], Awaitable[Sequence[Audibility]]]
"""The worst first, by name."""


async def nobody_listened(hearing: Hearing) -> Sequence[Audibility]:
    return ()


class Sources:
    """``listened``: who received and played whom in a hearing."""

    def __init__(self, store: Store, listened: Listened = nobody_listened) -> None:
        self._store = store
        self._listened = listened

    async def paper(self, kind: Kind, language: Language, body: Mapping[str, Any], at: str, permit: Permit) -> Source:
        """The court whose paper it is, the application or hearing it is about, and what is known for it. Raises
        `Refused`, Problem ``not-found``."""
        if kind == "act":
            return await self._act(language, body, at, permit)
        if kind == "minutes":
            return await self._minutes(language, body, permit)
        application = await self._application(text(body, "application"))
        name = (await self._store.courts())[application.court]
        if kind == "application":
            permit(application.court)
            return application.court, application.id, application_form(application, name, language)
        side: Side = "receiving" if body.get("side") == "receiving" else "hearing"
        court = application.receiver if side == "receiving" and application.receiver else application.court
        permit(court)
        return court, application.id, organiser_answer(application, side, name, language)

    async def _act(self, language: Language, body: Mapping[str, Any], at: str, permit: Permit) -> Source:
        hearing = await self._store.load(text(body, "hearing"))
        if hearing is None:
            raise Refused("not-found")
        permit(hearing.court)
        courtroom = await self._courtroom(hearing, body)
        return hearing.court, hearing.id, technical_act(hearing, courtroom, at, language)

    async def _minutes(self, language: Language, body: Mapping[str, Any], permit: Permit) -> Source:
        log = [stored.event for stored in await self._store.events_after(text(body, "hearing"), 0)]
        if not log:
            raise Refused("not-found")
        hearing = fold(log)
        permit(hearing.court)
        courtroom = await self._courtroom(hearing, body)
        names = {seat.code: seat.name or seat.code for seat in hearing.seats.values()}
        audible = await self._listened(hearing)
        return hearing.court, hearing.id, minutes(material.minutes(log), courtroom, names, language, audible)

    async def _courtroom(self, hearing: Hearing, body: Mapping[str, Any]) -> str:
        return optional_text(body, "courtroom") or await self._store.courtroom_of(hearing.id)

    async def _application(self, application: str) -> Application:
        events = await self._store.office_events("application", application)
        if not events:
            raise Refused("not-found")
        return applications.fold(events)
