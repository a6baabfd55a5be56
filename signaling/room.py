"""What is true of one hearing right now and stands in no log: who is connected, what media says. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from gateway.messages import Connection, Direction, Link, Picture, RecordingEvent, Slot
from hearings.entry_check import Mode, Part
from hearings.hearing import Hearing, Seat
from hearings.model import Finding
from hearings.policy import policy
from hearings.procedure import messages
from hearings.snapshot import WATCHERS, Live, is_inside, snapshot
from hearings.states import TABLE, joining
from hearings.terms import IDENTIFIERS, SENT_AWAY, Role, Standing
from signaling.audibility import Audibility, Ledger, NoLedger
from signaling.conversation import Conversation
from signaling.linkwatch import HearingWatch
from signaling.problems import Problem
from signaling.rehearsal import Rehearsal
from signaling.surroundings import Surroundings

GONE_AFTER_S = 10.0
"""A device without WebSocket and without media for so long is gone (Rules ¶11)."""
CONVERSATION_KEPT_S = 120.0
LINK: tuple[Part, ...] = ("up", "down")


class Room:
    """``now`` is always in seconds of the monotonic clock, ``utc`` in seconds since the epoch."""

    def __init__(self, hearing: Hearing, now: float, ledger: Ledger | None = None) -> None:
        self.hearing = hearing
        self.conversations: dict[str, Conversation] = {}
        self.connections: dict[str, Connection] = {}
        self.alive: set[str] = set()
        self.untold: dict[str, list[Slot]] = {}
        self.devices: dict[str, tuple[str, str]] = {}
        self.links: dict[str, Link] = {}
        self.pictures: dict[str, Mapping[str, Picture]] = {}
        self.layers: dict[str, bool] = {}
        self.arriving: dict[str, tuple[bool, bool]] = {}
        self.rehearsal = Rehearsal()
        self.audibility = Audibility(ledger or NoLedger())
        self.watch = HearingWatch()
        self.surroundings = Surroundings()
        self.tried: dict[str, dict[str, Any]] = {}
        self.found: dict[str, dict[Part, Finding]] = {}
        self.entry_check: Mode = "hold"
        self.speaker: str | None = None
        self.recording: RecordingEvent | None = None
        self.policy_seats: frozenset[str] = frozenset()
        self.looked_at: frozenset[str] = frozenset()
        """The seats whose light and noise are looked at."""
        self._words_told: dict[str, int] = {}
        self._seen: dict[str, float] = {}
        self._heard: dict[str, float] = {}
        self._with_media: set[str] = set()
        self._began = now

    def standing(self, conversation: Conversation) -> Standing:
        return self.hearing.seats[conversation.seat].standing_of(conversation.attendance)

    def role(self, conversation: Conversation) -> Role:
        return self.hearing.seats[conversation.seat].role

    def is_inside(self, conversation: Conversation) -> bool:
        """Admitted, and not shut out of a closed session (Rules ¶6)."""
        inside = is_inside(self.hearing, self.hearing.seats[conversation.seat])
        return inside and self.standing(conversation) == "admitted"

    def reaches(self, conversation: Conversation) -> bool:
        """Whether words to the seat come to this device (Rules ¶27): it holds the seat, and does not only claim it."""
        seat = self.hearing.seats[conversation.seat]
        return seat.attendance == conversation.attendance and messages.reaches(self.hearing, seat)

    def shut_out(self, conversation: Conversation) -> Problem | None:
        """Why a device that keeps its seat has no media in this state (Rules ¶6)."""
        seat, row = self.hearing.seats[conversation.seat], TABLE[self.hearing.state]
        if joining(self.hearing.state, seat.place, seat.role) is not None:
            return None
        return Problem(row.closed, paragraph=row.paragraph)

    def admitted(self) -> Iterator[Conversation]:
        """Those who may know who else is there."""
        return (one for one in self.conversations.values() if self.is_inside(one))

    def court(self) -> Iterator[Conversation]:
        return (one for one in self.admitted() if self.role(one) in IDENTIFIERS)

    def watchers(self) -> Iterator[Conversation]:
        """Who is told of problems and losses (Rules ¶14, ¶27)."""
        return (one for one in self.admitted() if self.role(one) in WATCHERS)

    def in_seat(self, seat: str) -> Conversation | None:
        """The conversation of the device that holds the seat."""
        attendance = self.hearing.seats[seat].attendance
        return self.conversations.get(attendance) if attendance else None

    # Presence

    def see(self, attendance: str, now: float) -> None:
        self._seen[attendance] = now

    def is_there(self, attendance: str) -> bool:
        """Whether a device has a socket, or media that arrives."""
        conversation = self.conversations.get(attendance)
        if conversation and conversation.connected:
            return True
        return any(owner(name) == attendance for name in self.alive)

    def occupied(self, seat: str, now: float) -> bool:
        """Whether the device that holds the seat is there, or was a moment ago."""
        place = self.hearing.seats.get(seat)
        return bool(place and place.taken and not self._is_gone(place, now))

    def deserted(self, now: float) -> list[str]:
        """The claimed seats whose first device is gone, and whose second is there."""
        claimed = [seat for seat in self.hearing.seats.values() if seat.claim and self.is_there(seat.claim)]
        return [seat.code for seat in claimed if self._is_gone(seat, now)]

    def silent(self, now: float) -> dict[str, float]:
        """Seconds since anything came from each seat that is held: over its media, or, from a device that never had
        any, over its socket."""
        taken = [seat for seat in self.hearing.seats.values() if seat.taken and seat.attendance]
        return {seat.code: self._silent(str(seat.attendance), now) for seat in taken}

    def _silent(self, attendance: str, now: float) -> float:
        alive = any(owner(name) == attendance for name in self.alive)
        conversation = self.conversations.get(attendance)
        talks = attendance not in self._with_media and conversation is not None and conversation.connected
        if alive:
            self._with_media.add(attendance)
        if alive or talks:
            self._heard[attendance] = now
        return now - self._heard.setdefault(attendance, now)

    def look_around(self, now: float) -> None:
        """Note who is there, to know later since when they are not; forget conversations that are long over."""
        for attendance in self._attendances():
            if self.is_there(attendance):
                self.see(attendance, now)
        for attendance, conversation in list(self.conversations.items()):
            if not conversation.connected and now - self._last_seen(attendance) > CONVERSATION_KEPT_S:
                del self.conversations[attendance]
        known = set(self._attendances())
        self._seen = {name: at for name, at in self._seen.items() if name in known}
        self._heard = {name: at for name, at in self._heard.items() if name in known}
        self._with_media &= known
        self.tried = {name: view for name, view in self.tried.items() if name in known}
        self.found = {name: found for name, found in self.found.items() if name in known}

    def sampling(self, attendance: str) -> None:
        """A new sample of a device is looked at: of what was measured before, only the link still holds."""
        before = self.found.get(attendance, {})
        self.found[attendance] = {part: before[part] for part in LINK if part in before}

    def sampled(self, attendance: str, found: Mapping[Part, Finding]) -> None:
        """What was measured of a device before entry."""
        self.found.setdefault(attendance, {}).update(found)

    def _attendances(self) -> list[str]:
        seats = self.hearing.seats.values()
        return [*self.conversations, *(seat.attendance for seat in seats if seat.attendance)]

    def _is_gone(self, seat: Seat, now: float) -> bool:
        if not seat.taken or seat.attendance is None:
            return True
        return not self.is_there(seat.attendance) and now - self._last_seen(seat.attendance) >= GONE_AFTER_S

    def _last_seen(self, attendance: str) -> float:
        return self._seen.get(attendance, self._began)

    # Media

    def note(self, name: str, seat: str, direction: Direction) -> None:
        """A media connection exists, whether or not anything comes over it."""
        self.connections[name] = Connection(connection=name, hearing=self.hearing.id, seat=seat, direction=direction)

    def subscribers(self) -> list[Conversation]:
        """Those to whom media has made an offer, in this process's time or before."""
        owners = {owner(name) for name, one in self.connections.items() if one["direction"] == "subscribe"}
        return [one for name, one in self.conversations.items() if one.subscribed or name in owners]

    def untold_of(self, attendance: str) -> dict[str, list[Slot]]:
        """By subscribe connection, whose each media section is, where the device has not been told; it is told now."""
        names = [name for name in self.untold if owner(name) == attendance]
        return {name: self.untold.pop(name) for name in names}

    def strangers(self) -> list[str]:
        """Media connections of devices that do not hold their seat."""
        return [name for name, one in self.connections.items() if not self._holds(one["seat"], owner(name))]

    def _holds(self, seat: str, attendance: str) -> bool:
        place = self.hearing.seats.get(seat)
        return place is not None and place.taken and place.attendance == attendance

    def forget(self, connection: str) -> None:
        self.connections.pop(connection, None)
        self.untold.pop(connection, None)
        self.layers.pop(connection, None)
        self.alive.discard(connection)

    def media_gone(self) -> None:
        for conversation in self.conversations.values():
            conversation.subscribed = False
        self.connections.clear()
        self.untold.clear()
        self.layers.clear()
        self.alive.clear()
        self.surroundings.forget()
        self.links, self.pictures, self.speaker, self.recording = {}, {}, None, None
        self.arriving = {}

    def note_test(self) -> None:
        """What is measured now is kept, where this is a test session (Rules ¶15)."""
        versions = {name: one.version for name, one in self.conversations.items()}
        self.rehearsal.note(self.hearing, self.links, self.arriving, versions)

    def tested(self) -> dict[str, dict[str, Any]]:
        """What the test session has measured up to now."""
        self.note_test()
        return self.rehearsal.measured(self.hearing)

    # What each is told

    def untold_words(self) -> dict[str, int]:
        """Wrong code words at each seat of which no clerk who was there has been told; after a restart, all of them."""
        counts = {
            seat.code: seat.wrong_words - self._words_told.get(seat.code, 0) for seat in self.hearing.seats.values()
        }
        return {seat: count for seat, count in counts.items() if count > 0}

    def told_of_words(self, seat: str) -> None:
        self._words_told[seat] = self.hearing.seats[seat].wrong_words

    def live(self) -> Live:
        held = [seat for seat in self.hearing.seats.values() if seat.taken and seat.attendance]
        return Live(
            tried={seat.code: self.tried[str(seat.attendance)] for seat in held if seat.attendance in self.tried},
            connected=frozenset(seat.code for seat in held if self.is_there(str(seat.attendance))),
            devices=self.devices,
            entry_check=self.entry_check,
            recording=bool(self.recording and self.recording["on"]),
            recording_failed=self.recording["failed"] if self.recording else None,
        )

    def receives(self, seat: str) -> dict[str, dict[str, bool]] | None:
        """What a seat gets of each other one that it should hear and see, as far as media says; None where it says
        nothing. What somebody has switched off is not asked for; what a device does not tell of is."""
        if seat not in self.pictures:
            return None
        sources = {source: heard[seat] for source, heard in policy(self.hearing)["links"].items() if seat in heard}
        return {source: got for source, kinds in sources.items() if (got := self._arrives(source, seat, kinds))}

    def _arrives(self, source: str, seat: str, kinds: str) -> dict[str, bool]:
        microphone, camera = self.devices.get(source, ("on", "on"))
        sound, picture = self.arriving.get(source, (False, False))[0], self.pictures[seat].get(source)
        got = {"audio": sound} if "a" in kinds and microphone == "on" else {}
        return got | ({"video": picture in ("high", "low")} if "v" in kinds and camera == "on" else {})

    def snapshot(self, seat: str, attendance: str, utc: float) -> dict[str, Any]:
        return snapshot(self.hearing, seat, attendance, utc, self.live())

    def judged_links(self) -> dict[str, Link]:
        """The newest figures, each direction's with the verdict that the console has too."""
        return {code: cast(Link, self._judged(code, link)) for code, link in self.links.items()}

    def _judged(self, code: str, link: Link) -> dict[str, Any]:
        watched, seat = self.watch.seats.get(code), self.hearing.seats.get(code)
        known = watched.links if watched and seat else {}
        return {
            way: {**figures, **known[way].told(seat.necessary)} if figures and way in known and seat else figures
            for way, figures in cast(Mapping[Any, Any], link).items()
        }

    def links_for(self, conversation: Conversation, links: dict[str, Link]) -> dict[str, Link]:
        """Of ``links`` everyone's to the court and the technician, to the others their own; others' seats only after
        admission."""
        admitted = self.is_inside(conversation)
        if admitted and self.role(conversation) in WATCHERS:
            return links
        own = links.get(conversation.seat)
        if own is None:
            return {}
        return {conversation.seat: own if admitted else _without_seats(own)}

    def surroundings_for(self, conversation: Conversation) -> dict[str, dict[str, Any]]:
        """Everybody's to the court and the technician, to the others their own."""
        if not self.is_inside(conversation):
            return {}
        told = self.surroundings.told
        if self.role(conversation) in WATCHERS:
            return told
        return {seat: view for seat, view in told.items() if seat == conversation.seat}


def _without_seats(link: Link) -> Link:
    return {**link, "down": {**link["down"], "layers": {}}} if link.get("down") else link


def _not_now(hearing: Hearing, seat: Seat) -> Problem:
    """The seat was given up with the test session, with the day, or for a new try."""
    row = TABLE[hearing.state]
    if joining(hearing.state, seat.place, seat.role) is not None:
        return Problem("token-revoked")
    return Problem(row.closed, scheduled_at=hearing.appointed_at, reason=hearing.reason, paragraph=row.paragraph)


def owner(connection: str) -> str:
    """The attendance that a media connection's name begins with."""
    return connection.partition(".")[0]


def turned_away(hearing: Hearing, seat: str, attendance: str, claimed: bool) -> Problem | None:
    """Why a device with a good token is not, or no longer, of the hearing; ``claimed``: it never held the seat."""
    if hearing.state == "concluded":
        return Problem("ended")
    place = hearing.seats[seat]
    standing = place.standing_of(attendance)
    if standing in SENT_AWAY:
        return Problem(standing, reason=place.reason)
    if standing == "absent":
        return _not_now(hearing, place)
    if standing == "left":
        return Problem("device-refused" if claimed else "replaced")
    return None
