"""Whoever's sessions end is out of the hearings too, at once: by socket, by media and in the hearing itself."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from functools import partial

from hearings import attendance as devices
from hearings.hearing import Event, Hearing
from hearings.store import Session, Store
from signaling.authority import DEVICE_KINDS, place
from signaling.hub import Hub
from signaling.problems import Problem


class Seats:
    def __init__(self, store: Store, hub: Hub) -> None:
        self._store = store
        self._hub = hub

    @contextlib.asynccontextmanager
    async def leaving(self, staff: str) -> AsyncIterator[None]:
        """Where the body ends sessions of the person, their devices leave."""
        before = await self._store.sessions_of(staff, self._hub.utc())
        yield
        left = {session.id for session in await self._store.sessions_of(staff, self._hub.utc())}
        for session in before:
            if session.kind in DEVICE_KINDS and session.id not in left:
                await self._leave(session)

    async def _leave(self, session: Session) -> None:
        hearing, seat, attendance = place(session)
        self._hub.sign_out(hearing, attendance)
        with contextlib.suppress(Problem):  # a hearing that is over has nobody in it
            await self._hub.changes.apply(hearing, partial(_left, seat, attendance))


def _left(seat: str, attendance: str, hearing: Hearing, at: str) -> list[Event]:
    return [] if hearing.state == "concluded" else devices.leave(hearing, seat, attendance, at)
