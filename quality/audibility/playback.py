"""What a listener's program reports to have played of one speaker, told of when it came. Pure.

Reports are cumulative and come about every second. They are a claim of somebody whom we do not know: each number is
bounded, whatever came.

A browser holds sound back before it plays it, for longer where the link is bad, and plays it slower and faster
meanwhile. What was played in a second is therefore no second of speech; but it is played in the order in which it was
said. So what came is laid out as a line of pieces, one after another: between two *settled* reports, by which all was
played as fast as it was said, the delays at both ends say how much came, the reports how much of that was played. The
rest was lost, as far as something was made up: what was made up and is not missing in the end was played late.

Where the browser tells which packet it played last (W3C webrtc, ``getSynchronizationSources``), a report settles what
was before: from packet to packet so much was said, and so much of it was played. Where it looks often, it tells the
holes in between: what was lost was lost in them first.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from math import inf
from statistics import median
from typing import Final

from quality.audibility.score import Sound

KEPT_S: Final = 60.0
"""Of what came before the newest report."""
MOST: Final = 30
"""Reports that are laid out at once, where none settles."""
GAP_S: Final = 6.0
"""Nothing is said of a time in which no report came for longer …"""
LONG_GAP_S: Final = 30.0
"""… except up to this, where it is told where the holes are, or all of it was played or nothing: an outage holds
reports back, and some for ever."""
ALL: Final = 0.03
"""But for this share."""
FASTEST: Final = 1.5
"""So much faster than it was spoken is speech played where a queue of it is made up for (libwebrtc's NetEq: 1.35)."""
SLOWEST: Final = 0.5
"""Of less of its time than this a report says what it was spent with: the rest was not played."""
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
IN_A_ROW: Final = 3
"""Calm and steady reports that settle the first of them: after an outage what was sent again comes for a while."""
RISES_S: Final = 0.03
"""A delay that rises by more is still one of what came late."""
HELD_S: Final = 0.15
"""By which a browser holds a sound back on a good link; of one that does not say."""
LONGEST_S: Final = 2.0
"""By which it may say to hold it back."""
AHEAD_S: Final = 0.2
BEHIND_S: Final = 10.0
"""A place that is further from now is none."""
STOOD_S: Final = 1.0
"""By no more is a delay too short of what was sent again."""
PLACES: Final = 120
"""Calm reports by which the clock of places is set."""
LAP_S: Final = 2**32 / 48_000
"""After which RTP time begins anew (RFC 3550 §5.1), in seconds of sound (RFC 7587 §4.1)."""
HOLE_S: Final = 0.1
SHORTEST_S: Final = 0.05
"""Of a hole that is told."""
SKIPPED_S: Final = 0.5
"""After a hole of that length, at which a browser begins anew, more may be passed over than was made up: so much."""
UNEXPLAINED_S: Final = 1.0
"""What is missing beyond this was lost, whatever was made up."""
UNEVEN_S: Final = 0.1
"""By which delays that are told may be wrong in the end."""
CLOSE_S: Final = 1e-6
"""Pieces that are no further from one another than sums are exact."""
SETTLES_S: Final = 6.0
"""For so long a settled report is waited for, which says of what was before how much of it was lost."""


Span = tuple[float, float]
"""From and to, in seconds."""


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
    place: float | None = None
    passed: float | None = None
    """From place to place."""
    anew: bool = False
    holes: Sequence[Span] | None = None
    """As places; None where nothing is told of them."""

    @property
    def calm(self) -> bool:
        """All was played as fast as it was said."""
        least = CALM * self.span
        return not self.anew and self.concealed <= least and abs(self.played - self.span) <= least

    @property
    def told(self) -> bool:
        """Whether it can be said where in its time what was played."""
        even = self.holes is None and ALL < self.played / self.span < 1 - ALL
        return self.span <= (GAP_S if even else LONG_GAP_S)

    @property
    def explained(self) -> bool:
        """Whether the holes that are told hold about all that was lost up to the place."""
        if self.place is None or self.passed is None or self.holes is None:
            return False
        held = sum(end - start for start, end in _within((self.place - self.passed, self.place), self.holes))
        return self.passed - self.played <= held + UNEXPLAINED_S

    @property
    def breaks_off(self) -> bool:
        """Its end is in a hole: of what was said nothing is passed over yet."""
        return self.passed is not None and not self.whole and self.passed - self.played < HOLE_S

    @property
    def holes_and_end(self) -> Sequence[Span]:
        """What comes after the place is a hole as well: it has not ended yet."""
        return [*(self.holes or ()), (inf if self.place is None else self.place, inf)]

    @property
    def whole(self) -> bool:
        return not self.anew and self.played >= WHOLE * self.span


@dataclass(frozen=True, slots=True)
class _Piece:
    """Of what came, from ``start`` to ``end``, the ``share`` that was played; ``of`` is the report that tells of it."""

    start: float
    end: float
    share: float
    of: _Point


class Clock:
    """A listener's clock told on ours: by the report that was quickest, for delay only adds."""

    def __init__(self) -> None:
        self._offsets: deque[float] = deque(maxlen=CLOCKS)

    def ours(self, theirs: float, arrival: float) -> float:
        self._offsets.append(arrival - theirs)
        return theirs + min(self._offsets)


class _Place:
    """Of RTP time the place in what came, on our clock: only calm reports tell by how much the two differ."""

    def __init__(self) -> None:
        self._last: float | None = None
        self._offsets: deque[float] = deque(maxlen=PLACES)

    def of(self, said: float | None, point: _Point) -> float | None:
        """None where it cannot be: too far from now, or from the one before, for nobody plays more than was said."""
        if said is None:
            return None
        before = self._last
        if before is not None:
            said = before + _since(before, said)
        self._last = said
        if before is not None and point.played > said - before + SLACK_S:
            return None
        if point.calm:
            self._set(said - point.at + point.delay)
        if len(self._offsets) < IN_A_ROW:
            return None
        usual = median(self._offsets)
        if point.calm and usual - self._offsets[-1] > STOOD_S:
            return None  # RTP time stood still, it seems: the next ones will tell
        place = said - usual
        return place if point.at - BEHIND_S <= place <= point.at + AHEAD_S else None

    def _set(self, offset: float) -> None:
        """A microphone that stood still, so that RTP time did, is told by calm reports that agree on another offset."""
        self._offsets.append(offset)
        row = list(self._offsets)[-IN_A_ROW:]
        usual = median(self._offsets)
        if max(row) - min(row) <= STEADY_S and min(abs(one - usual) for one in row) > AHEAD_S:
            self._offsets = deque(row, PLACES)


class Playback:
    """One speaker's sound at one listener's. ``take`` a report at a time; ``between`` two times, what it says."""

    def __init__(self) -> None:
        self._told = (0.0, 0.0)
        self._anew = True
        self._place = _Place()
        self._last: _Point | None = None
        self._begin()

    def _begin(self) -> None:
        self._laid: list[_Piece] = []
        self._end = -inf
        """Of what is laid out for good."""
        self._before: _Point | None = None
        self._group: list[_Point] = []
        """The reports after that, and the one before them."""
        self._tail: list[_Piece] | None = None
        """What they say for now."""
        self._late = self._uneven = 0.0
        """Seconds that were made up and were not missing yet; that are missing by the delays, and by nothing else."""

    def anew(self) -> None:
        """The next report is of other counters; what was told before holds."""
        self._anew = True

    def take(
        self, at: float, played: float, concealed: float, sound: Sound, delay: float | None = None,
        place: float | None = None, holes: Sequence[Span] | None = None,
    ) -> None:  # fmt: skip
        """``played`` and ``concealed``: cumulative seconds since any beginning, at the time ``at``; ``delay``: seconds
        by which sound was held back before it was played; ``place``: the RTP time of what was played last, in seconds
        of sound, modulo `LAP_S`; ``holes``: from where to where, in RTP time, something was not played of late, where
        it was longer than `HOLE_S` or so. None where it is not said."""
        more, made_up = played - self._told[0], concealed - self._told[1]
        last = self._last
        anew = self._anew or last is None or min(more, made_up) < -ANEW_S
        if last is not None and at <= last.at:
            if not anew:
                return
            self._begin()  # the clock began anew as well
        delay = (last.delay if last else HELD_S) if delay is None else min(max(delay, 0.0), LONGEST_S)
        if anew or last is None:
            point = _Point(at, 0.0, 0.0, 0.0, sound, False, delay, anew=True)
            self._place = _Place()
            self._lay(*self._newest())
            self._end, self._before = max(self._end, at - delay), point
            self._late = self._uneven = 0.0
        else:
            span = at - last.at
            most = FASTEST * span + SLACK_S
            spent, lost = min(max(more, 0.0), most), min(max(made_up, 0.0), most)
            lost = span - spent if spent + lost < SLOWEST * span else lost
            point = _Point(at, span, spent, lost, sound, more > most, delay)
            here = self._place.of(place, point)
            passed = None if here is None or last.place is None else here - last.place
            if here is not None and place is not None and holes is not None:
                holes = [(here - _since(start, place), here - _since(end, place)) for start, end in holes]
            point = replace(point, place=here, passed=passed, holes=None if passed is None else holes)
            if span > GAP_S and not point.explained:
                point = replace(point, holes=None)
            self._join(point)
        self._last, self._told, self._anew, self._tail = point, (played, concealed), False, None
        del self._laid[: bisect_right(self._laid, at - KEPT_S, key=_end)]

    def reaches(self, came: float) -> bool:
        """Whether reports tell of what came until then."""
        return max(self._end, self._newest()[0]) >= came

    def told(self, came: float) -> bool:
        """Whether all is known of what came until then that will be."""
        return self._last is not None and (self._end >= came or self._last.at - came >= SETTLES_S)

    def between(self, start: float, end: float) -> Played | None:
        """Of what came between two times; None where the reports do not say all of it."""
        if self._tail is None:
            self._tail = self._pieces(*self._newest())[0]
        played, impossible, reached = 0.0, False, start
        first = bisect_right(self._laid, start, key=_end)
        for piece in chain(self._laid[first:], self._tail):
            if piece.end <= reached < end:
                continue
            if piece.start > reached + CLOSE_S or not piece.of.told:
                return None
            played += piece.share * max(min(piece.end, end) - reached, 0.0)
            impossible = impossible or piece.of.impossible
            reached = min(piece.end, end)
            if piece.end >= end - CLOSE_S:
                return Played(played, max(end - start - played, 0.0), piece.of.sound, impossible)
        return None

    def _join(self, point: _Point) -> None:
        """Where some reports in a row are calm and steady, all up to the first of them is laid out for good."""
        if not point.told:
            self._lay(*self._newest())
            self._group.append(point)
            self._lay(*self._newest())
            return
        self._group.append(point)
        row = self._group[-IN_A_ROW:]
        if len(row) > 1 and row[-2].place is not None and point.place is not None:
            self._group.pop()
            self._lay(row[-2].place, True, point)
            self._group = [point]
        elif (
            len(row) == IN_A_ROW
            and all(one.calm for one in row)
            and all(-STEADY_S <= after.delay - before.delay <= RISES_S for before, after in pairwise(row))
        ):
            # What came late, sent again, waits for less than what came in time: the longest delay is it.
            first, *rest = row
            self._group = self._group[: 1 - IN_A_ROW]
            self._lay(first.at - max(one.delay for one in row), False, rest[0])
            self._group = rest
        elif len(self._group) > MOST:
            self._lay(*self._newest())

    def _newest(self) -> tuple[float, bool]:
        """Up to when what came has had its turn, as far as is known, and whether that is a place: nothing settles it.
        In a hole time goes on, and what was played last stands still."""
        if not self._group:
            return -inf, False
        newest = self._group[-1]
        if newest.place is None or newest.played < SLOWEST * newest.span:
            return newest.at - newest.delay, False
        return newest.place, True

    def _lay(self, end: float, placed: bool, after: _Point | None = None) -> None:
        pieces, self._late, self._uneven = self._pieces(end, placed, after)
        self._laid += pieces
        if self._group:
            self._end, self._before, self._group = max(self._end, end), self._group[-1], []

    def _pieces(self, end: float, placed: bool, after: _Point | None = None) -> tuple[list[_Piece], float, float]:
        """Of the group, whose part of what came goes to ``end``; and what is made up and missing beyond it. ``placed``:
        the end is known, and not only reckoned from delays, so that what is missing was lost."""
        group, late, uneven = self._group, self._late, self._uneven
        whole = max(end - self._end, 0.0) if group else 0.0
        played, made_up = sum(point.played for point in group), sum(point.concealed for point in group)
        missing = whole - played + uneven
        most = inf if placed else made_up + late + (SKIPPED_S if made_up >= HOLE_S else 0.0)
        lost = min(max(missing, 0.0), max(most, missing - UNEXPLAINED_S), whole) if played else whole
        late = min(max(made_up + late - lost, 0.0), LONGEST_S)
        uneven = min(max(missing - lost, -UNEVEN_S), UNEVEN_S)
        pieces, at = [], self._end
        for before, point, behind in zip([self._before, *group], group, [*group[1:], after], strict=False):
            own = (whole - lost) * point.played / played if played else 0.0
            gone = lost * (point.concealed / made_up if made_up else 1 / len(group))
            if point.holes is None:
                found = _ordered(own, gone, before, point, behind)
            else:
                found = _in_holes(gone, (at, at + own + gone), point.holes_and_end)
            for length, share in found:
                pieces.append(_Piece(at, at + length, share, point))
                at += length
        return pieces, late, uneven


def _end(piece: _Piece) -> float:
    return piece.end


def _ordered(
    played: float, lost: float, before: _Point | None, point: _Point, after: _Point | None
) -> Iterator[tuple[float, float]]:
    """Lengths, and what share of each was played. A hole goes on where playing broke off; it follows what was whole,
    and what was whole follows it; where none of this is, nobody knows the order, and it is taken for even. What is
    passed over while playing goes on comes before what is whole: where it began nobody knows either."""
    if before is not None and before.breaks_off:
        found = [(lost, 0.0), (played, 1.0)]
    elif before is not None and before.whole and not (point.whole and point.passed is not None):
        found = [(played, 1.0), (lost, 0.0)]
    elif after is not None and after.whole:
        found = [(lost, 0.0), (played, 1.0)]
    else:
        found = [(played + lost, played / (played + lost) if played else 0.0)]
    return _lengths(*found)


def _in_holes(lost: float, whole: Span, holes: Sequence[Span]) -> Iterator[tuple[float, float]]:
    """Lengths, and what share of each was played: what was lost was lost in the holes, each from its beginning, for
    when playing began again is known later; what is more than they hold, evenly beside them."""
    spans = list(_within(whole, holes))
    hollow = sum(end - start for start, end in spans)
    solid = whole[1] - whole[0] - hollow
    beside = 1 - min(max(lost - hollow, 0.0) / solid, 1.0) if solid > 0 else 1.0
    deep = min(lost / hollow, 1.0) if hollow > 0 else 0.0
    at = whole[0]
    for start, end in spans:
        gone = deep * (end - start)
        yield from _lengths((start - at, beside), (gone, 0.0), (end - start - gone, 1.0))
        at = end
    yield from _lengths((whole[1] - at, beside))


def _within(whole: Span, holes: Sequence[Span]) -> Iterator[Span]:
    """What of them is in it, in order, none over another, none too short: there is room for so many."""
    at = whole[0]
    for start, end in sorted(holes):
        start, end = max(start, at), min(end, whole[1])
        if end - start >= SHORTEST_S:
            yield start, end
            at = end


def _lengths(*found: tuple[float, float]) -> Iterator[tuple[float, float]]:
    return (one for one in found if one[0] > 0)


def _since(before: float, after: float) -> float:
    """From one RTP time to another, forth or back, whichever is nearer."""
    return (after - before + LAP_S / 2) % LAP_S - LAP_S / 2
