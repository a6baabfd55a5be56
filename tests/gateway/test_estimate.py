from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.estimate import (
    BACK_OFF,
    GRACE,
    HEAVY_LOSS,
    LEAST,
    LIGHT_LOSS,
    MEMORY,
    MOST,
    QUEUE,
    RECENT,
    START,
    BandwidthEstimate,
    RoundTrip,
)  # fmt: skip


class Browser:
    """A link of ``capacity`` bit/s, and REMB as libwebrtc gives it."""

    def __init__(self, capacity: float) -> None:
        self.capacity, self.remb = capacity, 200_000.0

    def receive(self, sent: float, seconds: float) -> float:
        if sent > self.capacity:
            self.remb = min(self.remb, 0.85 * self.capacity)
        elif self.remb < 1.5 * sent:
            self.remb = min(self.remb * 1.08**seconds, 1.5 * sent)
        return self.remb


def run(
    estimate: BandwidthEstimate, browser: Browser, seconds: float, wanted: float, start: float = 0.0
) -> list[float]:
    """Media up to the estimate, padding as told; the estimate after each fifth of a second."""
    course = []
    for index in range(round(seconds * 5)):
        now = start + index * 0.2
        media = min(wanted, estimate.bps)
        sent = media + estimate.probe_bps(now, media, wanted)
        estimate.on_remb(browser.receive(sent, 0.2), now)
        if index % 5 == 4:
            estimate.on_loss(max(1 - browser.capacity / sent, 0.0), now)
        course.append(estimate.bps)
    return course


def test_the_low_remb_of_the_first_seconds_takes_nothing_away():
    course = run(BandwidthEstimate(0.0), Browser(5e6), 20.0, wanted=900_000)
    assert min(course) >= START


def test_a_wide_link_is_found_within_a_quarter_of_a_minute():
    assert run(BandwidthEstimate(0.0), Browser(6e6), 15.0, wanted=4e6)[-1] >= 4e6


def test_a_narrow_link_is_believed_and_kept_to():
    course = run(BandwidthEstimate(0.0), Browser(400_000), 60.0, wanted=2e6)
    assert sum(course[-200:]) / 200 <= 450_000
    assert min(course[-200:]) >= 250_000


def test_little_traffic_does_not_lower_the_estimate():
    estimate = BandwidthEstimate(0.0)
    run(estimate, Browser(5e6), 60.0, wanted=100_000)
    assert estimate.bps == START


def test_more_media_after_a_quiet_time_is_not_cut_by_the_remb_of_that_time():
    estimate, browser = BandwidthEstimate(0.0), Browser(5e6)
    run(estimate, browser, 60.0, wanted=100_000)
    assert min(run(estimate, browser, 20.0, wanted=900_000, start=60.0)) >= START


def test_a_link_that_becomes_narrow_is_noticed_within_two_seconds():
    estimate, browser = BandwidthEstimate(0.0), Browser(6e6)
    run(estimate, browser, 30.0, wanted=4e6)
    browser.capacity = 800_000
    assert run(estimate, browser, 2.2, wanted=4e6, start=30.0)[-1] <= 800_000


def test_a_remb_that_stands_still_below_what_is_sent_is_believed_step_by_step():
    estimate = BandwidthEstimate(0.0)
    for index in range(30):
        estimate.probe_bps(index * 0.5, 900_000, 900_000)
        estimate.on_remb(300_000, index * 0.5)
        if index * 0.5 < GRACE:
            assert estimate.bps == START
    assert estimate.bps == 300_000


def test_a_moment_of_unevenness_on_a_link_that_carries_everything_changes_nothing():
    """libwebrtc falls to 0.85 of what it receives at the first suspicion, and climbs again."""
    estimate = BandwidthEstimate(0.0)
    for index in range(60):
        estimate.probe_bps(index * 0.2, 900_000, 900_000)
        estimate.on_remb(1_200_000 if index < 50 else 0.85 * 900_000 * 1.08 ** ((index - 50) / 5), index * 0.2)
    assert estimate.bps == 1_200_000


def test_a_rest_on_the_climb_to_what_is_sent_takes_little_away():
    """Twenty pictures begin at once; REMB is far below them, and holds for a moment on its way up."""
    estimate = BandwidthEstimate(0.0)
    for index in range(60):
        now = index * 0.2
        estimate.probe_bps(now, 900_000, 900_000)
        estimate.on_remb(min(150_000 * 1.08**now, 200_000) if now < 7 else 200_000 * 1.08 ** (now - 7), now)
    assert estimate.bps >= 0.6 * 900_000


def test_heavy_loss_lowers_it_even_in_the_first_seconds():
    estimate = BandwidthEstimate(0.0)
    estimate.probe_bps(0.5, 900_000, 900_000)
    estimate.on_loss(0.3, 1.0)
    assert estimate.bps == pytest.approx(900_000 * 0.85)


def test_a_steady_loss_as_of_weak_radio_changes_nothing():
    estimate = BandwidthEstimate(0.0)
    for index in range(20):
        estimate.probe_bps(index, 900_000, 900_000)
        estimate.on_loss(HEAVY_LOSS / 2, float(index))
    assert estimate.bps == START


def test_a_probe_that_nobody_complains_of_is_believed():
    estimate = BandwidthEstimate(0.0)
    assert estimate.probe_bps(0.0, 900_000, 1_400_000) == 500_000
    assert estimate.probe_bps(2.0, 900_000, 1_400_000) == 0
    assert estimate.bps == 1_400_000


def test_no_probe_where_no_more_is_wanted_or_nothing_is_sent():
    estimate = BandwidthEstimate(0.0)
    assert estimate.probe_bps(0.0, 500_000, 900_000) == 0
    assert estimate.probe_bps(1.0, 0, 9_000_000) == 0


def test_a_probe_stops_at_the_first_loss():
    estimate = BandwidthEstimate(0.0)
    estimate.probe_bps(0.0, 900_000, 4e6)
    estimate.on_loss(0.05, 0.5)
    assert estimate.probe_bps(0.6, 900_000, 4e6) == 0
    assert estimate.bps == START


def test_a_full_link_is_probed_ever_more_rarely():
    estimate, starts, probing = BandwidthEstimate(0.0), [], False
    for index in range(1500):
        now = index * 0.1
        padding = estimate.probe_bps(now, 900_000, 4e6)
        if padding and not probing:
            starts.append(now)
        elif padding:
            estimate.on_loss(0.08, now)
        probing = padding > 0
    waits = [after - before for before, after in itertools.pairwise(starts)]
    assert waits[0] >= BACK_OFF
    assert waits[3] > 30


@given(st.lists(st.tuples(st.sampled_from(["remb", "loss", "tick"]), st.floats(0, 1), st.floats(0, 1e9)), max_size=100))
def test_the_estimate_stays_within_its_bounds(steps):
    estimate, now = BandwidthEstimate(0.0), 0.0
    for step, value, rate in steps:
        now += value
        if step == "remb":
            estimate.on_remb(rate, now)
        elif step == "loss":
            estimate.on_loss(value, now)
        else:
            assert estimate.probe_bps(now, rate / 3, rate) >= 0
        assert LEAST <= estimate.bps <= MOST


def remb_below_what_is_sent(rtts):
    """The estimate where REMB stands below what is sent, with one round trip a second."""
    estimate = BandwidthEstimate(0.0)
    for now, rtt in enumerate(rtts):
        estimate.probe_bps(now, 900_000, 900_000)
        estimate.on_rtt(rtt, now)
        estimate.on_remb(300_000, now)
    return estimate.bps


def test_a_busy_devices_low_remb_takes_nothing_away_while_the_round_trip_is_short():
    assert remb_below_what_is_sent([0.1, 0.12] * 60) == START


def test_a_low_remb_is_believed_once_the_round_trip_has_grown():
    assert remb_below_what_is_sent([0.1] * 20 + [0.1 + 2 * QUEUE] * 20) == 300_000


def test_a_low_remb_is_believed_where_packets_are_lost():
    estimate = BandwidthEstimate(0.0)
    for now in range(20):
        estimate.probe_bps(now, 900_000, 900_000)
        estimate.on_rtt(0.1, now)
        estimate.on_loss(2 * LIGHT_LOSS, now)
        estimate.on_remb(300_000, now)
    assert estimate.bps == 300_000


def test_the_shortest_round_trip_is_remembered_and_at_last_forgotten():
    trip = RoundTrip()
    grown = []
    for now in range(int(3 * MEMORY)):
        trip.add(0.1 if now < 5 else 0.3, now)
        grown.append(trip.grown(now))
    assert grown[5:300] == [True] * 295
    assert not grown[-1]


def test_a_queue_that_stands_for_minutes_is_still_a_queue():
    estimate = BandwidthEstimate(0.0)
    for now in range(240):
        estimate.probe_bps(now, 900_000, 900_000)
        estimate.on_rtt(0.1 if now < 5 else 0.4, now)
        estimate.on_remb(START if now < 200 else 300_000, now)
    assert estimate.bps == 300_000


def test_an_old_or_a_late_round_trip_says_nothing():
    trip = RoundTrip()
    trip.add(0.1, 10.0)
    trip.add(0.9, 9.0)
    assert not trip.grown(10.0)
    assert trip.grown(10.1 + RECENT)
