from __future__ import annotations

import pytest

from gateway.receive_stats import ReceiveStats, round_trip
from gateway.rtcp import ReportBlock


def feed(stats: ReceiveStats, sequences: list[int], jitter: float = 0.0) -> ReceiveStats:
    for index, sequence in enumerate(sequences):
        stats.on_packet(sequence & 0xFFFF, sequence * 960, 100, sequence * 0.02 + (jitter if index % 2 else 0.0))
    return stats


def test_an_unbroken_stream_has_no_loss_and_no_jitter():
    block = feed(ReceiveStats(7, 48000), list(range(100))).report(2.0)
    assert (block.ssrc, block.fraction_lost, block.cumulative_lost, block.highest_sequence) == (7, 0, 0, 99)
    assert block.jitter <= 1


def test_loss_is_counted_per_interval_and_over_all():
    stats = feed(ReceiveStats(7, 48000), [n for n in range(101) if n % 4 or n == 0])
    assert stats.report(2.0).fraction_lost == int(256 * 24 / 100)
    feed(stats, list(range(100, 200)))
    block = stats.report(4.0)
    assert (block.fraction_lost, block.cumulative_lost) == (0, 24)


def test_the_highest_sequence_is_extended_over_wraps():
    assert feed(ReceiveStats(7, 48000), list(range(65530, 65540))).report(0.0).highest_sequence == 65539


def test_late_packets_and_duplicates_never_make_the_loss_fraction_negative():
    stats = feed(ReceiveStats(7, 48000), [1, 2, 4, 3, 3, 3])
    block = stats.report(0.0)
    assert (block.fraction_lost, block.cumulative_lost) == (0, -2)


def test_jitter_approaches_the_mean_difference_of_transit_times():
    stats = feed(ReceiveStats(7, 48000), list(range(500)), jitter=0.01)
    assert stats.jitter_s == pytest.approx(0.01, rel=0.02)


def test_a_new_beginning_forgets_the_old_numbers():
    stats = feed(ReceiveStats(7, 48000), [60000, 60001])
    stats.on_restart()
    assert feed(stats, [5, 6, 7]).report(0.0).cumulative_lost == 0


def test_the_report_echoes_the_sender_report_so_that_the_round_trip_can_be_computed():
    stats = feed(ReceiveStats(7, 48000), [1])
    stats.on_sender_report(0x0123_4567_89AB_CDEF, 10.0)
    block = stats.report(10.5)
    assert (block.last_sr, block.delay_since_last_sr) == (0x456789AB, 32768)
    assert round_trip(block, 0x0123_4567_89AB_CDEF + (3 << 31)) == pytest.approx(1.0, abs=0.001)


def test_without_a_sender_report_there_is_no_round_trip_and_a_clock_step_gives_none_below_zero():
    assert round_trip(ReportBlock(1, 0, 0, 0, 0), 1 << 40) is None
    assert round_trip(ReportBlock(1, 0, 0, 0, 0, last_sr=100, delay_since_last_sr=50), 120 << 16) == 0.0
