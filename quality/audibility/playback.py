"""What a listener's program reports to have played of one speaker, on the server's clock. Pure.

Reports are cumulative and come about every second. They are a claim of
somebody whom we do not know: each number is bounded, whatever came.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from quality.audibility.score import Sound

KEPT: Final = 60
"""Reports of one speaker at one listener."""
GAP_S: Final = 6.0
"""Nothing is said of a time in which no report came for longer."""
FASTEST: Final = 1.5
"""So much faster than it was spoken is speech played where a queue of it is made up for (libwebrtc's NetEq: 1.35)."""
SLACK_S: Final = 0.5
ANEW_S: Final = 1.0
"""Counters that fall by more began anew."""
CLOCKS: Final = 30
WHOLE: Final = 0.9
"""Of the time between two reports was played: no hole."""
HELD_S: Final = 0.15
"""By which a browser holds a sound back on a good link; of one that does not say."""
LONGEST_S: Final = 2.0
"""By which it may say to hold it back."""


@dataclass(frozen=True, slots=True)
class Played:
    """Of a stretch of time, seconds played and made up."""

    played: float
    concealed: float
    sound: Sound
    impossible: bool


@dataclass(frozen=True, slots=True)
class _Point:
    at: float
    played: float
    concealed: float
    sound: Sound
    impossible: bool
    delay: float
    anew: bool = False
    """Counted by other counters than the one before."""


class Clock:
    """A listener's clock told on ours: by the report that was quickest, for delay only adds."""

    def __init__(self) -> None:
        self._offsets: deque[float] = deque(maxlen=CLOCKS)

    def ours(self, theirs: float, arrival: float) -> float:
        self._offsets.append(arrival - theirs)
        return theirs + min(self._offsets)


class Playback:
    """One speaker's sound at one listener's. ``take`` a report at a time; ``between`` two times, what it says."""

    def __init__(self) -> None:
        self._points: deque[_Point] = deque(maxlen=KEPT)
        self._told = (0.0, 0.0)
        self._anew = True

    @property
    def until(self) -> float:
        """The time up to which reports tell; minus infinity where there is none."""
        return self._points[-1].at if self._points else float("-inf")

    def anew(self) -> None:
        """The next report is of other counters; what was told before holds."""
        self._anew = True

    def take(self, at: float, played: float, concealed: float, sound: Sound, delay: float | None = None) -> None:
        """``played`` and ``concealed``: cumulative seconds since any beginning, at the time ``at``; ``delay``: seconds
        by which sound was held back before it was played, None where it is not said."""
        more, made_up = played - self._told[0], concealed - self._told[1]
        anew = self._anew or min(more, made_up) < -ANEW_S
        if self._points and at <= self._points[-1].at:
            if not anew:
                return
            self._points.clear()  # the clock began anew as well
        last = self._points[-1] if self._points else _Point(at, 0.0, 0.0, sound, False, HELD_S)
        delay = last.delay if delay is None else min(delay, LONGEST_S)
        if anew:
            self._points.append(replace(last, at=at, sound=sound, impossible=False, delay=delay, anew=True))
        else:
            most = FASTEST * (at - last.at) + SLACK_S
            self._points.append(_Point(
                at, last.played + min(max(more, 0.0), most), last.concealed + min(max(made_up, 0.0), most), sound,
                more > most, delay,
            ))  # fmt: skip
        self._told, self._anew = (played, concealed), False

    def played_at(self, time: float) -> float:
        """When what came at ``time`` was played, or was to be: by the report in whose time that falls, and never before
        what came earlier."""
        latest, delay = time, HELD_S
        for point in self._points:
            delay = point.delay
            if point.at - delay >= time:
                break
            latest = max(latest, point.at)
        return max(latest, time + delay)

    def between(self, start: float, end: float) -> Played | None:
        first, last = self._at(start), self._at(end)
        if first is None or last is None or any(point.anew and start < point.at <= end for point in self._points):
            return None
        impossible = first.impossible or last.impossible
        return Played(last.played - first.played, last.concealed - first.concealed, last.sound, impossible)

    def _at(self, time: float) -> _Point | None:
        """Between two reports; how it was played then is what the later one says."""
        earlier: _Point | None = None
        for before, after in pairwise(self._points):
            if before.at <= time <= after.at and after.at - before.at <= GAP_S and not after.anew:
                played, concealed = _shares(earlier, before, after, time)
                return replace(
                    after, at=time, played=before.played + played * (after.played - before.played),
                    concealed=before.concealed + concealed * (after.concealed - before.concealed),
                )  # fmt: skip
            earlier = before
        return None


def _shares(earlier: _Point | None, before: _Point, after: _Point, time: float) -> tuple[float, float]:
    """Of what was played and of what was made up from ``before`` to ``after``, what was until ``time``: evenly, except
    where a hole begins or ends. A hole follows what was whole, and what was whole follows a hole."""
    span, passed = after.at - before.at, time - before.at
    lasted = min(after.played - before.played, span)
    even = passed / span
    if earlier is None or before.anew or not 0 < lasted < span:
        return even, even
    going = (before.played - earlier.played) / (before.at - earlier.at)
    if 1 - WHOLE < going < WHOLE:
        return even, even
    hole = span - lasted
    played = min(passed, lasted) if going >= WHOLE else max(0.0, passed - hole)
    return played / lasted, (passed - played) / hole
