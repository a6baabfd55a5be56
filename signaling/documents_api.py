"""Staff's requests about papers: drawn up from what is known, edited, signed off, read (Rules ¶12, ¶15, ¶18, ¶32)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any, Final

from aiohttp import web

from hearings.documents import drafts
from hearings.documents.drafts import Draft
from hearings.documents.fill import fill
from hearings.documents.forms import FORMS, KINDS, Kind
from hearings.documents.model import LANGUAGES
from hearings.documents.pages import page
from hearings.hearing import Event
from hearings.problems import Refused
from hearings.store import Staff, Store
from hearings.store.base import new_id
from hearings.times import iso
from signaling.appendix_mail import AppendixMail
from signaling.authority import Authority
from signaling.document_sources import Listened, Sources, nobody_listened
from signaling.paper_log import PaperLog
from signaling.papers import Papers
from signaling.problems import Problem
from signaling.security import json_body, optional_number, query_text, text

_BODY: Final = 2 * 1024 * 1024
"""Bytes of an edit, at most: minutes are long."""


class DocumentsApi:
    def __init__(
        self, store: Store, authority: Authority, papers: Papers, log: PaperLog, mail: AppendixMail,
        listened: Listened = nobody_listened,
    ) -> None:  # fmt: skip
        self._store = store
        self._authority = authority
        self._papers = papers
        self._log = log
        self._mail = mail
        self._sources = Sources(store, listened)

    def routes(self, api: str) -> list[web.RouteDef]:
        one = f"{api}/documents/{{document}}"
        return [
            web.get(f"{api}/documents", self.list),
            web.post(f"{api}/documents", self.draw_up),
            web.get(one, self.get),
            web.post(f"{one}/acts", self.act),
            web.get(f"{one}/page", self.page),
            web.get(f"{one}/file", self.file),
        ]

    async def list(self, request: web.Request) -> web.Response:
        """The papers that the caller may read, the newest first; ``after``: the id of the last one that is known;
        ``about``: those of an application or hearing."""
        staff = await self._authority.staff(request)
        after, about = (query_text(request, name) for name in ("after", "about"))
        readable = {court: [kind for kind in KINDS if _may_read(staff, court, kind)] for court in staff.courts}
        return web.json_response({"documents": await self._store.list_papers(readable, after, about)})

    async def draw_up(self, request: web.Request) -> web.Response:
        staff, body = await self._authority.staff(request), await json_body(request)
        kind, language = _one_of(body, "kind", KINDS), _one_of(body, "language", LANGUAGES)

        def permit(court: str) -> None:
            if not staff.may_take(court, FORMS[kind].owner):
                raise Refused("not-permitted", FORMS[kind].paragraph)

        try:
            at = self._now()
            court, about, paper = await self._sources.paper(kind, language, body, at, permit)
            sections = fill(paper, language)
            events = drafts.draw_up(new_id(), court, kind, language, sections, at, staff.id, about)
            draft = await self._log.append(None, events)
        except Refused as refused:
            raise Problem(refused.code, **refused.params) from None
        return web.json_response(_view(draft, staff), status=201)

    async def get(self, request: web.Request) -> web.Response:
        staff, draft = await self._read(request)
        return web.json_response(_view(draft, staff))

    async def act(self, request: web.Request) -> web.Response:
        staff, draft = await self._read(request)
        body = await json_body(request.clone(client_max_size=_BODY))
        try:
            draft = await self._log.append(draft, self._decide(staff, draft, body))
        except Refused as refused:
            raise Problem(refused.code, **refused.params) from None
        if draft.signed_off and draft.sha256 is None:
            with contextlib.suppress(Problem):  # signed it is; the file is made when somebody asks for it
                draft = await self._kept(draft)
        return web.json_response(_view(draft, staff))

    async def page(self, request: web.Request) -> web.Response:
        _, draft = await self._read(request)
        html = await asyncio.to_thread(page, draft)
        return web.Response(text=html, content_type="text/html", charset="utf-8")

    async def file(self, request: web.Request) -> web.Response:
        _, draft = await self._read(request)
        if draft.signed_off and draft.sha256 is None:  # the program ended before the file was kept
            draft = await self._kept(draft)
        made = await (self._papers.kept(draft) if draft.sha256 else self._papers.render(draft))
        name = f'inline; filename="{draft.kind}-{draft.language}.pdf"'
        return web.Response(body=made, content_type="application/pdf", headers={"Content-Disposition": name})

    def _decide(self, staff: Staff, draft: Draft, body: dict[str, Any]) -> Sequence[Event]:
        act, version, at = text(body, "act"), optional_number(body, "version"), self._now()
        if version is None:
            raise Problem("bad-request", field="version")
        if act == "edit":
            role = draft.form.owner if staff.may_take(draft.court, draft.form.owner) else ""
            return drafts.edit(draft, role, _sections(body), version, at, staff.id)
        if act == "sign":
            return drafts.sign(draft, self._role(staff, draft, body), staff.name, version, at, staff.id)
        if act == "withdraw":
            mine = next((each.role for each in draft.signatures if each.by == staff.id), "")
            return drafts.withdraw(draft, mine, at, staff.id)
        raise Problem("bad-request", field="act")

    def _role(self, staff: Staff, draft: Draft, body: dict[str, Any]) -> str:
        """As what they sign: the role that they have named and hold."""
        role = text(body, "role")
        return role if staff.may_take(draft.court, role) else ""

    async def _read(self, request: web.Request) -> tuple[Staff, Draft]:
        """Deny by default: whoever may not read a paper does not learn whether it is."""
        staff = await self._authority.staff(request)
        draft = await self._log.draft(request.match_info["document"])
        if draft is None or not _may_read(staff, draft.court, draft.kind):
            raise Problem("not-found")
        return staff, draft

    async def _kept(self, draft: Draft) -> Draft:
        """With the file of what was signed off; Appendix 1 may go out with it (Rules ¶12)."""
        kept = await self._log.keep(draft)
        if kept.kind == "application" and kept.about:
            await self._mail.send(kept.about)
        return kept

    def _now(self) -> str:
        return iso(self._authority.now())


def _may_read(staff: Staff, court: str, kind: Kind) -> bool:
    """Its owner, its signatories, and the judges of the court."""
    form = FORMS[kind]
    return any(staff.may_take(court, role) for role in {form.owner, *form.signatories, "judge"})


def _view(draft: Draft, staff: Staff) -> dict[str, Any]:
    return {
        **drafts.projection(draft).summary, "court": draft.court, "fields": dict(draft.form.fields),
        "sections": dict(draft.sections), "original": dict(draft.original), "edited": sorted(draft.edited),
        "signatures": [{"role": each.role, "name": each.name, "at": each.at} for each in draft.signatures],
        "sha256": draft.sha256, "acts": _acts(draft, staff),
    }  # fmt: skip


def _acts(draft: Draft, staff: Staff) -> list[str]:
    """What the caller may do now."""
    mine = any(each.by == staff.id for each in draft.signatures)
    missing = set(draft.form.signatories) - {each.role for each in draft.signatures}
    may = {
        "edit": not draft.signatures and staff.may_take(draft.court, draft.form.owner),
        "sign": not mine and any(staff.may_take(draft.court, role) for role in missing),
        "withdraw": mine and not draft.signed_off,
    }
    return [act for act, now in may.items() if now]


def _one_of(body: dict[str, Any], field: str, values: Sequence[Any]) -> Any:
    value = text(body, field)
    if value not in values:
        raise Problem("bad-request", field=field)
    return value


def _sections(body: dict[str, Any]) -> dict[str, Any]:
    sections = body.get("sections")
    if not isinstance(sections, dict):
        raise Problem("bad-request", field="sections")
    return sections
