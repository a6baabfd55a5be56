"""What is done for a room again and again: feedback to publishers, allocation for listeners, the readout to the app."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog

from gateway import allocate
from gateway.readout import Readout, Verdict
from gateway.room import Room

log = structlog.get_logger()

TURN_S = 0.02
# In turns
FEEDBACK = 5
RETARGET = 10
SECOND = 50
RECORDING = 250


class Rounds:
    """Remembers what the app was told last, so that events go out on change.

    ``phase`` in turns: rooms with different ones do their work in different turns.
    """

    def __init__(self, room: Room, emit: Callable[[dict[str, Any]], None], verdict: Verdict, phase: int = 0) -> None:
        self._room = room
        self._verdict = verdict
        self._phase = phase
        self._emit = emit
        self._readouts: dict[str, Readout] = {}
        self._told: dict[tuple[str, str], Any] = {}
        self._failures: set[tuple[str, str]] = set()
        self._packets = 0
        self._packets_before = 0

    def forget(self) -> None:
        """A new app listens: tell everything again."""
        self._told.clear()

    def turn(self, number: int, now: float) -> None:
        room = self._room
        number += self._phase
        publishers = [m.publisher for m in room.members.values() if m.publisher is not None]
        for publisher in publishers:
            self._safely(publisher.ask_again, now)
        for member in room.members.values():
            if member.subscriber is not None:
                self._safely(member.subscriber.turn, TURN_S, now)
        if number % FEEDBACK == 0:
            for publisher in publishers:
                self._safely(publisher.feed_back, now)
            if room.speaking.changed():
                self._tell("speaker", "", {"seat": room.speaking.seat})
        if number % RETARGET == 0:
            self._allocate(now)
            for publisher in publishers:
                for track in publisher.tracks.values():
                    self._safely(track.tick, now)
        if number % SECOND == 0:
            self._second(now)
        if number % RECORDING == 0:
            self.recording(force=True)
            room.ask_for_decodable()

    def _safely(self, what: Callable[..., None], *arguments: Any) -> None:
        """What fails for one participant is done for the others; told once, as it comes again in every turn."""
        try:
            what(*arguments)
        except Exception as error:
            failure = (what.__qualname__, type(error).__name__)
            if failure not in self._failures:
                self._failures.add(failure)
                log.error("round_failed", what=failure[0], error=failure[1], exc_info=True)

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

    def _allocate(self, now: float) -> None:
        room = self._room
        for seat, member in room.members.items():
            if member.subscriber is not None:
                self._safely(allocate.run, room, member.subscriber, seat, now)
                self._tell("pictures", seat, {"seat": seat, "pictures": member.subscriber.pictures()})

    def _second(self, now: float) -> None:
        links: dict[str, Any] = {}
        total, threshold = 0, self._room.policy.link_threshold_bps
        for seat, member in self._room.members.items():
            readout = self._readouts.setdefault(seat, Readout(self._verdict))
            if member.subscriber is not None:
                total += sum(s.packets for s in member.subscriber.slots.values())
            if member.publisher is not None:
                if member.subscriber is not None and member.subscriber.rtt is not None:
                    member.publisher.rtt, member.publisher.rtt_known = member.subscriber.rtt, True
                self._safely(member.publisher.report, now)
                self._tell("media", seat, {"seat": seat, **_arriving(member.publisher, now)})
            links[seat] = {
                "up": readout.up(member.publisher, now) if member.publisher is not None else {},
                "down": readout.down(member.subscriber, now, threshold) if member.subscriber is not None else {},
            }
        self._packets = total
        for gone in self._readouts.keys() - self._room.members.keys():
            del self._readouts[gone]
        if links:
            self._emit({"event": "links", "hearing": self._room.policy.hearing, "seats": links})
        self.recording()

    def _tell(self, event: str, key: str, fields: dict[str, Any]) -> None:
        if self._told.get((event, key)) != fields:
            self._told[event, key] = fields
            self._emit({"event": event, "hearing": self._room.policy.hearing, **fields})


def _arriving(publisher: Any, now: float) -> dict[str, bool]:
    found = {"audio": False, "video": False}
    for kind, track in publisher.tracks.items():
        found[kind] = any(layer.flowing(now) for layer in track.layers.values())
    return found
