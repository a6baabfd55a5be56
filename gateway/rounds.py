"""What is done for a room again and again: feedback to publishers, allocation for listeners, the readout to the app."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog

from gateway import allocate
from gateway.delivery import Delivery
from gateway.publisher import Publisher
from gateway.readout import Readout, Verdict
from gateway.room import Member, Room

log = structlog.get_logger()

TURN_S = 0.02
# In turns
FEEDBACK = 5
RETARGET = 10
SECOND = 50
RECORDING = 250
APART = 3
"""The next member's turns: 3 and the numbers above have no divisor in common, so that members share them out."""


class Rounds:
    """Remembers what the app was told last, so that events go out on change.

    ``look`` lets packets pass that came meanwhile. ``phase`` in turns: rooms with different ones do their work in
    different turns.
    """

    def __init__(
        self, room: Room, emit: Callable[[dict[str, Any]], None], verdict: Verdict, look: Callable[[], None],
        phase: int = 0,
    ) -> None:  # fmt: skip
        self._room = room
        self._look = look
        self._verdict = verdict
        self._phase = phase
        self._emit = emit
        self._readouts: dict[str, Readout] = {}
        self._delivery = Delivery()
        self._links: dict[str, Any] = {}
        self._told: dict[tuple[str, str], Any] = {}
        self._failures: set[tuple[str, str]] = set()
        self._packets = 0
        self._packets_before = 0

    def forget(self) -> None:
        """A new app listens: tell everything again."""
        self._told.clear()

    def turn(self, number: int, now: float) -> None:
        """Every ``TURN_S``. What is done seldom is done for each member in another turn: packets wait meanwhile."""
        room = self._room
        number += self._phase
        for index, (seat, member) in enumerate(list(room.members.items())):
            try:
                self._member(seat, member, number + APART * index, now)
            except Exception as error:
                self._fail("Rounds._member", error)
            self._look()
        if number % FEEDBACK == 0 and room.speaking.changed():
            self._tell("speaker", "", {"seat": room.speaking.seat})
        if number % SECOND == 0:
            self._second()
        if number % RECORDING == 0:
            self.recording(force=True)
            room.ask_for_decodable()

    def _member(self, seat: str, member: Member, number: int, now: float) -> None:
        publisher, subscriber = member.publisher, member.subscriber
        if publisher is not None:
            try:
                publisher.ask_again(now)
            except Exception as error:
                self._fail("Publisher.ask_again", error)
            if number % FEEDBACK == 0:
                self._safely(publisher.feed_back, now)
            if number % RETARGET == 3:
                look, floor = self._room.policy.sampled.get(seat), self._room.speaking.seat == seat
                for track in publisher.tracks.values():
                    self._safely(self._room.sampling.turn, track, look, floor, now)
            if number % RETARGET == 1:
                for track in publisher.tracks.values():
                    self._safely(track.tick, now)
                connection, high = publisher.connection.name, publisher.high_wanted(now)
                self._tell("layers", seat, {"seat": seat, "connection": connection, "high": high})
        if subscriber is not None:
            try:
                subscriber.turn(TURN_S, now)
            except Exception as error:
                self._fail("Subscriber.turn", error)
            if number % RETARGET == 0:
                self._safely(allocate.run, self._room, subscriber, seat, now)
                self._tell("pictures", seat, {"seat": seat, "pictures": subscriber.pictures()})
        if number % SECOND == 2:
            self._read(seat, member, now)
            self._safely(self._audibility, seat, member, now)

    def _safely(self, what: Callable[..., None], *arguments: Any) -> None:
        """What fails for one participant is done for the others; told once, as it comes again in every turn."""
        try:
            what(*arguments)
        except Exception as error:
            self._fail(what.__qualname__, error)

    def _fail(self, what: str, error: Exception) -> None:
        failure = (what, type(error).__name__)
        if failure not in self._failures:
            self._failures.add(failure)
            log.error("round_failed", what=what, error=failure[1], exc_info=error)

    def held_up(self, now: float) -> None:
        """Packets of everybody waited in this process."""
        for member in self._room.members.values():
            if member.subscriber is not None:
                member.subscriber.estimate.held_up(now)

    def packets(self) -> int:
        """Packets sent in the last second."""
        before, self._packets_before = self._packets_before, self._packets
        return max(self._packets - before, 0)

    def recording(self, force: bool = False) -> None:
        state = self._room.record.state()
        brief = (state["on"], state["seats"], state["failed"])
        if force:
            self._told["recording", ""] = brief
            self._emit({"event": "recording", "hearing": self._room.policy.hearing, **state})
        elif self._told.get(("recording", "")) != brief:
            self.recording(force=True)

    def _read(self, seat: str, member: Member, now: float) -> None:
        publisher, subscriber = member.publisher, member.subscriber
        readout, threshold = (
            self._readouts.setdefault(seat, Readout(self._verdict)),
            self._room.policy.link_threshold_bps,
        )
        if publisher is not None:
            if subscriber is not None and subscriber.rtt is not None:
                publisher.rtt, publisher.rtt_known = subscriber.rtt, True
            self._safely(publisher.report, now)
            self._tell("media", seat, {"seat": seat, **_arriving(publisher, now)})
        self._links[seat] = {
            "up": readout.up(publisher, now) if publisher is not None else {},
            "down": readout.down(subscriber, now, threshold) if subscriber is not None else {},
        }

    def _audibility(self, seat: str, member: Member, now: float) -> None:
        fields = self._delivery.read(self._room, seat, member, now)
        if fields is not None:
            self._emit({"event": "audibility", "hearing": self._room.policy.hearing, **fields})

    def _second(self) -> None:
        members = self._room.members
        listening = [member.subscriber for member in members.values() if member.subscriber is not None]
        self._packets = sum(slot.packets for subscriber in listening for slot in subscriber.slots.values())
        for gone in self._readouts.keys() - members.keys():
            del self._readouts[gone]
            self._delivery.forget(gone)
        self._links = {seat: link for seat, link in self._links.items() if seat in members}
        if self._links:
            self._emit({"event": "links", "hearing": self._room.policy.hearing, "seats": dict(self._links)})
        self.recording()

    def _tell(self, event: str, key: str, fields: dict[str, Any]) -> None:
        if self._told.get((event, key)) != fields:
            self._told[event, key] = fields
            self._emit({"event": event, "hearing": self._room.policy.hearing, **fields})


def _arriving(publisher: Publisher, now: float) -> dict[str, bool]:
    found = {"audio": False, "video": False}
    for kind, track in publisher.tracks.items():
        found[kind] = any(layer.flowing(now) for layer in track.layers.values())
    return found
