"""Figures of the picture and the others' sound from the counters that the listener's page took, by bare numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

SAMPLE_RATE = 48_000
FREEZE_S = 0.5
"""A picture that stands longer is frozen."""
ON_ITS_WAY_S = 0.6
"""From a mouth to an ear over a link that is bad."""
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
    silent: int = 0


def looks(polls: Sequence[dict[str, Any]], seat: str) -> list[Look]:
    """Counters begin again with each connection: what they had before is added."""
    found: list[Look] = []
    frames = samples = real = silent = 0
    last: dict[str, Any] = {"frames": 0}
    before = {"samples": 0, "concealed": 0, "silent": 0}
    for poll in polls:
        video = poll["video"] or {"frames": last["frames"], "height": 0}
        audio = poll["audio"].get(seat, before)
        frames += _step(last["frames"], video["frames"])
        grown = _step(before["samples"], audio["samples"])
        since = {"concealed": 0, "silent": 0} if audio["samples"] < before["samples"] else before
        samples += grown
        real += max(0, grown - max(0, audio["concealed"] - since["concealed"]))
        silent += max(0, audio["silent"] - since["silent"])
        last, before = video, audio
        found.append(Look(poll["at"] / 1000, frames, video.get("height") or 0, samples, real, silent))
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


def restored(found: Sequence[Look], returned: float, began: float) -> float | None:
    """Seconds from the link's return until the picture has the size again that it had before ``began``."""
    size = max((look.height for look in found if look.at < began), default=0)
    for one, other in pairwise(found):
        if other.at > returned and other.height >= size and other.frames > one.frames:
            return round(other.at - returned, 2)
    return None


def words_ms(found: Sequence[Look], speaks: Callable[[float], bool]) -> tuple[int, int]:
    """Of the time in which somebody ``speaks`` (by epoch seconds, a while ago too, for sound is on its way): silence
    that the listener's browser put where sound was missing and time in which it played nothing, all of a word of which
    nothing was heard; and how long the latest word was waited for, which a browser does that holds sound back."""
    missing = waited = longest = 0.0
    begun = False
    for one, other in pairwise(found):
        if not (speaks(other.at) and speaks(one.at - ON_ITS_WAY_S)):
            missing += waited
            waited, begun = 0.0, False
            continue
        stands = other.samples == one.samples
        silent = (other.at - one.at) * 1000 if stands else (other.silent - one.silent) * 1000 / SAMPLE_RATE
        if begun or _heard(one, other):
            missing += silent
            waited, begun = 0.0, True
        else:
            waited += silent
            longest = max(longest, waited)
    return round(missing + waited), round(longest)


def concealed_ms(found: Sequence[Look]) -> int:
    """Sound that the listener's browser made up, silence included."""
    made_up = (found[-1].samples - found[-1].real) - (found[0].samples - found[0].real) if found else 0
    return round(made_up * 1000 / SAMPLE_RATE)


def pictures(polls: Sequence[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """By seat, for how many seconds the listener was told what of its picture; ``in_words``: the page said why there is
    none, the server's reason or the sender's."""
    found: dict[str, dict[str, float]] = {}
    for one, other in pairwise(polls):
        seconds = (other["at"] - one["at"]) / 1000
        for seat, picture in one["pictures"].items():
            mine = found.setdefault(seat, {})
            mine[picture] = mine.get(picture, 0.0) + seconds
            if one["words"].get(seat):
                mine["in_words"] = mine.get("in_words", 0.0) + seconds
    return {seat: {name: round(seconds, 1) for name, seconds in mine.items()} for seat, mine in found.items()}


def seen(
    polls: Sequence[dict[str, Any]], seat: str, others: Sequence[str], speaks: Callable[[int, float], bool]
) -> dict[str, Any]:
    """``speaks`` says which of the ``others`` has a word when (epoch seconds)."""
    found = looks(polls, seat)
    words = [words_ms(looks(polls, other), partial(speaks, number)) for number, other in enumerate(others)]
    stands = freezes(found)
    frames = found[-1].frames - found[0].frames if found else 0
    seconds = found[-1].at - found[0].at if found else 0.0
    return {
        "freezes": len(stands), "freeze_s": round(sum(stands), 2), "longest_freeze_s": max(stands, default=0.0),
        "fps": round(frames / seconds, 1) if seconds else 0.0, "concealed_ms": concealed_ms(found),
        "others_gaps_ms": max((gaps for gaps, _ in words), default=0),
        "others_late_ms": max((late for _, late in words), default=0),
        "pictures": pictures(polls),
    }  # fmt: skip
