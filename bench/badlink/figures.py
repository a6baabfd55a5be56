"""Figures of the picture and the others' sound from the counters that the listener's page took, by bare numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

FREEZE_S = 0.5
"""A picture that stands longer is frozen."""
HEARD = 0.8
"""Of the samples between two looks that are not made up by the listener's own browser, so that it hears."""


@dataclass(frozen=True)
class Look:
    """The counters at one moment, epoch seconds; ``frames`` grow over reconnections, ``real`` samples too."""

    at: float
    frames: int
    height: int
    samples: int
    real: int


def looks(polls: Sequence[dict[str, Any]], seat: str) -> list[Look]:
    """Counters begin again with each connection: what they had before is added."""
    found: list[Look] = []
    frames = samples = real = 0
    last: dict[str, Any] = {"frames": 0}
    before = {"samples": 0, "concealed": 0}
    for poll in polls:
        video = poll["video"] or {"frames": last["frames"], "height": 0}
        audio = poll["audio"].get(seat, before)
        frames += _step(last["frames"], video["frames"])
        grown = _step(before["samples"], audio["samples"])
        again = audio["samples"] < before["samples"]
        concealed = audio["concealed"] - (0 if again else before["concealed"])
        samples += grown
        real += max(0, grown - max(0, concealed))
        last, before = video, audio
        found.append(Look(poll["at"] / 1000, frames, video.get("height") or 0, samples, real))
    return found


def _step(before: int, now: int) -> int:
    return now - before if now >= before else now


def freezes(found: Sequence[Look]) -> list[float]:
    """Seconds of each stretch without a new frame, at its beginning and end to a look's accuracy."""
    stands: list[float] = []
    since = found[0].at if found else 0.0
    for one, other in pairwise(found):
        if other.frames > one.frames:
            stands.append(one.at - since)
            since = other.at
    if found:
        stands.append(found[-1].at - since)
    return [round(stand, 2) for stand in stands if stand > FREEZE_S]


def recovery(found: Sequence[Look], returned: float) -> float | None:
    """Seconds from the link's return until picture and sound are there; None if they never are."""
    after = [(one, other) for one, other in pairwise(found) if other.at > returned]
    picture = next((other.at for one, other in after if other.frames > one.frames), None)
    sound = next((other.at for one, other in after if _heard(one, other)), None)
    if picture is None or sound is None:
        return None
    return round(max(picture, sound) - returned, 2)


def _heard(one: Look, other: Look) -> bool:
    return other.samples > one.samples and other.real - one.real >= HEARD * (other.samples - one.samples)


def silent_ms(polls: Sequence[dict[str, Any]], rate: int = 48_000) -> dict[str, int]:
    """By seat, how much silence the listener's browser put where sound was missing."""
    if not polls:
        return {}
    first, last = polls[0]["audio"], polls[-1]["audio"]
    return {
        seat: round((last[seat]["silent"] - first.get(seat, {"silent": 0})["silent"]) * 1000 / rate) for seat in last
    }


def seen(polls: Sequence[dict[str, Any]], seat: str) -> dict[str, Any]:
    found = looks(polls, seat)
    stands = freezes(found)
    frames = found[-1].frames - found[0].frames if found else 0
    seconds = found[-1].at - found[0].at if found else 0.0
    return {
        "freezes": len(stands), "freeze_s": round(sum(stands), 2), "longest_freeze_s": max(stands, default=0.0),
        "fps": round(frames / seconds, 1) if seconds else 0.0,
        "others_silent_ms": max((ms for other, ms in silent_ms(polls).items() if other != seat), default=0),
    }  # fmt: skip
