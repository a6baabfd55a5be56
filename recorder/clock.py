"""When a frame was: media time of a take → our monotonic clock → hearing time. Pure, on what the journal holds.

A sender report ties RTP time to the sender's own clock (RFC 3550 §6.4.1); a straight line over the minute around a
frame gives that relation whatever the drift. The sender's clock is tied to ours by the least delay seen within a
minute, min(arrival − NTP) over all reports with the same CNAME, so that sound and picture of one sender keep together
to the millisecond. Where there are no reports, or they are off by more than a second, the least delayed frame's
arrival stands in.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

WINDOW = 30.0  # seconds on either side
STEP = 5.0  # seconds between the knots of a timeline
TOLERANCE = 1.0  # seconds by which reports and arrivals may part
MAX_DRIFT = 0.001  # a quartz is within 100 ppm; ten times that is no clock

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Report:
    """A sender report of a take: ``media`` seconds since the take's first frame, ``ntp`` and ``arrival`` in seconds."""

    media: float
    ntp: float
    arrival: float


def ntp_seconds(ntp: int) -> float:
    """A 64-bit NTP timestamp in seconds since 1900 (to half a microsecond)."""
    return ntp / (1 << 32)


def unwrap(values: Iterable[int], start: int, bits: int = 32) -> list[int]:
    """Differences to ``start`` of a counter that wraps, each within half its range of the one before."""
    half, mask = 1 << (bits - 1), (1 << bits) - 1
    total, out = 0, []
    for value in values:
        total += ((value - start - total + half) & mask) - half
        out.append(total)
    return out


class SlidingMinimum:
    """The least y among the points within `WINDOW` of x, or of the nearest point where there are none."""

    def __init__(self, points: Iterable[Point]) -> None:
        self._points = sorted(points)
        self._xs = [x for x, _ in self._points]

    def at(self, x: float) -> float:
        return min(y for _, y in _near(self._points, self._xs, x))


def _near(points: Sequence[Point], xs: Sequence[float], x: float) -> Sequence[Point]:
    first, last = bisect_left(xs, x - WINDOW), bisect_right(xs, x + WINDOW)
    if first < last:
        return points[first:last]
    nearest = min(range(max(0, first - 1), min(len(xs), first + 1)), key=lambda n: abs(xs[n] - x))
    return points[nearest : nearest + 1]


def line_at(points: Sequence[Point], x: float) -> float:
    """The least-squares line over ``points`` at ``x``; slope 1 where they tell none that a clock could have."""
    mean_x = sum(px - x for px, _ in points) / len(points)
    mean_y = sum(py - points[0][1] for _, py in points) / len(points)
    square = sum((px - x - mean_x) ** 2 for px, _ in points)
    product = sum((px - x - mean_x) * (py - points[0][1] - mean_y) for px, py in points)
    slope = product / square if square > 1 else 1.0
    if abs(slope - 1) > MAX_DRIFT:
        slope = 1.0
    return points[0][1] + mean_y - slope * mean_x


class Timeline:
    """A take's media time (seconds) → monotonic seconds, by straight lines between knots."""

    def __init__(self, knots: Sequence[Point]) -> None:
        self._knots = knots
        self._xs = [x for x, _ in knots]

    def at(self, media: float) -> float:
        index = min(max(bisect_right(self._xs, media), 1), len(self._xs) - 1)
        (x0, y0), (x1, y1) = self._knots[index - 1], self._knots[index]
        return y0 + (media - x0) * (y1 - y0) / (x1 - x0)


def timeline(
    duration: float, arrivals: Sequence[Point], reports: Sequence[Report] = (), sender: SlidingMinimum | None = None
) -> Timeline:
    """The timeline of a take of ``duration`` seconds.

    ``arrivals``: (media time, arrival) of the least delayed frame of each second, at least one. ``sender``: the
    sender's clock against ours, from `sender_clock`.
    """
    delay = SlidingMinimum((media, arrival - media) for media, arrival in arrivals)
    points = sorted((report.media, report.ntp) for report in reports)
    xs = [x for x, _ in points]

    def knot(media: float) -> float:
        by_arrival = media + delay.at(media)
        if not points or sender is None:
            return by_arrival
        ntp = line_at(_near(points, xs, media), media)
        by_report = ntp + sender.at(ntp)
        return by_report if abs(by_report - by_arrival) <= TOLERANCE else by_arrival

    count = max(1, round(duration / STEP))
    media = [duration * n / count if duration > 0 else float(n) for n in range(count + 1)]
    return Timeline(_rising([(x, knot(x)) for x in media]))


def _rising(knots: list[Point]) -> list[Point]:
    """Media time never runs backwards."""
    out = knots[:1]
    for (x0, _), (x1, y1) in pairwise(knots):
        out.append((x1, max(y1, out[-1][1] + (x1 - x0) / 2)))
    return out


def sender_clock(reports: Iterable[Report]) -> SlidingMinimum | None:
    """arrival − NTP over the NTP times of all of one sender's reports; None where there are none."""
    points = [(report.ntp, report.arrival - report.ntp) for report in reports]
    return SlidingMinimum(points) if points else None


@dataclass(frozen=True, slots=True)
class Anchor:
    """Both clocks at one moment: ``utc`` in seconds since 1970, ``monotonic`` of the machine's run ``boot``."""

    utc: float
    monotonic: float
    boot: str


class HearingClock:
    """Monotonic seconds → hearing time. The first anchor of each run of the machine holds for all of that run, so
    that a corrected wall clock moves nothing."""

    def __init__(self, started_utc: float) -> None:
        self._started = started_utc
        self._offsets: dict[str, float] = {}

    def anchor(self, anchor: Anchor) -> None:
        self._offsets.setdefault(anchor.boot, anchor.utc - anchor.monotonic - self._started)

    def at(self, monotonic: float, boot: str) -> float:
        """Seconds since the sitting's start."""
        return monotonic + self._offsets[boot]
