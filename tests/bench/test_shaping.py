"""The bad link in virtual time."""

from __future__ import annotations

from itertools import groupby
from random import Random

import pytest

from bench.shaping import Link, Shape, https

PACKET = bytes(1250)


def link(**shape):
    return Link(Shape(**shape), Random(1))


def arrivals(one, until):
    """When each packet came out."""
    found = []
    while (at := one.next()) is not None and at <= until:
        found += [round(at, 6)] * len(one.take(at))
    return found


def survivors(one, count):
    """Of packets a millisecond apart: did it pass?"""
    passed = []
    for number in range(count):
        one.put(b"x", number / 1000)
        passed.append(bool(one.take(number / 1000)))
    return passed


def test_without_a_shape_all_passes_at_once():
    one = link()
    one.put(PACKET, 1.0)
    assert one.take(1.0) == [PACKET]
    assert one.next() is None


def test_packets_leave_at_the_links_rate():
    one = link(rate_kbit=1000)
    for _ in range(3):
        one.put(PACKET, 0.0)
    assert arrivals(one, 1.0) == [0.01, 0.02, 0.03]
    assert one.count.queued_ms == pytest.approx([0.0, 10.0, 20.0])


def test_what_the_queue_does_not_hold_is_dropped():
    one = link(rate_kbit=1000, queue_bytes=2500)
    for _ in range(5):
        one.put(PACKET, 0.0)
    assert (len(arrivals(one, 1.0)), one.count.dropped) == (2, 3)


def test_a_packet_flies_for_the_delay_after_it_has_left():
    one = link(rate_kbit=1000, delay_ms=50)
    one.put(PACKET, 0.0)
    assert arrivals(one, 1.0) == [0.06]


def test_jitter_spreads_the_delay_and_keeps_the_order():
    one = link(delay_ms=50, jitter_ms=20)
    for number in range(200):
        one.put(bytes([number]), number / 1000)
    assert one.take(0.04) == []
    assert b"".join(one.take(1.0)) == bytes(range(200))


def test_random_losses_have_their_share():
    assert survivors(link(loss=0.2), 20_000).count(False) == pytest.approx(4000, rel=0.05)


def test_bursts_have_their_share_and_their_mean_length():
    passed = survivors(link(burst_loss=0.3, burst_length=4), 40_000)
    runs = [len(list(run)) for good, run in groupby(passed) if not good]
    assert passed.count(False) == pytest.approx(12_000, rel=0.05)
    assert sum(runs) / len(runs) == pytest.approx(4, rel=0.05)


def test_a_new_rate_holds_for_what_waits_already():
    one = link(rate_kbit=100)
    for _ in range(3):
        one.put(PACKET, 0.0)
    one.shape = Shape(rate_kbit=1000)
    assert arrivals(one, 1.0) == [0.1, 0.11, 0.12]


def test_nothing_passes_a_cut_and_all_passes_after_it():
    one = link(cut=True)
    one.put(PACKET, 0.0)
    one.shape = Shape()
    one.put(b"after", 1.0)
    assert one.take(1.0) == [b"after"]


def test_the_time_in_the_queue_is_told_by_share():
    one = link(rate_kbit=1000)
    for _ in range(10):
        one.put(PACKET, 0.0)
    arrivals(one, 1.0)
    assert one.count.queue_ms(0.5) == pytest.approx(50.0)


def test_a_queue_that_empties_within_each_second_does_not_stand():
    one = link(rate_kbit=1000, queue_bytes=100_000)
    for number in range(40):  # four at once, and then none until they have left
        one.put(PACKET, number // 4 * 0.04)
    one.take(3.0)
    assert max(one.count.queued_ms) == pytest.approx(30)
    assert one.count.standing_ms() == 0


def test_a_queue_that_never_empties_stands_at_its_lowest():
    one = link(rate_kbit=1000, queue_bytes=100_000)
    for number in range(300):
        one.put(PACKET, 0.0 if number < 10 else (number - 9) * 0.01)
    one.take(4.0)
    assert one.count.standing_ms() == pytest.approx(90, abs=1)


def test_only_https_lets_tcp_of_port_443_through_both_ways():
    def packet(protocol, source, target):
        return bytes([0x45, *[0] * 8, protocol, *[0] * 10]) + source.to_bytes(2, "big") + target.to_bytes(2, "big")

    passing = [packet(6, 50_000, 443), packet(6, 443, 50_000)]
    others = [packet(17, 50_000, 443), packet(6, 50_000, 3478), packet(1, 443, 443)]
    assert [https(one) for one in passing + others] == [True, True, False, False, False]
    one = link(only_https=True)
    for each in passing + others:
        one.put(each, 0.0)
    assert (one.take(0.0), one.count.lost) == (passing, 3)
