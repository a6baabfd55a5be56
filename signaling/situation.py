"""The situation on the whole server: each court's hearings of today and the live ones, how each of them stands, and
the alerts. Looks once a second; reads the calendar every few seconds."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, get_args

from hearings.store import Store
from hearings.store.register import Row
from hearings.terms import State
from hearings.times import ZONE, iso
from quality.cause import CAUSES, Direction, Judged
from quality.link import VERDICTS
from quality.surroundings import PARTS, Part
from signaling import observe
from signaling.alerts import KINDS, Alert, Alerts, Key
from signaling.hub import Hub
from signaling.linkwatch import DIRECTIONS
from signaling.problems import unexpected
from signaling.room import Room

LOOK_S: Final = 1.0
READ_S: Final = 10.0
LATE_S: Final = 15 * 60.0
"""From when on a hearing that has not begun raises an alert; late it is from its time on."""

Phase = Literal["failed", "late", "paused", "running", "coming", "over"]
PHASES: Final[tuple[Phase, ...]] = get_args(Phase)
"""From the worst on."""
_PHASE: Final[Mapping[State, Phase]] = {
    "scheduled": "coming", "ready": "coming", "test_session": "coming",
    "in_session": "running", "closed_session": "running",
    "technical_adjournment": "paused", "recess": "paused",
    "concluded": "over", "postponed": "over",
}  # fmt: skip


def phase(state: State, scheduled_at: str, now: str, failed: bool = False) -> Phase:
    """Times are ISO 8601 as `hearings.times` writes them; ``failed``: its recording is."""
    usual = _PHASE[state]
    if failed and usual in ("running", "paused"):
        return "failed"
    return "late" if usual == "coming" and now > scheduled_at else usual


@dataclass(frozen=True, slots=True)
class Standing:
    """One hearing as the console lists it; ``room`` where anybody is in it."""

    hearing: str
    court: str
    number: str
    title: str
    scheduled_at: str
    state: State
    phase: Phase
    room: Room | None

    def view(self, now: float, alerts: Collection[Alert]) -> dict[str, Any]:
        links = [link.judged for _, _, link in self.room.watch.links()] if self.room else []
        worst = self.room.watch.worst() if self.room else Judged("good", "none")
        return {
            "hearing": self.hearing, "number": self.number, "title": self.title, "court": self.court,
            "scheduled_at": self.scheduled_at, "state": self.state, "phase": self.phase,
            "people": sum(seat.held for seat in self.room.watch.seats.values()) if self.room else 0,
            "verdict": worst.verdict if links else None, "cause": worst.cause,
            "bad": sum(one.verdict == "bad" for one in links), "poor": sum(one.verdict == "poor" for one in links),
            "alerts": len(alerts), "untaken": sum(one.taken is None for one in alerts),
            "stale_s": observe.stale_s(self.room, now) if self.room else None,
        }  # fmt: skip


class Situation:
    """Needs ``run`` as a task."""

    def __init__(self, store: Store, hub: Hub) -> None:
        self._store = store
        self._hub = hub
        self._rows: dict[str, Row] = {}
        self._read_at: float | None = None
        self.alerts = Alerts()
        hub.on_links = self.look

    async def run(self) -> None:
        """For ever; a mistake of ours is told, and the next second is looked at all the same."""
        while True:
            try:
                await self.second()
            except Exception as error:
                unexpected(error, "situation_failed")
            await asyncio.sleep(LOOK_S)

    async def second(self) -> None:
        now, utc = self._hub.now(), self._hub.utc()
        if self._read_at is None or now - self._read_at >= READ_S:
            self._read_at = now
            self._rows = {row.id: row for row in await self._store.hearings_between(*today(utc))}
        for room in self._hub.rooms():
            if room.watch.looked_at is None or now - room.watch.looked_at >= 1.5 * LOOK_S:
                self.look(room)
        standings = self.standings()
        self.alerts.look(dict(_bad(standings, now, utc)), now, utc)

    def look(self, room: Room) -> None:
        """At one hearing's links: each second with their figures, or without."""
        threshold = self._hub.link_threshold(room.hearing.court)
        observe.look(room, self._hub.now(), self._hub.utc(), threshold, self._hub.media_is_up)

    def standings(self, courts: Collection[str] | None = None) -> list[Standing]:
        """Of these courts, or of all; a room's hearing is newer than the calendar."""
        now = iso(self._hub.utc())
        rooms = {room.hearing.id: room for room in self._hub.rooms()}
        found = [_of_room(room, now) for room in rooms.values()]
        found += [_of_row(row, now) for row in self._rows.values() if row.id not in rooms]
        return [one for one in found if courts is None or one.court in courts]

    def counts(self, standings: Iterable[Standing]) -> dict[str, int]:
        counted = Counter(one.phase for one in standings)
        return {name: counted[name] for name in PHASES}

    def worst_first(self, standings: Iterable[Standing], alerts: Mapping[str, list[Alert]]) -> list[Standing]:
        """Failed recordings, alerts that nobody has taken, bad links, other alerts and those of light; phase, time."""

        def rank(one: Standing) -> tuple[Any, ...]:
            mine = alerts.get(one.hearing, [])
            worst = one.room.watch.worst().level if one.room else 0
            untaken = any(alert.taken is None and alert.key.kind != "light" for alert in mine)  # light is advice only
            return one.phase != "failed", not untaken, -worst, not mine, PHASES.index(one.phase), one.scheduled_at

        return sorted(standings, key=rank)

    def open_alerts(self, standings: Iterable[Standing]) -> dict[str, list[Alert]]:
        """By hearing."""
        found: dict[str, list[Alert]] = {one.hearing: [] for one in standings}
        for alert in self.alerts.all():
            if alert.open and alert.key.hearing in found:
                found[alert.key.hearing].append(alert)
        return found

    # Figures (metrics.Situation)

    def link_verdicts(self) -> Mapping[tuple[Direction, str], int]:
        judged = Counter((direction, link.judged.verdict) for direction, link in self._links())
        return {(direction, one): judged[direction, one] for direction in DIRECTIONS for one in VERDICTS}

    def link_causes(self) -> Mapping[str, int]:
        causes = Counter(link.judged.cause for _, link in self._links() if link.judged.verdict != "good")
        return {cause: causes[cause] for cause in CAUSES if cause != "none"}

    def open_alert_counts(self) -> Mapping[tuple[str, bool], int]:
        counted = Counter((one.key.kind, one.taken is not None) for one in self.alerts.all() if one.open)
        return {(kind, taken): counted[kind, taken] for kind in KINDS for taken in (False, True)}

    def surroundings_counts(self) -> Mapping[tuple[Part, str], int]:
        now = self._hub.now()
        shown = Counter(
            (part, steady.at(now).verdict)
            for room in self._hub.rooms() for seat in room.surroundings.seats.values()
            for part, steady in seat.parts.items()
        )  # fmt: skip
        return {(part, one): shown[part, one] for part in PARTS for one in (*VERDICTS, "unmeasured")}

    def lookout(self) -> Mapping[str, Any] | None:
        """How the worker is that looks at light and noise; None: there is none."""
        return self._hub.lookout

    def hearing_counts(self) -> Mapping[str, int]:
        return self.counts(self.standings())

    def recording_gap_s(self) -> float:
        """The most seconds by which a record is behind what came over the network."""
        states = (room.recording for room in self._hub.rooms() if room.recording and room.recording["on"])
        gaps = (
            state["received_seconds"].get(seat, 0.0) - written
            for state in states for seat, written in state["seconds"].items()
        )  # fmt: skip
        return max(gaps, default=0.0)

    def _links(self) -> Iterable[tuple[Direction, Any]]:
        for room in self._hub.rooms():
            for _, direction, link in room.watch.links():
                yield direction, link


def today(utc: float) -> tuple[str, str]:
    """Begin and end of the court's day, ISO 8601 in UTC."""
    day = datetime.fromtimestamp(utc, ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    return iso(day.timestamp()), iso((day + timedelta(days=1)).timestamp())


def _of_room(room: Room, now: str) -> Standing:
    hearing = room.hearing
    failed = bool(room.recording and room.recording["failed"])
    at = hearing.scheduled_at
    standing = phase(hearing.state, at, now, failed)
    return Standing(hearing.id, hearing.court, hearing.number, hearing.title, at, hearing.state, standing, room)


def _of_row(row: Row, now: str) -> Standing:
    state: Any = row.state
    standing = phase(state, row.scheduled_at, now)
    return Standing(row.id, row.court, row.number, row.title, row.scheduled_at, state, standing, None)


def _bad(standings: Iterable[Standing], now: float, utc: float) -> Iterable[tuple[Key, tuple[str, str, str]]]:
    late = iso(utc - LATE_S)
    for one in standings:
        about = one.court, one.number
        if one.phase == "failed" and one.room and one.room.recording:
            yield Key("recording", one.hearing), (*about, str(one.room.recording["failed"]))
        if one.phase == "late" and one.scheduled_at <= late:
            yield Key("late", one.hearing), (*about, "late")
        for key, cause in (*_bad_links(one), *_bad_surroundings(one, now)):
            yield key, (*about, cause)


def _bad_links(one: Standing) -> Iterable[tuple[Key, str]]:
    for seat, direction, link in one.room.watch.links() if one.room else ():
        if link.judged.cause == "away":
            yield Key("lost", one.hearing, seat), "away"
        elif link.judged.verdict == "bad":
            yield Key("link", one.hearing, seat, direction), link.judged.cause


def _bad_surroundings(one: Standing, now: float) -> Iterable[tuple[Key, str]]:
    for seat, part, cause in one.room.surroundings.bad(now) if one.room else ():
        yield Key(part, one.hearing, seat), cause
