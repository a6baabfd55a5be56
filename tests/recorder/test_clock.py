from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.clock import Anchor, HearingClock, Report, Timeline, line_at, sender_clock, timeline, unwrap

HOURS = 3 * 3600.0


class Sender:
    """A sender whose clock runs ``drift`` fast and began at ``wall``; reports every 5 s over a jittery network."""

    def __init__(self, drift: float, wall: float, seed: int) -> None:
        self.drift, self.wall, self.rng = drift, wall, random.Random(seed)

    def reports(self, every: float, start: float, until: float = HOURS) -> list[Report]:
        """Of a stream whose media clock drifts along with the sender's; NTP is read with 2 ms of noise."""
        found = []
        for n in range(int((until - start) / every)):
            t = start + n * every
            ntp = self.wall + t * (1 + self.drift) + self.rng.gauss(0, 0.002)
            found.append(Report((t - start) * (1 + self.drift), ntp, t + 0.03 + self.rng.expovariate(1 / 0.02)))
        return found

    def arrivals(self, start: float, delay: float, until: float = HOURS) -> list[tuple[float, float]]:
        times = [start + n for n in range(int(until - start))]
        return [((t - start) * (1 + self.drift), t + delay + self.rng.expovariate(1 / 0.02)) for t in times]


@pytest.mark.parametrize("drift", [80e-6, -80e-6, 0.0])
def test_sound_and_picture_keep_together_within_10_ms_over_three_hours_of_drift(drift: float) -> None:
    sender = Sender(drift, 3.9e9, 1)
    audio, video = sender.reports(5, 0.5), sender.reports(1, 1.5)
    clock = sender_clock([*audio, *video])
    lines = [
        timeline((HOURS - start) * (1 + drift), sender.arrivals(start, delay), reports, clock)
        for start, delay, reports in [(0.5, 0.03, audio), (1.5, 0.15, video)]
    ]
    for t in range(10, int(HOURS) - 10, 7):
        heard, seen = (line.at((t - start) * (1 + drift)) for line, start in zip(lines, (0.5, 1.5), strict=True))
        assert abs(heard - seen) <= 0.010
        assert abs(heard - t - 0.03) <= 0.030


def test_before_any_report_a_frame_is_where_it_arrived() -> None:
    line = timeline(10.0, [(n, 100.0 + n + (0.2 if n % 3 else 0.0)) for n in range(11)])
    assert line.at(0.0) == pytest.approx(100.0)
    assert line.at(7.5) == pytest.approx(107.5)


def test_one_report_places_the_whole_take() -> None:
    reports = [Report(5.0, 3.9e9, 205.05)]
    line = timeline(10.0, [(0.0, 200.2), (9.0, 209.2)], reports, sender_clock(reports))
    assert line.at(5.0) == pytest.approx(205.05)
    assert line.at(0.0) == pytest.approx(200.05)


def test_a_sender_whose_reports_are_nonsense_is_placed_by_arrival() -> None:
    good, wild = Report(5.0, 1000.0, 205.0), Report(6.0, 90_000.0, 206.0)
    line = timeline(
        10.0, [(float(n), 200.0 + n) for n in range(11)], [wild], sender_clock([good, Report(7, 80_000.0, 207.0)])
    )
    assert line.at(6.0) == pytest.approx(206.0)


def test_a_sender_that_corrects_its_clock_in_mid_hearing_moves_nothing_for_long() -> None:
    steps = [Report(float(t), 1000.0 + t + (0 if t < 300 else 3600), 200.0 + t + 0.02) for t in range(0, 600, 2)]
    line = timeline(600.0, [(float(n), 200.0 + n + 0.02) for n in range(600)], steps, sender_clock(steps))
    assert all(abs(line.at(float(t)) - 200.02 - t) < 0.05 for t in range(600))


@given(
    st.lists(st.tuples(st.floats(0, 3600), st.floats(0, 1e5)), min_size=1), st.lists(st.floats(-10, 4000), min_size=2)
)
def test_media_time_never_runs_backwards(arrivals: list[tuple[float, float]], at: list[float]) -> None:
    line = timeline(max(media for media, _ in arrivals), arrivals)
    times = [line.at(media) for media in sorted(at)]
    assert times == sorted(times)


@given(st.integers(0, (1 << 32) - 1), st.lists(st.integers(-(1 << 30), 1 << 30)))
def test_a_counter_that_wraps_is_unwrapped(start: int, steps: list[int]) -> None:
    totals = [sum(steps[: n + 1]) for n in range(len(steps))]
    assert unwrap(((start + total) & 0xFFFFFFFF for total in totals), start) == totals


def test_a_line_through_points_at_ntp_magnitude_keeps_its_precision() -> None:
    points = [(float(n), 3.9e9 + n * 1.00008) for n in range(60)]
    assert line_at(points, 30.5) - 3.9e9 == pytest.approx(30.5 * 1.00008, abs=1e-5)


def test_between_knots_time_goes_straight_and_on_beyond_them() -> None:
    line = Timeline([(0.0, 10.0), (5.0, 15.0), (10.0, 25.0)])
    assert [line.at(x) for x in (-1.0, 2.5, 7.5, 11.0)] == [9.0, 12.5, 20.0, 27.0]


def test_a_corrected_wall_clock_moves_nothing_and_a_reboot_is_joined_by_the_wall_clock() -> None:
    clock = HearingClock(started_utc=1000.0)
    clock.anchor(Anchor(1001.0, 51.0, "first"))
    clock.anchor(Anchor(1500.0, 61.0, "first"))
    clock.anchor(Anchor(1100.0, 7.0, "second"))
    assert clock.at(61.0, "first") == 11.0
    assert clock.at(8.0, "second") == 101.0
