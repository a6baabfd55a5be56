"""What a device in a seat asks over HTTP: the snapshot, acts, a photo, its token's renewal and its end."""

from __future__ import annotations

import asyncio
import hashlib
import json
from functools import partial
from typing import Any, cast

from aiohttp import web

from hearings import attendance as devices
from hearings.decide import REASON, decide
from hearings.hearing import Event, Hearing
from hearings.store import Session, Store
from hearings.store.base import new_id
from hearings.store.vault import Vault, VaultError
from hearings.terms import IDENTIFIERS, PRESENT, Act
from hearings.texts import is_text
from hearings.times import iso
from signaling.authority import DEVICE_KINDS, Authority, place, still_welcome
from signaling.changes import Once
from signaling.hub import Hub
from signaling.problems import Problem
from signaling.security import bearer, json_body, optional_number, optional_object, optional_text, text

KEY = "Idempotency-Key"
_KEY_MOST = 64


class HearingApi:
    def __init__(self, store: Store, hub: Hub, authority: Authority, vault: Vault) -> None:
        self._store = store
        self._hub = hub
        self._authority = authority
        self._vault = vault

    async def get(self, request: web.Request) -> web.Response:
        session = await self._device(request)
        hearing, seat, attendance = place(session)
        room = await self._hub.room(hearing)
        return web.json_response(room.snapshot(seat, attendance, self._hub.utc()))

    async def act(self, request: web.Request) -> web.Response:
        session = await self._device(request)
        body = await json_body(request)
        act, seat = text(body, "act"), optional_text(body, "seat")
        reason, version = optional_text(body, "reason", REASON), optional_number(body, "version")
        fields = optional_object(body, "data")
        key = request.headers.get(KEY)
        if key is not None and not (0 < len(key) <= _KEY_MOST and is_text(key)):
            raise Problem("bad-request", field=KEY)
        where, own, _ = place(session)
        room = await self._hub.room(where)

        def decided(hearing: Hearing, at: str) -> list[Event]:
            _require_seated(hearing, session)
            named = cast(Act, act)  # `decide` refuses what is no act.
            return decide(
                hearing, named, own, at, seat=seat, reason=reason, version=version, sitting=new_id(), data=fields,
                link=room.links.get(own), receives=room.receives(own), tested=room.tested(),
                received=self._hub.received(room, seat), entry_check=self._hub.entry_check(hearing),
            )  # fmt: skip

        once = Once(session.id, key, _digest([act, seat, reason, version, fields])) if key else None
        return web.json_response({"version": await self._hub.changes.apply(where, decided, once)})

    async def photo(self, request: web.Request) -> web.Response:
        """The submitted photo, for those who establish identity (Rules ¶9)."""
        session = await self._device(request)
        hearing, own, _ = place(session)
        current = await self._hub.changes.current(hearing)
        _require_admitted(current, session)
        if current.seats[own].role not in IDENTIFIERS:
            raise Problem("not-permitted")
        entry = await self._store.seat(hearing, request.match_info["seat"])
        if entry is None or entry.photo is None:
            raise Problem("not-found")
        at = iso(self._hub.utc())
        await self._store.note_access(entry.court, entry.photo, session.subject or own, at, "identification")
        try:
            data, media_type = await asyncio.to_thread(self._vault.read, entry.photo)
        except VaultError:
            raise Problem("not-found") from None
        return web.Response(body=data, content_type=media_type)

    async def renew(self, request: web.Request) -> web.Response:
        token = await self._authority.renew(bearer(request))
        return web.json_response({"token": token, "expires_in": self._authority.lifetime_s})

    async def leave(self, request: web.Request) -> web.Response:
        session = await self._authority.session(bearer(request))
        await self._store.revoke(session.id)
        if session.kind in DEVICE_KINDS:
            hearing, seat, attendance = place(session)
            self._hub.sign_out(hearing, attendance)
            await self._hub.changes.apply(hearing, partial(_left, seat, attendance))
        return web.Response(status=204)

    async def _device(self, request: web.Request) -> Session:
        session = await self._authority.device(bearer(request))
        still_welcome(await self._hub.changes.current(place(session)[0]), session)
        return session


def _digest(act: list[Any]) -> str:
    """Of what was asked, whose words are not to be kept once more."""
    return hashlib.sha256(json.dumps(act, sort_keys=True).encode()).hexdigest()


def _require_seated(hearing: Hearing, session: Session) -> None:
    """The seat's acts belong to the device that holds it; what it may do in its standing `decide` knows."""
    _, seat, attendance = place(session)
    if hearing.seats[seat].standing_of(attendance) not in PRESENT:
        raise Problem("not-permitted")


def _require_admitted(hearing: Hearing, session: Session) -> None:
    """The seat's acts belong to the device that holds it."""
    _, seat, attendance = place(session)
    if hearing.seats[seat].standing_of(attendance) != "admitted":
        raise Problem("not-permitted")


def _left(seat: str, attendance: str, hearing: Hearing, at: str) -> list[Event]:
    return [] if hearing.state == "concluded" else devices.leave(hearing, seat, attendance, at)
