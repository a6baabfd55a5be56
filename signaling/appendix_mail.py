"""Appendix 1 by e-mail: once it is signed off and the application is sent, whichever comes second (Rules ¶12)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from hearings.documents.drafts import Draft
from hearings.notices.notice import Contact, File, Notice, addressed
from hearings.notices.outbox import Outbox
from hearings.office.application import Application, fold
from hearings.office.terms import State
from hearings.store import Store
from hearings.times import iso
from signaling.paper_log import PaperLog
from signaling.problems import unexpected

_EXPIRES_S: Final = 7 * 86_400
_PAGE: Final = 200
_UNDER_WAY: Final[tuple[State, ...]] = ("sent", "feasible")


class AppendixMail:
    """It needs no memory of its own: a notice that is in the outbox already is not put in again."""

    def __init__(self, store: Store, outbox: Outbox, log: PaperLog, now: Callable[[], float]) -> None:
        self._store = store
        self._outbox = outbox
        self._log = log
        self._now = now

    async def send(self, application: str) -> None:
        """What is due to its addressees by now. A mistake of ours undoes nothing: it is made up for."""
        try:
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
        """How far it is with each addressee who has an e-mail address; ``state`` is null while nobody has signed."""
        rows = {row.key: row for row in await self._store.notices(application=application.id)}
        found = []
        for number, one in enumerate(application.sent.addressees if application.sent else ()):
            row = rows.get(f"{_key(application, number)}/email")
            if one.get("email"):
                at = iso(row.finished) if row and row.finished else None
                told = {"state": row.state if row else None, "at": at, "error": row.error if row else None}
                found.append({"name": one["name"], "email": one["email"], **told})
        return found

    async def _send(self, application: Application) -> None:
        if application.state in ("refused", "withdrawn") or not any(_emails(application)):
            return
        paper = await self._paper(application)
        if paper is None:
            return
        name = (await self._store.courts())[application.court]
        for notice in notices(application, paper, name, self._now() + _EXPIRES_S):
            await self._outbox.enqueue(notice)

    async def _paper(self, application: Application) -> Draft | None:
        """Appendix 1 of the present resolution: an earlier one spoke of what was infeasible (Rules ¶13)."""
        resolution = application.resolution
        for draft in await self._log.signed_off(application.court, "application", application.id):
            if resolution and draft.at >= resolution.at:
                return await self._log.keep(draft)
        return None


def notices(application: Application, paper: Draft, court: str, expires: float) -> list[Notice]:
    """One to each addressee with an e-mail address, the same for each time that it is asked for."""
    assert paper.sha256 is not None  # it was kept
    file = File(paper.id, f"appendix-1-{paper.language}.pdf", paper.sha256)
    facts = {"number": application.case, "court": court, "application": application.receipt}
    return [
        notice
        for number, email in enumerate(_emails(application))
        for notice in addressed(
            "appendix_1", _key(application, number), application.court, Contact(paper.language, email), facts, expires,
            application=application.id, file=file,
        )
    ]  # fmt: skip


def _emails(application: Application) -> list[str]:
    return [one.get("email", "") for one in application.sent.addressees] if application.sent else []


def _key(application: Application, number: int) -> str:
    """Of one addressee of one sending: after infeasibility all is sent anew."""
    return f"{application.id}/appendix-1/{application.sent.at if application.sent else ''}/{number}"
