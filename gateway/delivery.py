"""Second by second, how much of a seat's speech went to whom: what the audibility ledger rests on (Rules ¶35).

Counters that are there anyway are read; who speaks is told by levels (RFC 6464), what arrived by each listener's RTCP.
"""

from __future__ import annotations

from typing import Any, Final

from gateway.acknowledged import Acknowledged
from gateway.audio_slot import AudioSlot
from gateway.messages import Delivered
from gateway.publisher import Publisher
from gateway.room import Member, Room
from gateway.subscriber import Subscriber
from gateway.track import Track

VOICED: Final = 5
"""Packets of a voice that make a second one of speech: a tenth of it."""
REPORT_S: Final = 10.0
"""A receiver report counts for so long; browsers send one of a sound every 5 s or so."""


class _Speaker:
    """The counters at the last reading; those of another connection begin anew."""

    def __init__(self, connection: str) -> None:
        self.connection = connection
        self.at = 0.0
        self.sent = 0
        self.received = 0
        self.voiced = 0
        self.listeners: dict[str, _Listener] = {}


class _Listener:
    def __init__(self, connection: str, slot: AudioSlot) -> None:
        self.connection = connection
        self.frames = slot.frames
        self.asked = slot.asked
        self.spared = slot.spared
        self.departed = 0
        self.arrived = 0
        self.lost = 0
        self.acknowledged = Acknowledged(slot.reported, slot.lost_frames)
        self.after: int | None = None
        """What is still to be told with the next second of speech."""


class Delivery:
    """Of one room. Read every seat every second, so that the first second of speech has one before it."""

    def __init__(self) -> None:
        self._speakers: dict[str, _Speaker] = {}

    def read(self, room: Room, seat: str, member: Member, now: float) -> dict[str, Any] | None:
        """The fields of ``AudibilityEvent`` for the time since the last reading; None where nobody spoke or listens."""
        publisher = member.publisher
        track = publisher.tracks.get("audio") if publisher is not None else None
        if publisher is None or track is None:
            self.forget(seat)
            return None
        known = self._speakers.get(seat)
        fresh = known is None or known.connection != publisher.connection.name
        if known is None or fresh:
            known = self._speakers[seat] = _Speaker(publisher.connection.name)
        to = self._to(room, seat, known, now)
        packets, voices = room.speaking.counted(track)
        span, known.at = now - known.at, now
        sent, known.sent = _since(_expected(publisher), known.sent)
        received, known.received = _since(packets, known.received)
        voiced, known.voiced = _since(voices, known.voiced)
        if fresh or not to or not _spoke(track, voiced, received):
            return None
        for listener in to:
            known.listeners[listener].after = None
        return {
            "seat": seat, "at": round(now, 3), "span_s": round(span, 3), "voiced": voiced, "sent": max(sent, received),
            "received": received, "to": to,
        }  # fmt: skip

    def forget(self, seat: str) -> None:
        """It has left, or sends no sound."""
        self._speakers.pop(seat, None)

    def _to(self, room: Room, seat: str, speaker: _Speaker, now: float) -> dict[str, Delivered]:
        to: dict[str, Delivered] = {}
        for listener in room.policy.listeners(seat, "audio"):
            subscriber = room.members[listener].subscriber if listener in room.members else None
            slot = subscriber.slots.get((seat, "audio")) if subscriber is not None else None
            if subscriber is not None and isinstance(slot, AudioSlot):
                to[listener] = self._listener(speaker, listener, subscriber, slot, now)
        return to

    def _listener(self, speaker: _Speaker, name: str, subscriber: Subscriber, slot: AudioSlot, now: float) -> Delivered:
        connection = subscriber.connection
        known = speaker.listeners.get(name)
        if known is None or known.connection != connection.name:
            known = speaker.listeners[name] = _Listener(connection.name, slot)
        forwarded, known.frames = _since(slot.frames, known.frames)
        repaired, known.asked = _since(slot.asked, known.asked)
        departed = arrived = lost = 0
        departures = connection.departures
        if departures is not None:
            arrived, known.arrived = _since(departures.arrived, known.arrived)
            lost, known.lost = _since(departures.lost, known.lost)
            departed, known.departed = _since(departures.next, known.departed)
        elif now - slot.reported < REPORT_S:
            arrived, lost = 256 - int(256 * slot.fraction_lost), int(256 * slot.fraction_lost)
        told = known.acknowledged.take(
            forwarded, departed, arrived, lost, now=now, heard=connection.last_heard, reported=slot.reported,
            cumulative=slot.lost_frames, asked=repaired,
        )  # fmt: skip
        known.after = told.after if told.after is not None else known.after
        spared, known.spared = _since(slot.spared, known.spared)  # of stillness that is left out nothing is missed
        return {
            "forwarded": forwarded + spared,
            "acked": told.acked + spared,
            "repaired": repaired,
            "redundancy": slot.redundancy * slot.together,
            "silent": told.silent,
            "after": known.after,
        }


def _since(count: int, before: int) -> tuple[int, int]:
    """What was added, and the count; one that has fallen began anew."""
    return (count - before if count >= before else count), count


def _expected(publisher: Publisher) -> int:
    """Packets of sound that the speaker sent, by their numbers."""
    total = 0
    for stream in publisher.streams.values():
        if stream.kind == "audio":
            total += stream.stats.expected
    return total


def _spoke(track: Track, voiced: int, received: int) -> bool:
    """Of a device that tells no levels all sound counts."""
    return voiced >= VOICED if track.levels else received > 0
