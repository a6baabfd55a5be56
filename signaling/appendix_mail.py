"""Appendix 1 by e-mail: once it is signed off and the application is sent, whichever comes second, and what corrects it
(Rules ¶12)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from hearings.documents.drafts import Draft
from hearings.notices.notice import Contact, File, Kind, Notice, addressed
from hearings.notices.outbox import Outbox
from hearings.office.application import Application, fold
from hearings.office.terms import State
from hearings.store import Store
from hearings.store.notices import NoticeRow
from hearings.times import iso
from signaling.paper_log import PaperLog
from signaling.problems import unexpected

_EXPIRES_S: Final = 7 * 86_400
_PAGE: Final = 200
_KIND: Final[Kind] = "appendix_1"
_UNDER_WAY: Final[tuple[State, ...]] = ("sent", "feasible", "scheduled")
"""While its addressees have a link to prepare or to keep ready. What is infeasible is resolved anew (Rules ¶13), and of
what is refused or withdrawn there is nothing to organise."""


class AppendixMail:
    """It needs no memory of its own: a notice that is in the outbox already is not put in again. One at a time, so that
    what is older never takes the place of what is newer."""

    def __init__(self, store: Store, outbox: Outbox, log: PaperLog, now: Callable[[], float]) -> None:
        self._store = store
        self._outbox = outbox
        self._log = log
        self._now = now
        self._one_at_a_time = asyncio.Lock()

    async def send(self, application: str) -> None:
        """What is due to its addressees by now goes, and what waits but is not due any more stays. A mistake of ours
        undoes nothing: it is made up for."""
        try:
            async with self._one_at_a_time:
                await self._send(fold(await self._store.office_events("application", application)))
        except Exception as error:
            unexpected(error, "appendix_mail_failed")

    async def catch_up(self) -> None:
        """What a stop of the program, or a file that could not be set, has prevented."""
        courts = list(await self._store.courts())
        for state in _UNDER_WAY:
            last = ""
            while rows := await self._store.list_office("application", courts, state=state, after=last, most=_PAGE):
                last = rows[-1]["application"]
                for row in rows:
                    await self.send(row["application"])

    async def told(self, application: Application) -> list[dict[str, Any]]:
        """How far it is with each addressee who has an e-mail address, for each paper; ``state`` is null while nobody
        has signed."""
        rows = [row for row in await self._store.notices(application=application.id) if row.kind == _KIND]
        found = []
        for number, one in enumerate(application.sent.addressees if application.sent else ()):
            if one.get("email"):
                theirs = [row for row in rows if row.key.startswith(f"{_key(application, number)}/")]
                how = [_told(row) for row in theirs] or [_told(None)]
                found += [{"name": one["name"], "email": one["email"], **each} for each in how]
        return found

    async def signed_at(self, application: Application) -> str | None:
        """When Appendix 1 of the present resolution was signed off first."""
        return min([draft.signed_at for draft in await self._papers(application)], default=None)

    async def _send(self, application: Application) -> None:
        if not any(_emails(application)):
            return
        due = await self._due(application)
        for notice in due:
            await self._outbox.enqueue(notice)
        await self._store.supersede_waiting(application.id, _KIND, {notice.key for notice in due}, self._now())

    async def _due(self, application: Application) -> list[Notice]:
        if application.state not in _UNDER_WAY:
            return []
        newest = {draft.language: draft for draft in await self._papers(application)}
        if not newest or await self._over(application):
            return []
        name = (await self._store.courts())[application.court]
        papers = [await self._log.keep(draft) for draft in newest.values()]
        return [one for paper in papers for one in notices(application, paper, name, self._now() + _EXPIRES_S)]

    async def _over(self, application: Application) -> bool:
        """Scheduled it stays, also when it was heard."""
        hearing = await self._store.load(application.appointment.hearing) if application.appointment else None
        return hearing is not None and hearing.state == "concluded"

    async def _papers(self, application: Application) -> list[Draft]:
        """Appendix 1 of the present resolution, by when it was signed off: an earlier one spoke of what was infeasible
        (Rules ¶13)."""
        resolution = application.resolution
        found = await self._log.signed_off(application.court, "application", application.id)
        return sorted(
            (draft for draft in found if resolution and draft.at >= resolution.at), key=lambda draft: draft.signed_at
        )


def notices(application: Application, paper: Draft, court: str, expires: float) -> list[Notice]:
    """One to each addressee with an e-mail address, the same for each time that it is asked for."""
    assert paper.sha256 is not None  # it was kept
    file = File(paper.id, f"appendix-1-{paper.language}.pdf", paper.sha256)
    facts = {"number": application.case, "court": court, "application": application.receipt}
    return [
        notice
        for number, email in enumerate(_emails(application))
        for notice in addressed(
            _KIND, f"{_key(application, number)}/{paper.id}", application.court, Contact(paper.language, email), facts,
            expires, application=application.id, file=file,
        )
    ]  # fmt: skip


def _told(row: NoticeRow | None) -> dict[str, Any]:
    if row is None:
        return {"language": None, "state": None, "at": None, "error": None}
    at = iso(row.finished) if row.finished else None
    return {"language": row.language, "state": row.state, "at": at, "error": row.error}


def _emails(application: Application) -> list[str]:
    return [one.get("email", "") for one in application.sent.addressees] if application.sent else []


def _key(application: Application, number: int) -> str:
    """Of one addressee of one sending: after infeasibility all is sent anew."""
    return f"{application.id}/appendix-1/{application.sent.at if application.sent else ''}/{number}"
