"""The outbox: what is to be told is kept in the database, sealed, before anybody tries to send it."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final, cast

from hearings.notices.notice import Channel, Claimed, Contact, File, Kind, Language, Notice
from hearings.notices.reminders import Policy, due
from hearings.office import policies
from hearings.problems import Refused
from hearings.store import Store
from hearings.store.base import new_id
from hearings.store.vault import Vault, VaultError
from hearings.times import iso

_FORGET_S: Final = 30 * 86_400
_PAST_S: Final = 86_400


class Outbox:
    """``woken`` is called when there is something to send."""

    def __init__(self, store: Store, vault: Vault, clock: Callable[[], float] = time.time) -> None:
        self.store = store
        self.woken: Callable[[], None] = lambda: None
        self._vault = vault
        self._clock = clock

    async def set_contact(self, hearing: str, seat: str, contact: Contact) -> None:
        """How the one in a seat is reached; from then on the hearing's notices go there. Raises `Refused`."""
        entry = await self.store.seat(hearing, seat)
        if entry is None:
            raise Refused("not-found")
        await self.store.put_contact(self.contact_row(hearing, seat, entry.court, contact))
        self.woken()

    def contact_row(self, hearing: str, seat: str, court: str, contact: Contact) -> dict[str, Any]:
        """The contact as a row for `hearings.store.notices.put_contact`, within the transaction that makes the seat."""
        sealed = self._close(f"contact/{hearing}/{seat}", asdict(contact))
        return {"hearing": hearing, "seat": seat, "court": court, "sealed": sealed}

    async def contacts(self, hearing: str) -> dict[str, Contact]:
        """By seat code."""
        sealed = await self.store.contacts(hearing)
        return {seat: Contact(**self._open(f"contact/{hearing}/{seat}", text)) for seat, text in sealed.items()}

    async def enqueue(self, notice: Notice) -> bool:
        """When it returns the notice is on disk and will be sent. False where its key is known: nothing is done."""
        new = await self.store.put_notice(self.row(notice))
        self.woken()
        return new

    def row(self, notice: Notice) -> dict[str, Any]:
        """The notice as a row for `hearings.store.notices.put_notice`, within the transaction of the act behind it."""
        notice_id, now = new_id(), self._clock()
        file = asdict(notice.file) if notice.file else None
        sealed = self._close(f"notice/{notice_id}", {"to": notice.to, "data": dict(notice.data), "file": file})
        plain = {
            name: getattr(notice, name)
            for name in ("key", "court", "channel", "kind", "language", "hearing", "application", "seat", "expires")
        }
        first = {"state": "waiting", "attempts": 0, "next_at": now, "created": now}
        return {"id": notice_id, "sealed": sealed, **plain, **first}

    async def plan(self) -> int:
        """Put in what the hearings' schedules ask for by now, and publish them; how many notices were new.

        It needs no memory of its own and may be called at any time: what a stop interrupted is made up for.
        """
        now = self._clock()
        await self.store.publish(now)
        await self.store.expire_notices(now)
        new = 0
        for announced in await self.store.coming(iso(now - _PAST_S)):
            contacts = await self.contacts(announced.hearing)
            if contacts:
                new += await self._add(due(announced, contacts, now, await self._policy(announced.court)))
        return new

    async def _policy(self, court: str) -> Policy:
        minutes = policies.fold(await self.store.office_events("policies", court))["reminder_minutes"]
        return Policy(tuple(60 * one for one in minutes)) if isinstance(minutes, tuple) else Policy()

    async def _add(self, notices: list[Notice]) -> int:
        known = await self.store.notice_keys([notice.key for notice in notices])
        return sum([await self.store.put_notice(self.row(one)) for one in notices if one.key not in known])

    async def tidy(self) -> None:
        """Addresses that nobody needs any more are forgotten."""
        await self.store.forget_contacts()
        await self.store.forget_notices(self._clock() - _FORGET_S)

    async def claim(self, channel: Channel, lease_s: float) -> Claimed | None:
        """The channel's next notice, for ``lease_s`` seconds nobody else's."""
        now = self._clock()
        while row := await self.store.claim_notice(channel, now, lease_s):
            try:
                opened = self._open(f"notice/{row.id}", row.sealed or "")
                kind, language = cast(Kind, row.kind), cast(Language, row.language)
                file = File(**opened["file"]) if opened.get("file") else None
                return Claimed(row.id, kind, language, opened["to"], opened["data"], row.attempts, file)
            except VaultError:  # the vault's key was lost or is yet to be put back
                await self.store.notice_later(row.id, now + lease_s, "sealed")
        return None

    def content(self, file: File) -> bytes:
        """The very file that was meant. Blocking: call from a thread. Raises `VaultError`."""
        content, _ = self._vault.read(file.id)
        if hashlib.sha256(content).hexdigest() != file.sha256:
            raise VaultError("a file is not what was to be sent")
        return content

    def _close(self, about: str, value: Any) -> str:
        return base64.b64encode(self._vault.seal(json.dumps(value).encode(), about)).decode()

    def _open(self, about: str, sealed: str) -> Any:
        return json.loads(self._vault.unseal(base64.b64decode(sealed), about))
