"""Who is looked at when, in the worker; what is found goes out as messages. Nothing of pictures and sound is kept,
but for the last seconds, and of a witness's voice what tells it from another one, while the witness is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from courtroom.breath import breathless
from courtroom.sampled_media import Pictures, Sound
from gateway.messages import Look
from gateway.samples import Sample
from quality import light, noise
from quality.novelty import CALM, Novelty
from quality.speech import RATE
from quality.thrift import Thrift
from quality.voices import Voices

FORGOTTEN_S: Final = 30.0
"""Of whom nothing has come for so long nothing is remembered."""
ASK_EVERY_S: Final = 2.0
STALE_S: Final = 2.0
"""What came so long ago says nothing of now: it is not told, and counts as left out, so that less is looked at. Of a
picture it is decoded all the same: what follows needs it, and a key frame is seldom to be had."""
DARKER: Final = 10.0
"""A change of brightness by so many of 255 is looked at at once."""


@dataclass(slots=True)
class _Seat:
    """One participant of one hearing."""

    due: float
    heard_at: float
    look: Look = "face"
    floor: bool = True
    """Of all the sound that is not listened to yet."""
    voices: Voices = field(default_factory=Voices)
    tracks: dict[str, tuple[str, Pictures | Sound]] = field(default_factory=dict)
    """By kind: the track's id, and what comes of it."""
    asked_at: float = float("-inf")
    behind: bool = False
    """What was read last had come long before."""
    light: Novelty = field(default_factory=lambda: Novelty(DARKER))


class Looks:
    """``now`` is in seconds of the monotonic clock; ``rest`` is called between pieces of work."""

    def __init__(self, thrift: Thrift, rest: Callable[[], None] = breathless) -> None:
        self._thrift = thrift
        self._rest = rest
        self._seats: dict[tuple[str, str], _Seat] = {}
        self.left_out = 0

    def take(self, sample: Sample, now: float) -> str | None:
        """The track of which a key frame is wanted, where one is."""
        origin = sample.origin
        self.left_out += origin.left_out
        seat = self._seats.setdefault((origin.hearing, origin.seat), _Seat(now, now))
        seat.heard_at, seat.look = now, origin.look
        seat.behind = bool(sample.packets) and now - sample.packets[-1].arrival > STALE_S
        if seat.behind:
            self.left_out += len(sample.packets)
            if origin.kind == "audio":
                return None
        track, media = seat.tracks.get(origin.kind, ("", None))
        if track != origin.track or media is None:
            media = Sound(self._rest) if origin.kind == "audio" else Pictures(origin.codec, self._rest)
            if isinstance(media, Sound):  # another microphone, and perhaps another person
                seat.voices, seat.floor = Voices(), True
            seat.tracks[origin.kind] = origin.track, media
        if isinstance(media, Sound):
            media.push(sample.packets)
            seat.floor = seat.floor and origin.floor
            return None
        media.push(sample.packets, self._thrift.step.all_pictures)
        if not media.wants_keyframe or now - seat.asked_at < ASK_EVERY_S:
            return None
        seat.asked_at = now
        return origin.track

    def due(self, now: float) -> Iterator[dict[str, Any]]:
        """What is found of those whose turn it is."""
        for key, seat in list(self._seats.items()):
            if now - seat.heard_at > FORGOTTEN_S:
                del self._seats[key]
            elif now >= seat.due:
                seat.due = now + self._thrift.step.look_s
                turn_s = self._thrift.step.look_s
                if not seat.behind and (found := self._found(seat, now, turn_s)):
                    every = {"light": CALM * turn_s, "noise": turn_s}
                    yield {"hearing": key[0], "seat": key[1], "every_s": every, **found}

    def _found(self, seat: _Seat, now: float, turn_s: float) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for _, media in seat.tracks.values():
            self._rest()
            if isinstance(media, Sound):
                if (taken := media.take()) is not None:
                    sound, likely = taken
                    heard = noise.judge(sound, RATE, speech_expected=False, likely=likely)
                    found["noise"] = [heard.verdict, heard.cause]
                    if seat.look == "witness" and seat.floor and media.fresh is not None:
                        found |= _voices(seat.voices, *media.fresh)
                    seat.floor = True
            elif (glance := media.glance()) is not None and seat.light.wants(glance, now):
                self._rest()
                seen = light.judge(media.picture(), face_expected=seat.look != "scene")
                seat.light.looked(glance, seen.verdict, now, turn_s)
                found |= {"light": [seen.verdict, seen.cause], "faces": seen.faces}
        return found

    def next_due(self) -> float | None:
        return min((seat.due for seat in self._seats.values()), default=None)

    @property
    def participants(self) -> int:
        return len(self._seats)


def _voices(voices: Voices, *fresh: Any) -> dict[str, Any]:
    """Of a witness whose voice was heard for long enough: how many there are, told of what has just been said."""
    before = voices.heard
    voices.hear(*fresh)
    return {"voices": 1 + voices.second} if voices.heard > before and voices.second is not None else {}
