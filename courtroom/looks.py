"""Who is looked at when, in the worker; what is found goes out as messages. Nothing of pictures and sound is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from courtroom.sampled_media import RATE, Pictures, Sound
from gateway.messages import Look
from gateway.samples import Sample
from quality import light, noise
from quality.thrift import Thrift

FORGOTTEN_S: Final = 30.0
"""Of whom nothing has come for so long nothing is remembered."""
ASK_EVERY_S: Final = 2.0


@dataclass(slots=True)
class _Seat:
    """One participant of one hearing."""

    due: float
    heard_at: float
    look: Look = "face"
    tracks: dict[str, tuple[str, Pictures | Sound]] = field(default_factory=dict)
    """By kind: the track's id, and what comes of it."""
    asked_at: float = float("-inf")


class Looks:
    """``now`` is in seconds of the monotonic clock."""

    def __init__(self, thrift: Thrift) -> None:
        self._thrift = thrift
        self._seats: dict[tuple[str, str], _Seat] = {}
        self.left_out = 0

    def take(self, sample: Sample, now: float) -> str | None:
        """The track of which a key frame is wanted, where one is."""
        origin = sample.origin
        self.left_out += origin.left_out
        seat = self._seats.setdefault((origin.hearing, origin.seat), _Seat(now, now))
        seat.heard_at, seat.look = now, origin.look
        track, media = seat.tracks.get(origin.kind, ("", None))
        if track != origin.track or media is None:
            media = Sound() if origin.kind == "audio" else Pictures(origin.codec)
            seat.tracks[origin.kind] = origin.track, media
        if isinstance(media, Sound):
            media.push(sample.packets)
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
                if found := _found(seat):
                    yield {"hearing": key[0], "seat": key[1], "every_s": self._thrift.step.look_s, **found}

    def next_due(self) -> float | None:
        return min((seat.due for seat in self._seats.values()), default=None)

    @property
    def participants(self) -> int:
        return len(self._seats)


def _found(seat: _Seat) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for _, media in seat.tracks.values():
        if isinstance(media, Sound):
            if (sound := media.take()) is not None:
                heard = noise.judge(sound, RATE, speech_expected=False)
                found["noise"] = [heard.verdict, heard.cause]
        elif (picture := media.take()) is not None:
            seen = light.judge(picture, face_expected=seat.look == "face")
            found["light"] = [seen.verdict, seen.cause]
            found["faces"] = seen.faces
    return found
