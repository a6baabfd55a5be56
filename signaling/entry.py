"""Admission by code word and sign-in by password: one answer to everything that is wrong, after the same work."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from functools import partial
from typing import Any

from aiohttp import web

from hearings import attendance as devices
from hearings.creation import normal_number, normal_seat
from hearings.hearing import Event, Hearing, fold
from hearings.store import Entry, Store
from hearings.store.base import new_id
from hearings.store.words import Words
from signaling.authority import Authority
from signaling.hub import Hub
from signaling.problems import Problem
from signaling.security import json_body, optional_object, text
from signaling.tries import Tries


class Admission:
    """``POST /api/v1/entry`` and what it shares with the staff's way in: a device comes to a seat."""

    def __init__(self, store: Store, hub: Hub, authority: Authority, words: Words, tries: Tries) -> None:
        self._store = store
        self._hub = hub
        self._authority = authority
        self._words = words
        self._tries = tries

    async def post(self, request: web.Request) -> web.Response:
        body = await json_body(request)
        number, seat, word = (text(body, field) for field in ("hearing", "seat", "code_word"))
        number, seat = normal_number(number), normal_seat(seat)
        declarations = optional_object(body, "declarations")
        async with self._tries.attempt(request, number, seat) as one:
            entry = await self._store.entry(number, seat)
            one.right = await self._words.verify(entry.word_hash if entry else None, word)
        if entry and one.tell:
            # Apart from the answer, whose time would tell that the seat exists.
            self._hub.spawn(self._tell_clerk(entry, one.tell))
        if entry is None or not one.right:
            raise Problem("entry-refused")
        return web.json_response(await self.enter(entry, declarations=declarations))

    async def enter(
        self, entry: Entry, subject: str | None = None, declarations: Mapping[str, Any] | None = None, name: str = ""
    ) -> dict[str, Any]:
        """A device comes to a seat, or claims it; the answer of ``entry``. ``subject`` is the staff member's id, and
        ``name`` theirs."""
        attendance = new_id()
        room = await self._hub.room(entry.hearing)

        def decide(hearing: Hearing, at: str) -> list[Event]:
            occupied = self._hub.occupied(room, entry.seat)
            entered = devices.enter(hearing, entry.seat, attendance, at, occupied=occupied, subject=subject, name=name)
            if not declarations:
                return entered
            return [*entered, *devices.declare(fold(entered, hearing), entry.seat, declarations, at)]

        await self._hub.changes.apply(entry.hearing, decide)
        hearing = await self._hub.changes.current(entry.hearing)
        claim = hearing.seats[entry.seat].claim == attendance
        self._hub.present(room, attendance)
        session = await self._store.create_session(
            "claim" if claim else "seat", entry.court, self._hub.utc(), self._authority.expires(), subject=subject,
            hearing=entry.hearing, seat=entry.seat, attendance=attendance,
        )  # fmt: skip
        return {
            "token": self._authority.issue(session),
            "expires_in": self._authority.lifetime_s,
            "claim": claim,
            "hearing": {"number": hearing.number, "title": hearing.title, "court": hearing.court_name},
            "seat": {"seat": entry.seat, "role": entry.role, "name": hearing.seats[entry.seat].name},
        }

    async def _tell_clerk(self, entry: Entry, count: int) -> None:
        with contextlib.suppress(Problem):  # A hearing that has gone on meanwhile needs no telling.
            await self._hub.changes.apply(entry.hearing, partial(_wrong_words, entry.seat, count))


def _wrong_words(seat: str, count: int, hearing: Hearing, at: str) -> list[Event]:
    return [] if hearing.state == "concluded" else devices.wrong_words(hearing, seat, count, at)
