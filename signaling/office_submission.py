"""Whoever wants to take part by a link applies here, without signing in, and asks with receipt and code word what came
of it (Rules ¶8, ¶9)."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import secrets
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from aiohttp import web

from hearings.office.application import Application
from hearings.office.procedure import Actor, Around, decide
from hearings.office.submission import Enclosed, check, normal_receipt, receipt, submit
from hearings.office.terms import DocumentKind
from hearings.office.views import for_applicant
from hearings.problems import Refused
from hearings.slowdown import network
from hearings.store import Store
from hearings.store.base import new_id
from hearings.store.office import Stream
from hearings.store.office_also import new_documents
from hearings.store.office_documents import Document
from hearings.store.vault import Vault
from hearings.store.words import Words
from signaling.appendix_mail import AppendixMail
from signaling.changes import Once
from signaling.office_api import require_receiver
from signaling.office_changes import APPLICATION, OfficeChanges
from signaling.office_form import Form, read_form
from signaling.office_requests import decided, once
from signaling.problems import Problem
from signaling.security import client_address, json_body, optional_text, text
from signaling.tries import Tries

AT_ONCE: Final = 4
"""Forms that are being read: each may take 30 MB of memory."""
NETWORK_AT_ONCE: Final = 2
_BUSY_S: Final = 10
_APPLICANT: Final = Actor("applicant", frozenset({("applicant", "hearing")}))


class OfficeSubmission:
    def __init__(
        self, store: Store, words: Words, vault: Vault, tries: Tries, changes: OfficeChanges, proxies: frozenset[str],
        mail: AppendixMail,
    ) -> None:  # fmt: skip
        self._store = store
        self._words = words
        self._vault = vault
        self._tries = tries
        self._changes = changes
        self._proxies = proxies
        self._mail = mail
        self._reading: Counter[str] = Counter()

    def routes(self, api: str) -> list[web.RouteDef]:
        return [
            web.post(f"{api}/applications", self.submit),
            web.post(f"{api}/applications/state", self.state),
            web.post(f"{api}/applications/withdraw", self.withdraw),
        ]

    async def submit(self, request: web.Request) -> web.Response:
        with self._reading_one(request):
            form = await read_form(request)
        word = form.fields.pop("code_word", "")
        court, key = text(form.fields, "court", 36), once(request, "applications", _told_apart(form))
        if known := await self._changes.done_before(key):
            return web.json_response({"receipt": known["receipt"]}, status=201)
        if court not in await self._store.courts():
            raise Problem("bad-request", field="court")
        await require_receiver(self._store, form.fields)
        decided(lambda: check(form.fields, "participant", frozenset(form.files), bool(word.strip())))
        hashed = await self._hashed(request, word)
        return web.json_response({"receipt": await self._keep(court, form, hashed, key)}, status=201)

    async def state(self, request: web.Request) -> web.Response:
        body = await json_body(request)
        _, application = await self._mine(request, body)
        place = application.appointment
        hearing = await self._store.load(place.hearing) if place else None
        return web.json_response(for_applicant(application, hearing))

    async def withdraw(self, request: web.Request) -> web.Response:
        body = await json_body(request)
        stream, application = await self._mine(request, body)
        data, at = {"reason": optional_text(body, "reason", 500)}, self._changes.at()
        seen = application.version
        events = decided(lambda: decide(application, "withdraw", _APPLICANT, data, at, Around(), seen=seen))
        await self._changes.append(APPLICATION, stream, application, seen, events)
        await self._mail.send(application.id)
        return web.json_response({"state": "withdrawn"})

    @contextlib.contextmanager
    def _reading_one(self, request: web.Request) -> Iterator[None]:
        where = network(client_address(request, self._proxies))
        if self._reading[where] >= NETWORK_AT_ONCE or self._reading.total() >= AT_ONCE:
            raise Problem("slow-down", seconds=_BUSY_S)
        self._reading[where] += 1
        try:
            yield
        finally:
            self._reading[where] -= 1
            self._reading += Counter()  # what is zero is forgotten

    async def _hashed(self, request: web.Request, word: str) -> str:
        """Slowed like tries at entry: who applies again and again waits longer each time."""
        async with self._tries.attempt(request, "applications", ""):
            try:
                return await self._words.hash(word)
            except Refused:
                raise Problem("bad-request", field="code_word", paragraph="9") from None

    async def _keep(self, court: str, form: Form, hashed: str, key: Once | None) -> str:
        """Files first, then the event: an application that was acknowledged has its documents. The receipt."""
        made, given, at = new_id(), receipt(time.gmtime().tm_year, secrets.token_bytes(8)), self._changes.at()
        documents = [Document(new_id(), court, made, kind) for kind in form.files]
        enclosed = Enclosed({one.kind: one.id for one in documents}, hashed)
        events = decided(lambda: submit(made, court, given, form.fields, enclosed, "applicant", at, "participant"))
        await asyncio.to_thread(self._write, form.files, documents)
        stream, also = Stream(court, APPLICATION.name, made), new_documents(documents, at)
        answer: dict[str, Any] = {}
        try:
            answer = await self._changes.append(APPLICATION, stream, None, 0, events, key, also, {"receipt": given})
        finally:
            # Also where the same form was faster under its key. Where the database failed, it may have kept the
            # application all the same: then its files stay too.
            if answer.get("receipt") != given and not await self._store.office_version(stream.kind, stream.id):
                await asyncio.to_thread(self._delete, documents)
        return str(answer["receipt"])

    async def _mine(self, request: web.Request, body: Mapping[str, Any]) -> tuple[Stream, Application]:
        """The application of a receipt and its code word. Problem ``entry-refused`` for whatever is wrong."""
        typed, word = normal_receipt(text(body, "receipt")), text(body, "code_word")
        async with self._tries.attempt(request, "receipt", typed) as one:
            stream = await self._store.office_by_key(APPLICATION.name, typed)
            found = await self._changes.find(APPLICATION, stream) if stream else None
            one.right = await self._words.verify(found[1].word_hash if found else None, word)
        if found is None or not one.right:
            raise Problem("entry-refused")
        return found

    def _write(self, files: Mapping[DocumentKind, bytes], documents: list[Document]) -> None:
        for one in documents:
            self._vault.write(one.id, files[one.kind])

    def _delete(self, documents: list[Document]) -> None:
        for one in documents:
            self._vault.delete(one.id)


def _told_apart(form: Form) -> list[Any]:
    """What makes a form another one. The code word does not: a digest of it would be easy to try words against."""
    files = {kind: hashlib.sha256(data).hexdigest() for kind, data in form.files.items()}
    return [form.fields, files]
