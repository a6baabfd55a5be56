"""The rooms of all hearings: what changes in one is told to media, to the journal and to those who are connected."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from gateway.messages import Connection, Event, Link, LoadEvent, Policy
from hearings.entry_check import Mode
from hearings.hearing import Event as HearingEvent
from hearings.hearing import Hearing
from hearings.link_test import LinkTried
from hearings.problems import BrokenLog
from hearings.store import Store
from hearings.store.register import UNOPENED
from hearings.terms import PRESENT
from signaling import announcements, media_events
from signaling.audibility import Ledgers, no_ledger
from signaling.background import Background
from signaling.changes import Beside, Changes, nothing_beside
from signaling.conversation import Conversation
from signaling.court_policies import CourtPolicies
from signaling.forwarding import Forwarding
from signaling.journal_feed import JournalFeed
from signaling.measuring import Measuring
from signaling.media_link import MediaLink
from signaling.problems import Problem, unexpected
from signaling.room import Room, turned_away
from signaling.watch import Watch, tell_surroundings

LOOK_AROUND_S = 1.0
ENDED = ("concluded", "postponed")
"""The events that end a sitting, and the states after them."""
SNAPSHOT_AFTER_S = 0.02
"""Changes that come together, as when everybody returns after a restart, are told together."""

Concluded = Callable[[Hearing], Awaitable[None]]


async def nothing(hearing: Hearing) -> None:
    return None


def unwatched(room: Room) -> None:
    return None


class Hub:
    """Holds the rooms, the link to media and the journal feed. ``concluded`` is awaited, apart, after a hearing's end
    and once its record is closed; ``beside`` says what is kept with each change, for those who are not in the hearing;
    ``on_links`` is called with a room that has new figures of its links. Needs ``run`` as a task."""

    def __init__(
        self,
        store: Store,
        socket: Path,
        concluded: Concluded = nothing,
        monotonic: Callable[[], float] = time.monotonic,
        utc: Callable[[], float] = time.time,
        beside: Beside = nothing_beside,
        ledgers: Ledgers = no_ledger,
        version: str = "",
    ) -> None:
        self._store = store
        self._ledgers = ledgers
        self.version = version
        self._policies = CourtPolicies(store)
        self._concluded = concluded
        self._monotonic = monotonic
        self.utc = utc
        self._rooms: dict[str, Room] = {}
        self._due: set[str] = set()
        self.changes = Changes(store, self._changed, utc, beside)
        self.link = MediaLink(socket, self)
        self._background = Background()
        self.spawn = self._background.spawn
        self._forwarding = Forwarding(self.link, self._policies, self.spawn)
        self._watch = Watch(self.changes, self._policies)
        self.journal = JournalFeed(store, self.link, self._journalled)
        self._unfinished: set[str] = set()
        self.load: LoadEvent | None = None
        self.lookout: Mapping[str, Any] | None = None
        self.on_links: Callable[[Room], None] = unwatched
        self.measuring = Measuring(monotonic)

    async def run(self) -> None:
        """For ever; a mistake of ours in one of the three is told, and all begin again."""
        while True:
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self.link.run())
                    tasks.create_task(self.journal.run())
                    tasks.create_task(self._keep_looking())
            except* Exception as group:
                for error in group.exceptions:
                    unexpected(error, "hub_failed")
            await asyncio.sleep(LOOK_AROUND_S)

    def close_sockets(self) -> None:
        """The app goes down: sockets are closed without a bye, so that clients come back."""
        for conversation in self._conversations():
            conversation.detach()

    async def stop(self) -> None:
        """Afterwards nothing of ours uses the database any more, and the ledgers' last seconds are kept."""
        await self._background.stop()
        for room in self._rooms.values():
            room.audibility.ledger.close(self._monotonic(), self.utc())

    # Rooms and who is in them

    async def room(self, hearing: str) -> Room:
        """The hearing's room, up to date with the database and with media; Problem ``not-found`` or ``ended``."""
        current = await self.changes.current(hearing)
        if current.state == "concluded":
            raise Problem("ended")
        if hearing not in self._rooms:
            await self._policies.renew(current.court)
        room = self._rooms.get(hearing)
        if room is None or current.version > room.hearing.version:
            room = self._renew(current)
            await self._forwarding.enforce(room)
        return room

    def _renew(self, hearing: Hearing) -> Room:
        room = self._rooms.get(hearing.id)
        if room is None:
            room = self._rooms[hearing.id] = Room(hearing, self._monotonic(), self._ledgers(hearing))
        if hearing.version >= room.hearing.version:
            room.hearing = hearing
        room.entry_check = self.entry_check(hearing)
        self._snapshots(room)
        return room

    def join(self, room: Room, conversation: Conversation) -> None:
        """A conversation begins; the same device's earlier one ends."""
        older = room.conversations.get(conversation.attendance)
        room.conversations[conversation.attendance] = conversation
        conversation.held = room.standing(conversation) in PRESENT
        if older:
            older.bye(Problem("replaced"))

    def present(self, room: Room, attendance: str) -> None:
        """A device came or went: since when is noted, and the others are told."""
        room.see(attendance, self._monotonic())
        self._snapshots(room)

    def device(self, room: Room, conversation: Conversation, microphone: str, camera: str) -> None:
        """The state of a device's microphone and camera, for the others."""
        if room.standing(conversation) not in PRESENT:
            return
        room.devices[conversation.seat] = (microphone, camera)
        for other in room.admitted():
            if other is not conversation:
                other.send("devices", seat=conversation.seat, microphone=microphone, camera=camera)

    def reported(self, room: Room, conversation: Conversation, up: Mapping[str, Any]) -> None:
        """The client's own measurements of what it sends, for the technician. Who only claims the seat tells nothing
        of it."""
        if room.standing(conversation) not in PRESENT:
            return
        room.watch.reported(conversation.seat, up, self._monotonic())

    def tried(self, room: Room, attendance: str, link: LinkTried) -> dict[str, Any]:
        """A device's link before entry, by what its court asks for (Rules ¶38); the court and the technician see it."""
        before, policies = room.tried.get(attendance), self._policies.of(room.hearing.court)
        room.tried[attendance] = view = link.view(policies)
        room.found.setdefault(attendance, {}).update(link.findings(policies))
        if view != before:
            self._snapshots(room)
        return view

    def listened(self, room: Room, conversation: Conversation, connection: str, report: Mapping[str, Any]) -> None:
        """What a listener says that it played (Rules ¶35)."""
        if room.is_inside(conversation):
            room.audibility.reported(room.hearing, conversation.seat, connection, report, self._monotonic())

    def received(self, room: Room, speaker: str | None) -> dict[str, dict[str, Any]]:
        """What each listener received and played of the speaker's last speech."""
        return room.audibility.of(room.hearing, speaker, self._monotonic()) if speaker else {}

    def entry_check(self, hearing: Hearing) -> Mode:
        """What its court wants of a check before entry that fails."""
        return cast(Mode, self._policies.of(hearing.court)["entry_check"])

    def occupied(self, room: Room, seat: str) -> bool:
        return room.occupied(seat, self._monotonic())

    def sign_out(self, hearing: str, attendance: str) -> None:
        room = self._rooms.get(hearing)
        conversation = room.conversations.pop(attendance, None) if room else None
        if conversation:
            conversation.bye(Problem("token-revoked"))

    # Changes of a hearing

    async def _changed(self, hearing: Hearing, events: Sequence[HearingEvent]) -> None:
        room = self._renew(hearing)
        self.journal.note(hearing)
        ended = any(event.kind in ENDED for event in events)
        if ended and not await self._close_record(hearing):
            self._unfinished.add(hearing.id)
            self.journal.note(hearing)
        await self._forwarding.enforce(room)
        announcements.announce(room, events)
        self._forwarding.offer_again(room, events)
        self._forwarding.shut_out(room)
        self._turn_away(room)
        for event in events:
            if event.kind in ("entered", "device_agreed"):
                await self._store.become_seat(hearing.id, event.data["attendance"])
        if ended:
            self.spawn(self._finish(hearing))

    async def _close_record(self, hearing: Hearing) -> bool:
        """The last events come into the journal before its record is closed; whether media was there to write them."""
        if hearing.sitting is None:
            await self._store.mark(hearing.id, hearing.version)
            return True
        return await self.journal.flush(hearing)

    def _journalled(self, hearing: Hearing) -> None:
        """A hearing that ended while media was away has its last events in the journal now, and can be handed on.
        What is written of an older copy, or of a new day, says nothing of that end."""
        if hearing.id in self._unfinished and hearing.state in ENDED:
            self._unfinished.discard(hearing.id)
            self.spawn(self._finish(hearing))

    async def _finish(self, hearing: Hearing) -> None:
        """The sitting is over. Of a postponed hearing the court's own room stays, under its policy of now. Nothing is
        made of a record whose journal lacks its end."""
        room = self._rooms.get(hearing.id)
        if room:
            room.audibility.ledger.close(self._monotonic(), self.utc())
        if room is None or room.hearing.state in ENDED:  # of a postponed one the next day may have begun
            await self._forwarding.drop(hearing.id)
        if hearing.state == "concluded":
            self._rooms.pop(hearing.id, None)
        elif room:
            await self._forwarding.push(room.hearing)
        if hearing.id not in self._unfinished:
            await self._concluded(hearing)

    def link_threshold(self, court: str) -> int:
        """Bit/s each way that a court asks of links (Rules ¶38)."""
        return self._policies.of(court).number("link_threshold_bps")

    def now(self) -> float:
        """Seconds of the monotonic clock."""
        return self._monotonic()

    def _turn_away(self, room: Room) -> None:
        """Nobody stays connected who is no longer of the hearing, neither by socket nor by media."""
        for name, conversation in list(room.conversations.items()):
            conversation.held = conversation.held or room.standing(conversation) in PRESENT
            problem = turned_away(room.hearing, conversation.seat, name, not conversation.held)
            if problem:
                conversation.bye(problem)
                del room.conversations[name]
        self._forwarding.close_strangers(room)

    def _snapshots(self, room: Room) -> None:
        """A new snapshot to everyone, soon."""
        if room.hearing.id not in self._due:
            self._due.add(room.hearing.id)
            asyncio.get_running_loop().call_later(SNAPSHOT_AFTER_S, self._send_snapshots, room)

    def _send_snapshots(self, room: Room) -> None:
        self._due.discard(room.hearing.id)
        for one in room.conversations.values():
            one.send("hearing", hearing=room.snapshot(one.seat, one.attendance, self.utc()))

    # Media (media_link.Listener)

    async def policies(self) -> list[Policy]:
        """Of the hearings whose doors are open, and of those still shut in which staff are already."""
        live = [
            row.id for row in await self._store.live_hearings() if row.state not in UNOPENED or row.id in self._rooms
        ]
        found = [await self._policy_of(hearing) for hearing in live]
        return [policy for policy in found if policy]

    async def _policy_of(self, hearing: str) -> Policy | None:
        """None where its log is damaged, or newer than this program: that takes nothing from the other hearings."""
        try:
            return self._forwarding.policy((await self.room(hearing)).hearing)
        except BrokenLog as error:
            unexpected(error, "hearing_unreadable")
        except Problem:  # it ended a moment ago
            pass
        return None

    def media_up(self, boot: str, connections: list[Connection]) -> None:
        for connection in connections:
            room = self._rooms.get(connection["hearing"])
            if room:
                room.connections[connection["connection"]] = connection
                room.alive.add(connection["connection"])
        for room in self._rooms.values():
            self._forwarding.close_strangers(room)
            self._snapshots(room)
        for conversation in self._conversations():
            conversation.send("media", state="up", boot=boot)
        self.spawn(self._fill_gaps())

    def media_down(self) -> None:
        self.load = None
        for room in self._rooms.values():
            room.media_gone()
            self._snapshots(room)
        for conversation in self._conversations():
            conversation.send("media", state="down", boot=None)

    def media_event(self, event: Event) -> None:
        if event["event"] == "load":
            self.load = event
            return
        room = self._rooms.get(event["hearing"])
        if room is None:
            return
        if event["event"] == "audibility":
            room.audibility.delivered(room.hearing, event, self._monotonic())
        elif media_events.take(room, event):
            self._snapshots(room)
        if event["event"] == "connection":
            self._forwarding.close_strangers(room)
            self.spawn(self._watch.presence(room, self._monotonic(), self.utc()))
        if event["event"] == "links":
            room.watch.figures_at = self._monotonic()
            self.on_links(room)
            media_events.tell_links(room)

    async def _fill_gaps(self) -> None:
        """What an earlier process, or media that was away, left unwritten in the journals."""
        for hearing in await self._store.unjournalled():
            with contextlib.suppress(BrokenLog):  # told when media is greeted
                current = await self.changes.current(hearing)
                if current.state in ENDED and current.sitting:
                    self._unfinished.add(hearing)
                self.journal.note(current)

    # What time alone changes

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_AROUND_S)
            await self.look_around()

    async def look_around(self) -> None:
        now = self._monotonic()
        for court in {room.hearing.court for room in self._rooms.values()}:
            await self._renew_policies(court)
        for room in list(self._rooms.values()):
            try:
                await self._watch.look(room, now, self.utc())
            except Exception as error:
                unexpected(error, "look_failed")

    async def _renew_policies(self, court: str) -> None:
        if not await self._policies.renew(court):
            return
        for room in [room for room in self._rooms.values() if room.hearing.court == court]:
            self._renew(room.hearing)
            await self._forwarding.enforce(room)

    # Light and noise (courtroom.lookouts.Listener)

    def looked(self, found: Mapping[str, Any]) -> None:
        """One look of the worker's at one participant (Rules ¶28)."""
        room, now = self._rooms.get(found["hearing"]), self._monotonic()
        if room and found["seat"] in room.hearing.seats:
            room.surroundings.looked(found["seat"], found, now)
            if room.surroundings.renew(now):
                tell_surroundings(room, now)

    def lookout_status(self, status: Mapping[str, Any] | None) -> None:
        """How the worker is; None: there is none, and what it found holds no more."""
        self.lookout = status
        if status is None:
            for room in self._rooms.values():
                room.surroundings.forget()
                tell_surroundings(room, self._monotonic())

    # Figures (metrics.Figures)

    def links(self) -> Mapping[str, Mapping[str, Link]]:
        return {name: room.links for name, room in self._rooms.items()}

    @property
    def media_is_up(self) -> bool:
        return self.link.up

    def session_count(self) -> int:
        return sum(conversation.connected for conversation in self._conversations())

    def rooms(self) -> list[Room]:
        return list(self._rooms.values())

    def _conversations(self) -> list[Conversation]:
        return [one for room in self._rooms.values() for one in room.conversations.values()]
