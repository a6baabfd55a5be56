"""What a listener's program reports to have played of one speaker, told of when it came. Pure.

Reports are cumulative and come about every second. They are a claim of somebody whom we do not know: each number is
bounded, whatever came.

A browser holds sound back before it plays it, for longer where the link is bad, and plays it slower and faster
meanwhile. What was played in a second is therefore no second of speech; but it is played in the order in which it was
said. So what came is laid out as a line of pieces, played or lost, one after another: between two *calm* reports, by
which all was played as fast as it was said, the delays at both ends say how much came, the reports how much of that was
played; the rest was lost, and no more than what was made up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final

from quality.audibility.score import Sound

KEPT: Final = 60
"""Reports of one speaker at one listener."""
GAP_S: Final = 6.0
"""Nothing is said of a time in which no report came for longer …"""
LONG_GAP_S: Final = 40.0
"""… except up to this, where all of it was played or nothing: an outage holds reports back."""
ALL: Final = 0.03
"""But for this share."""
FASTEST: Final = 1.5
"""So much faster than it was spoken is speech played where a queue of it is made up for (libwebrtc's NetEq: 1.35)."""
SLACK_S: Final = 0.5
ANEW_S: Final = 1.0
"""Counters that fall by more began anew."""
CLOCKS: Final = 30
WHOLE: Final = 0.9
"""Of the time between two reports was played: no hole."""
CALM: Final = 0.05
"""A calm report differs by this share at most from one in which all is played at its own speed."""
STEADY_S: Final = 0.1
"""The delays of two calm reports differ by no more, where neither is of what came late."""
HELD_S: Final = 0.15
"""By which a browser holds a sound back on a good link; of one that does not say."""
LONGEST_S: Final = 2.0
"""By which it may say to hold it back."""
CLOSE_S: Final = 1e-6
"""Pieces that are no further from one another than sums are exact."""
HOLE_S: Final = 0.1
SKIPPED_S: Final = 0.5
"""After a hole of that length, at which a browser begins anew, more may be passed over than was made up: so much."""
SETTLES_S: Final = 6.0
"""For so long a calm report is waited for, which says of what was before how much of it was lost."""


@dataclass(frozen=True, slots=True)
class Played:
    """Of a stretch of what came, seconds that were played, and that were not."""

    played: float
    concealed: float
    sound: Sound
    impossible: bool


@dataclass(frozen=True, slots=True)
class _Point:
    """A report: ``span`` seconds after the one before, ``played`` and ``concealed`` since that. ``anew``: counted by
    other counters, so that nothing is known of the time before."""

    at: float
    span: float
    played: float
    concealed: float
    sound: Sound
    impossible: bool
    delay: float
    anew: bool = False

    @property
    def calm(self) -> bool:
        """All was played as fast as it was said."""
        least = CALM * self.span
        return not self.anew and self.concealed <= least and abs(self.played - self.span) <= least

    @property
    def told(self) -> bool:
        if self.anew or self.span > LONG_GAP_S:
            return False
        return self.span <= GAP_S or min(self.played, self.concealed) <= ALL * self.span


@dataclass(frozen=True, slots=True)
class _Piece:
    """Of what came, from ``start`` to ``end``; ``of`` is the report that tells of it."""

    start: float
    end: float
    played: bool
    of: _Point


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
        self._pieces: list[_Piece] | None = None
        self._told = (0.0, 0.0)
        self._anew = True

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
        before = self._points[-1] if self._points else None
        delay = (before.delay if before else HELD_S) if delay is None else min(max(delay, 0.0), LONGEST_S)
        if anew or before is None:
            self._points.append(_Point(at, 0.0, 0.0, 0.0, sound, False, delay, anew=True))
        else:
            span = at - before.at
            most = FASTEST * span + SLACK_S
            self._points.append(_Point(
                at, span, min(max(more, 0.0), most), min(max(made_up, 0.0), most), sound, more > most, delay
            ))  # fmt: skip
        self._told, self._anew, self._pieces = (played, concealed), False, None

    def reaches(self, came: float) -> bool:
        """Whether reports tell of what came until then."""
        return bool(self._points) and self._points[-1].at - self._points[-1].delay >= came

    def told(self, came: float) -> bool:
        """Whether all is known of what came until then that will be."""
        if not self._points:
            return False
        points = list(self._points)
        calm = next((at for at in range(len(points) - 1, -1, -1) if _settled(points, at)), None)
        if points[-1].at - came >= SETTLES_S:
            return True
        return calm is not None and _turned(points, calm) >= came

    def between(self, start: float, end: float) -> Played | None:
        """Of what came between two times; None where the reports do not say all of it."""
        if self._pieces is None:
            self._pieces = list(_pieces(list(self._points)))
        played = lost = 0.0
        within: list[_Point] = []
        reached = start
        for piece in self._pieces:
            if piece.end <= reached and piece.end < end:
                continue
            if piece.start > reached + CLOSE_S or not piece.of.told:
                break
            length = min(piece.end, end) - reached
            played += length if piece.played else 0.0
            lost += 0.0 if piece.played else length
            within.append(piece.of)
            reached = min(piece.end, end)
            if piece.end >= end - CLOSE_S:
                return Played(played, lost, within[-1].sound, any(point.impossible for point in within))
        return None


def _pieces(points: Sequence[_Point]) -> Iterator[_Piece]:
    """In the order in which they came, without a hole but where something is not known."""
    at, group = float("-inf"), list[int]()
    for index, point in enumerate(points):
        if point.anew or not index:
            yield from _laid(points, group, at, _newest(points, group))
            at, group = max(at, point.at - point.delay), []
            continue
        if not point.told:
            end = _newest(points, group) if group else at
            yield from _laid(points, group, at, end)
            at, group = max(at, end), []
        group.append(index)
        if not point.told or _settled(points, index):
            end = max(at, _turned(points, index))
            yield from _laid(points, group, at, end)
            at, group = end, []
    yield from _laid(points, group, at, _newest(points, group))


def _settled(points: Sequence[_Point], at: int) -> bool:
    """Whether this report's delay is that of what was played then. One calm report is not enough: a queue may wait for
    its turn to be made up for, and what came late, sent again, waited for less than what came in time."""
    point, after = points[at], points[min(at + 1, len(points) - 1)]
    if point.anew:
        return True
    steady = after.calm and abs(after.delay - point.delay) <= STEADY_S
    return point.calm and after is not point and (steady or after.anew)


def _turned(points: Sequence[_Point], at: int) -> float:
    """Up to when what came had had its turn at a report that is settled. What comes late, sent again, waits for less
    than what came in time: of two calm reports, whose delay is the same, the longer one is it."""
    point, after = points[at], points[min(at + 1, len(points) - 1)]
    return point.at - (max(point.delay, after.delay) if after.calm else point.delay)


def _newest(points: Sequence[_Point], group: Sequence[int]) -> float:
    """Up to when what came has had its turn, as far as is known: no calm report says it."""
    return points[group[-1]].at - points[group[-1]].delay if group else 0.0


def _laid(points: Sequence[_Point], group: Sequence[int], start: float, end: float) -> Iterator[_Piece]:
    """The pieces of some reports, from one calm one to the next."""
    played, made_up = (sum(getattr(points[at], of) for at in group) for of in ("played", "concealed"))
    end = max(end, start)
    lost = min(max(end - start - played, 0.0), made_up + (SKIPPED_S if made_up >= HOLE_S else 0.0))
    heard = end - start - lost
    lengths: list[tuple[float, bool, _Point]] = []
    for at in group:
        point = points[at]
        own = heard * (point.played / played) if played else heard / len(group)
        gone = lost * (point.concealed / made_up) if made_up else 0.0
        lengths += [(length, kind, point) for length, kind in _ordered(points, at, own, gone)]
    ends = list(accumulate((length for length, _, _ in lengths), initial=start))
    for (begin, stop), (_, kind, point) in zip(pairwise(ends), lengths, strict=True):
        yield _Piece(begin, stop, kind, point)


PARTS: Final = 10
"""Where nobody knows the order, what was played and what was lost of a report take turns so often."""


def _ordered(points: Sequence[_Point], at: int, played: float, lost: float) -> list[tuple[float, bool]]:
    """A hole follows what was whole, and what was whole follows a hole."""
    if _going(points, at - 1) >= WHOLE:
        return [(played, True), (lost, False)]
    if _going(points, at + 1) >= WHOLE:
        return [(lost, False), (played, True)]
    return PARTS * [(played / PARTS, True), (lost / PARTS, False)]


def _going(points: Sequence[_Point], at: int) -> float:
    """The share of its time in which a report says that sound was played; of none, unknown."""
    if not 0 <= at < len(points) or points[at].anew or not points[at].span:
        return 0.5
    return points[at].played / points[at].span
