"""Why a link is not good, in a word, and a verdict that falls quickly and recovers slowly (Rules ¶27, ¶35; pure)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final, Literal, get_args

from quality import link
from quality.link import VERDICTS, Verdict

Direction = Literal["up", "down"]
"""From the participant, and to the participant."""
Cause = Literal[
    "away", "silent", "narrow-up", "narrow-down", "loss-up", "loss-down", "far", "jitter", "resting", "device", "none"
]
CAUSES: Final[tuple[Cause, ...]] = get_args(Cause)

SILENT_S: Final = 3.0
RECOVER_S: Final = 10
"""Seconds that must all have been better before a verdict gets better."""
_LOSS: Final[dict[Direction, Cause]] = {"up": "loss-up", "down": "loss-down"}
_NARROW: Final[dict[Direction, Cause]] = {"up": "narrow-up", "down": "narrow-down"}


@dataclass(frozen=True, slots=True)
class Second:
    """What is known of one direction in one second.

    ``loss`` in per cent, ``rtt_ms`` None where it is unknown. ``share``: what the link carries of what the court asks
    for; None where nothing is known, as while nobody wants more than is sent: that is no bad link. ``silent_s``:
    seconds without the media that should come, 0 where none should. ``away``: nothing at all comes from the device.
    ``resting``: a picture is not sent for want of rate. ``device``: the microphone or camera is switched ``off``, or
    ``gone`` (denied, unplugged).
    """

    direction: Direction
    loss: float = 0.0
    rtt_ms: float | None = None
    jitter_ms: float = 0.0
    share: float | None = None
    silent_s: float = 0.0
    away: bool = False
    resting: bool = False
    device: Literal["on", "off", "gone"] = "on"


@dataclass(frozen=True, slots=True)
class Judged:
    """``sure``: it rests on more than one second's figures already, and need not be seen twice."""

    verdict: Verdict
    cause: Cause
    sure: bool = False

    @property
    def level(self) -> int:
        return VERDICTS.index(self.verdict)


def judge(second: Second) -> Judged:
    """This second alone. A switched-off device is told, and held against nobody."""
    if second.away:
        return Judged("bad", "away", True)
    if second.silent_s >= SILENT_S:
        return Judged("bad", "silent", True)
    measured = link.verdict(second.loss, second.rtt_ms, second.jitter_ms, second.share)
    if measured != "good":
        return _measured(second, measured)
    if second.resting:
        return Judged("poor", "resting", True)
    if second.device == "gone":
        return Judged("poor", "device", True)
    return Judged("good", "device" if second.device == "off" else "none")


def _measured(second: Second, verdict: Verdict) -> Judged:
    """A link that is too narrow also loses and delays: that it is narrow explains the rest."""
    if second.share is not None and second.share < 1:
        return Judged(verdict, _NARROW[second.direction], True)
    worst = VERDICTS.index(verdict)
    if link.level("loss", second.loss) == worst:
        return Judged(verdict, _LOSS[second.direction])
    return Judged(verdict, "far" if link.level("rtt_ms", second.rtt_ms or 0.0) == worst else "jitter")


class Steady:
    """One direction's verdict from second to second: down after two seconds that agree, or one that is sure; up again
    only when the last `RECOVER_S` were all better. Its cause is that of the newest second as bad as it."""

    __slots__ = ("_recent", "shown")

    def __init__(self) -> None:
        self._recent: deque[Judged] = deque(maxlen=RECOVER_S)
        self.shown = Judged("good", "none")

    def look(self, now: Judged) -> Judged:
        before = self._recent[-1].level if self._recent else 0
        self._recent.append(now)
        fallen = now.level if now.sure else min(now.level, before)
        held = min(self.shown.level, max(one.level for one in self._recent))
        level = max(fallen, held)
        cause = next(one.cause for one in reversed(self._recent) if one.level >= level)
        self.shown = Judged(VERDICTS[level], cause)
        return self.shown
