"""What time alone changes in a hearing: who is lost or back, whose device is gone, what was not received."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from gateway.messages import Link
from hearings import attendance as devices
from hearings import presence
from hearings.hearing import Event, Hearing
from hearings.times import iso
from signaling.changes import Changes
from signaling.company import signs
from signaling.court_policies import CourtPolicies
from signaling.problems import unexpected
from signaling.room import Room


class Watch:
    """``now`` is in seconds of the monotonic clock, ``utc`` in those of the calendar's. What fails is told, and the
    rest is done."""

    def __init__(self, changes: Changes, policies: CourtPolicies) -> None:
        self._changes = changes
        self._policies = policies

    async def look(self, room: Room, now: float, utc: float) -> None:
        """Every second."""
        room.look_around(now)
        await self.presence(room, now, utc)
        _tell_audibility(room, now, utc)
        tell_surroundings(room, now)
        _tell_signs(room, now)
        await self._give_up_seats(room, now)

    async def presence(self, room: Room, now: float, utc: float) -> None:
        """Rules ¶19: a necessary participant of whom nothing comes is told, and so is the return."""
        auto_adjourn = bool(self._policies.of(room.hearing.court)["auto_adjourn"])
        decide = partial(_watched, room.silent(now), room.links, auto_adjourn)
        if not decide(room.hearing, iso(utc)):
            return
        try:
            await self._changes.apply(room.hearing.id, decide)
        except Exception as error:
            unexpected(error, "watch_failed")

    async def _give_up_seats(self, room: Room, now: float) -> None:
        """Rules ¶11: claims of seats whose device is gone."""
        for seat in room.deserted(now):
            try:
                await self._changes.apply(room.hearing.id, partial(_gone, room, seat, now))
            except Exception as error:
                unexpected(error, "claim_failed")


def _tell_audibility(room: Room, now: float, utc: float) -> None:
    """Rules ¶35: judge and clerk see who did not receive and play what was said."""
    try:
        if room.audibility.due(room.hearing, now, utc):
            for conversation in room.court():
                conversation.send("audibility", pairs=room.audibility.told)
    except Exception as error:
        unexpected(error, "audibility_failed")


def tell_surroundings(room: Room, now: float) -> None:
    """Rules ¶28: everybody sees of light and noise what is theirs to see."""
    try:
        room.surroundings.keep(room.looked_at)
        room.surroundings.renew(now)
        for conversation in room.conversations.values():
            told = room.surroundings_for(conversation)
            if told != conversation.surroundings:
                conversation.surroundings = told
                conversation.send("surroundings", seats=told)
    except Exception as error:
        unexpected(error, "surroundings_failed")


def _tell_signs(room: Room, now: float) -> None:
    """Rules ¶28-1: the clerk learns what speaks for company at a witness's side."""
    try:
        found: dict[str, Any] = dict(signs(room, now))
        for conversation in room.court():
            if room.role(conversation) == "clerk" and conversation.signs != found:
                conversation.signs = found
                conversation.send("signs", seats=found)
    except Exception as error:
        unexpected(error, "signs_failed")


def _watched(
    silent: Mapping[str, float], links: Mapping[str, Link], auto_adjourn: bool, hearing: Hearing, at: str
) -> list[Event]:
    return presence.watch(hearing, silent, links, at, auto_adjourn=auto_adjourn)


def _gone(room: Room, seat: str, now: float, hearing: Hearing, at: str) -> list[Event]:
    """Decided again on the newest version: the device may be back, or another may have the seat."""
    return devices.gone(hearing, seat, at) if seat in room.deserted(now) else []
