"""The estimate, the pacer and the allocator together, over a link in virtual time (``tests/gateway/downlink.py``)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.shaping import Count, Shape
from gateway.departures import Told
from gateway.estimate import LEAST, START, BandwidthEstimate
from gateway.track import WIRE
from tests.gateway.downlink import Listener, Picture

MEGABIT = Shape(rate_kbit=1000, queue_bytes=62_500, delay_ms=50)
NARROW = replace(MEGABIT, rate_kbit=300, queue_bytes=18_750)
TINY = replace(MEGABIT, rate_kbit=100, queue_bytes=15_000)
WIDE = Shape(delay_ms=20)
FIVE = replace(WIDE, rate_kbit=5000, queue_bytes=500_000)


def four() -> list[Picture]:
    return [Picture(200e3, 1.2e6), *(Picture(200e3, 200e3) for _ in range(3))]


def large() -> list[Picture]:
    return [Picture(960e3, 960e3) for _ in range(4)]


def settled(shape: Shape, seconds: float = 15.0, **options: object) -> Listener:
    """After the first seconds; what is counted begins anew."""
    listener = Listener(pictures=four(), **options).run(seconds, shape)  # type: ignore[arg-type]
    listener.link.count = Count()
    listener.delivered = 0
    listener.bps, listener.levels, listener.voice_delays = [], [], []
    return listener


def test_a_wide_link_carries_everything_after_a_few_seconds():
    assert Listener().run(5, WIDE).levels[-1] == ("high", "high", "high", "high")


def test_a_little_more_than_is_believed_is_found_too():
    assert Listener(pictures=large()).run(8, WIDE).levels[-1] == ("high", "high", "high", "high")


def test_a_full_link_is_used_well_and_its_queue_stays_short():
    listener = settled(MEGABIT).run(30)
    assert listener.delivered * 8 >= 0.8 * 30 * 1e6
    assert listener.link.count.queue_ms(0.95) < 100
    assert listener.link.count.dropped == 0
    assert all(levels[0] != "paused" for levels in listener.levels)


def test_sound_does_not_wait_behind_pictures_of_a_full_link():
    delays = sorted(settled(MEGABIT).run(30).voice_delays)
    assert delays[round(0.95 * len(delays))] < 0.05 + 0.1


@pytest.mark.parametrize("loss", [Shape(loss=0.05), Shape(loss=0.2), Shape(burst_loss=0.3, burst_length=4)])
def test_what_a_radio_loses_does_not_take_the_speaker_away(loss):
    shape = replace(MEGABIT, loss=loss.loss, burst_loss=loss.burst_loss, burst_length=loss.burst_length)
    levels = [levels[0] for levels in settled(shape, voices=2).run(60).levels]
    assert levels.count("paused") <= 0.05 * len(levels)


def test_loss_that_less_sending_cures_lowers_the_estimate():
    """A link without a queue, as a provider's limit, shows only by loss that it is full."""
    policed = settled(replace(MEGABIT, rate_kbit=400, queue_bytes=3000), voices=1).run(30)
    assert sum(policed.bps) / len(policed.bps) < 600_000
    assert policed.link.count.dropped < 0.1 * policed.link.count.offered


def test_on_a_narrow_link_sound_goes_before_pictures():
    listener = settled(NARROW).run(20)
    assert {level for levels in listener.levels for level in levels} == {"paused"}
    assert listener.link.count.dropped == 0


def test_on_a_link_too_narrow_for_any_picture_hardly_anything_is_tried():
    listener = settled(TINY, voices=1)
    padded, listener.voice_delays = listener._padded, []
    listener.run(30)
    assert 8 * (listener._padded - padded) / 30 < 5_000
    delays = sorted(listener.voice_delays)
    assert delays[round(0.99 * len(delays))] < 0.05 + 0.1


def test_the_picture_is_back_soon_after_a_dip():
    listener = settled(MEGABIT, voices=1).run(15).run(20, TINY)
    listener.levels = []
    listener.run(5, MEGABIT)
    assert listener.levels[-1][0] != "paused"


def test_after_ten_seconds_without_network_what_was_believed_still_is():
    listener = settled(MEGABIT).run(10, replace(MEGABIT, cut=True))
    before = listener.estimate.bps
    assert listener.run(3, MEGABIT).estimate.bps >= 0.8 * before


def test_a_longer_way_is_not_taken_for_a_queue_for_long():
    """From Wi-Fi to a mobile network: every packet takes 150 ms more."""
    listener = settled(WIDE).run(20, replace(WIDE, delay_ms=170))
    assert listener.levels[-1] == ("high", "high", "high", "high")


def test_a_device_that_reads_late_for_a_moment_loses_no_picture():
    listener = settled(WIDE)
    for _ in range(20):
        listener.run(0.15, replace(WIDE, delay_ms=150)).run(0.85, WIDE)
    assert set(listener.levels) == {("high", "high", "high", "high")}


@pytest.mark.parametrize("voices", [1, 4])
@pytest.mark.parametrize("late_s", [0.5, 0.8])
def test_a_link_over_which_little_is_sent_is_not_taken_for_narrow_when_it_is_late_for_a_moment(voices, late_s):
    listener = Listener(voices=voices, pictures=[], threshold=START).run(20, WIDE)
    listener.bps = []
    listener.run(late_s, replace(WIDE, delay_ms=300)).run(5, WIDE)
    assert min(listener.bps) >= START


def test_a_link_that_does_not_carry_the_little_that_is_sent_is_found_narrow():
    listener = Listener(voices=4, pictures=[], threshold=START).run(20, WIDE).run(2, TINY)
    assert listener.estimate.bps < 100_000


@pytest.mark.parametrize("share", [0.92, 0.96])
def test_a_link_that_carries_not_quite_the_little_that_is_sent_is_found_narrow_too(share):
    """The queue grows slowly, and is ours."""
    sound_kbit = 4 * (80 + WIRE) * 8 * 50 / 1000
    narrow = Shape(rate_kbit=round(share * sound_kbit), queue_bytes=60_000, delay_ms=20)
    listener = Listener(voices=4, pictures=[], threshold=START).run(20, WIDE).run(25, narrow)
    assert listener.estimate.bps < START / 2


def test_pictures_that_take_less_than_is_believed_are_no_little_thing():
    """A link that falls below them is found narrow as soon as one that was used up."""
    listener = Listener(pictures=large()).run(15, WIDE)
    for picture in listener.pictures:
        picture.low = picture.high = 300e3
    listener.run(10, WIDE).run(0.8, Shape(rate_kbit=400, queue_bytes=500_000, delay_ms=20))
    assert listener.estimate.bps < 500_000


@pytest.mark.parametrize("loss", [0.03, 0.05])
def test_of_a_longer_way_the_estimate_makes_no_narrow_link_where_a_radio_loses_some_too(loss):
    listener = Listener(voices=2, pictures=[], threshold=START).run(20, replace(WIDE, loss=loss))
    listener.bps = []
    listener.run(20, replace(WIDE, delay_ms=170, loss=loss))
    assert min(listener.bps) >= START


def test_of_a_longer_way_the_estimate_makes_no_queue_where_little_is_sent_either():
    listener = Listener(voices=1, pictures=[], threshold=START).run(20, WIDE).run(5, replace(WIDE, delay_ms=170))
    assert listener.estimate.queue(listener.now) < 0.05


def test_what_the_gateway_itself_held_up_is_not_taken_for_a_narrow_link():
    listener = Listener(pictures=large()).run(15, FIVE)
    listener.levels = []
    listener.held_up(0.3).run(4)
    assert set(listener.levels) == {("high", "high", "high", "high")}


def test_a_link_that_is_narrow_is_still_found_out_where_the_gateway_was_held_up():
    listener = Listener(pictures=large()).run(15, FIVE).held_up(0.3).run(3, MEGABIT)
    assert listener.estimate.bps < 1.3e6


def test_a_narrow_link_is_found_out_on_a_machine_that_is_late_all_the_time():
    listener = Listener(pictures=large()).run(15, FIVE).run(0, replace(MEGABIT, queue_bytes=9_000_000))
    for _ in range(8):
        listener.held_up(0.12).run(0.88)
    assert listener.estimate.bps < 1.3e6


def test_a_listener_without_transport_wide_feedback_is_believed_by_its_remb():
    estimate = BandwidthEstimate(0.0)
    estimate.on_remb(3e6)
    assert estimate.bps == 3e6
    estimate.on_remb(1)
    assert estimate.bps == LEAST


def test_once_there_is_feedback_nothing_else_counts():
    estimate = BandwidthEstimate(0.0)
    estimate.on_feedback(Told(), 0, 0, 0.0)
    estimate.on_remb(3e6)
    estimate.on_loss(1.0, 5.0)
    assert estimate.bps == START
