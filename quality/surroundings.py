"""What is shown of a participant's light and noise during the hearing: one look alarms nobody (Rules ¶28, ¶35; pure).

``now`` is in seconds of the monotonic clock.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final, Literal, get_args

from quality.link import VERDICTS

Part = Literal["light", "noise"]
Verdict = Literal["good", "poor", "bad", "unmeasured"]
PARTS: Final[tuple[Part, ...]] = get_args(Part)

FEW, MANY = 2, 3
"""It is as bad as so many of the last so many looks say …"""
RECOVER_S: Final = 5.0
"""… and better again once all looks of so many seconds were."""
STALE_S: Final = 5.0
"""A look that is older says nothing of now."""
QUIET: Final = "no-speech"
"""Nobody speaks, and nothing disturbs: that is measured well enough."""
COMPANY: Final = (3, 4)
"""More than one face is a sign once so many of the last so many looks have them: people pass by a door."""


@dataclass(frozen=True, slots=True)
class Look:
    """Causes are those of `quality.light` and `quality.noise`."""

    verdict: Verdict
    cause: str


UNMEASURED: Final = Look("unmeasured", "no-sample")


class Steady:
    """One part of one participant's surroundings, from look to look."""

    __slots__ = ("_bad_since", "_looks", "_other", "_other_at", "_stale_s", "shown")

    def __init__(self) -> None:
        self._looks: deque[tuple[float, int, str]] = deque(maxlen=64)
        self._other = UNMEASURED
        self._other_at = 0.0
        self._stale_s = STALE_S
        self._bad_since: float | None = None
        self.shown = UNMEASURED

    def look(self, one: Look, now: float, every_s: float = 1.0) -> None:
        """``every_s``: in how many seconds the next one is to be expected."""
        self._stale_s = max(STALE_S, 2.5 * every_s)
        if one.verdict == "unmeasured" and one.cause != QUIET:
            self._other, self._other_at = one, now
        else:
            level = 0 if one.verdict == "unmeasured" else VERDICTS.index(one.verdict)
            self._looks.append((now, level, one.cause))
        self.at(now)

    def at(self, now: float) -> Look:
        """What is shown now."""
        if self._looks and now - self._looks[-1][0] > self._stale_s:
            self._looks.clear()
        if now - self._other_at > self._stale_s:
            self._other = UNMEASURED
        last = list(self._looks)[-MANY:]
        if len(last) < FEW:
            self.shown = self._other if not self._looks else self.shown
        else:
            fallen = sorted((level for _, level, _ in last), reverse=True)[FEW - 1]
            recent = max((level for at, level, _ in self._looks if now - at <= RECOVER_S), default=0)
            level = max(fallen, min(self._level, recent))
            self.shown = Look(VERDICTS[level], self._cause(level))
        if self.shown.verdict != "bad":
            self._bad_since = None
        elif self._bad_since is None:
            self._bad_since = now
        return self.shown

    def _cause(self, level: int) -> str:
        """The newest look's; but what lies between two causes does not go from one to the other and back."""
        causes = [cause for _, own, cause in self._looks if own == level][-MANY:]
        return self.shown.cause if not causes or self.shown.cause in causes else causes[-1]

    def bad_s(self, now: float) -> float:
        """For how long it has been bad."""
        return 0.0 if self._bad_since is None else now - self._bad_since

    @property
    def _level(self) -> int:
        return 0 if self.shown.verdict == "unmeasured" else VERDICTS.index(self.shown.verdict)


HEARD_S: Final = 30.0
"""So long after it was found a second voice is told: answers are short, and nobody speaks all the time."""


class Company:
    """Whether more than one face is seen, or more than one voice heard. Signs, and never findings: it may be a
    photograph on the wall, or the radio."""

    __slots__ = ("_heard_at", "_last", "_stale_s")

    def __init__(self) -> None:
        self._stale_s = STALE_S
        self._heard_at = float("-inf")
        self._last: deque[tuple[float, bool]] = deque(maxlen=COMPANY[1])

    def look(self, faces: int, now: float, every_s: float = 1.0) -> None:
        """``every_s``: in how many seconds the next one is to be expected."""
        self._stale_s = max(STALE_S, 2.5 * every_s)
        self._last.append((now, faces > 1))

    def listen(self, voices: int, now: float) -> None:
        if voices > 1:
            self._heard_at = now

    def heard(self, now: float) -> bool:
        return now - self._heard_at <= HEARD_S

    def at(self, now: float) -> bool:
        """Whether a second face is seen."""
        if not self._last or now - self._last[-1][0] > self._stale_s:
            return False
        return sum(seen for _, seen in self._last) >= COMPANY[0]
