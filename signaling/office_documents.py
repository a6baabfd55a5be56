"""Personal documents: judge and clerk read them, every reading is in a register, and they go when their term is over
(Rules ¶3, ¶8)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from aiohttp import hdrs, web

from hearings.office.retention import destroy_at
from hearings.office.submission import document_kind
from hearings.office.views import READERS
from hearings.store import Store
from hearings.store.office_documents import Ended
from hearings.store.vault import Vault, VaultError
from hearings.times import iso
from signaling.authority import Authority
from signaling.office_api import OfficeApi
from signaling.office_changes import POLICIES, OfficeChanges
from signaling.office_requests import decided
from signaling.problems import Problem

_ENDINGS: Final = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


class OfficeDocumentsApi:
    def __init__(
        self, store: Store, authority: Authority, vault: Vault, office: OfficeApi, changes: OfficeChanges
    ) -> None:
        self._store = store
        self._authority = authority
        self._vault = vault
        self._office = office
        self._changes = changes

    def routes(self, api: str) -> list[web.RouteDef]:
        return [web.get(f"{api}/office/applications/{{application}}/documents/{{kind}}", self.get)]

    async def get(self, request: web.Request) -> web.Response:
        """The file as it was submitted, to be kept and never shown by our page: it is a stranger's."""
        staff = await self._authority.staff(request)
        _, application, actor = await self._office.found(request, staff)
        if not READERS & actor.positions:
            raise Problem("not-permitted", paragraph="8")
        kind = decided(lambda: document_kind(request.match_info["kind"]))
        kept = [one for one in await self._store.documents_of(application.id) if one.kind == kind]
        if not kept:
            raise Problem("not-found")
        await self._store.note_access(application.court, kept[0].id, staff.id, self._changes.at(), "application")
        try:
            data, media_type = await asyncio.to_thread(self._vault.read, kept[0].id)
        except VaultError:
            raise Problem("not-found") from None
        name = f'attachment; filename="{kind}.{_ENDINGS[media_type]}"'
        return web.Response(body=data, content_type=media_type, headers={hdrs.CONTENT_DISPOSITION: name})


class Retention:
    """Destroys the documents whose term is over; the register's entry comes first, so that a stop in between leaves
    none without one."""

    def __init__(self, store: Store, vault: Vault, utc: Callable[[], float] = time.time) -> None:
        self._store = store
        self._vault = vault
        self._changes = OfficeChanges(store, utc)
        self._utc = utc

    async def run(self) -> int:
        """Once; how many went."""
        for ended in await self._store.ended_documents():
            await self._decide(ended)
        due = await self._store.undestroyed()
        for document in due:
            await asyncio.to_thread(self._vault.delete, document)
            await self._store.destroyed(document, iso(self._utc()))
        return len(due)

    async def _decide(self, ended: Ended) -> None:
        policies = await self._changes.of_court(POLICIES, ended.document.court)
        now = iso(self._utc())
        if destroy_at(ended.document.kind, ended.at, policies) <= now:
            await self._store.decide_destruction(ended.document, now, "the court's term is over")
