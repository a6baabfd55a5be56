from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from gateway.nack import Arrival, NackGenerator


def after(*sequences: int, **options: float) -> NackGenerator:
    generator = NackGenerator(**options)  # type: ignore[arg-type]
    for sequence in sequences:
        generator.on_packet(sequence, 0.0)
    return generator


def test_nothing_is_asked_for_while_nothing_is_missing():
    assert after(1, 2, 3).due(0.0, 0.1) == []


def test_a_gap_is_asked_for_at_once_and_again_after_each_round_trip():
    generator = after(1, 4)
    assert generator.due(0.0, 0.1) == [2, 3]
    assert generator.due(0.09, 0.1) == []
    assert generator.due(0.1, 0.1) == [2, 3]


def test_a_short_round_trip_does_not_make_it_ask_more_often_than_every_20_ms():
    generator = after(1, 3)
    generator.due(0.0, 0.001)
    assert generator.due(0.019, 0.001) == []
    assert generator.due(0.020, 0.001) == [2]


def test_a_reordered_packet_within_the_tolerance_is_never_asked_for():
    generator = after(1, 3, tolerance=0.01)
    assert generator.due(0.005, 0.1) == []
    assert generator.on_packet(2, 0.006) is Arrival.RECOVERED
    assert generator.due(0.02, 0.1) == []


def test_a_packet_is_recovered_once_and_then_a_duplicate():
    generator = after(1, 3)
    assert generator.on_packet(2, 0.1) is Arrival.RECOVERED
    assert generator.on_packet(2, 0.1) is Arrival.DUPLICATE
    assert generator.on_packet(3, 0.1) is Arrival.DUPLICATE


def test_sequences_across_a_wrap_are_asked_for_in_sending_order():
    assert after(65533, 1).due(0.0, 0.1) == [65534, 65535, 0]


def test_a_packet_is_given_up_after_its_tries_and_a_key_frame_wanted():
    generator = after(1, 3, max_tries=2)
    assert [generator.due(at, 0.1) for at in (0.0, 0.1, 0.2)] == [[2], [2], []]
    assert generator.lost_too_much()
    assert not generator.lost_too_much()
    assert generator.on_packet(2, 0.3) is Arrival.DUPLICATE


def test_a_packet_older_than_a_second_is_given_up():
    generator = after(1, 3)
    assert generator.due(1.01, 0.1) == []
    assert generator.missing == 0


def test_a_gap_too_wide_to_fill_asks_for_a_key_frame_instead():
    generator = after(1, 2)
    assert generator.on_packet(2 + 252, 0.1) is Arrival.NEXT
    assert generator.due(0.1, 0.1) == []
    assert generator.lost_too_much()
    assert generator.on_packet(255, 0.1) is Arrival.NEXT


def test_a_gap_after_a_long_silence_is_not_filled():
    generator = after(1, 2)
    generator.on_packet(10, 1.5)
    assert generator.due(1.5, 0.1) == []
    assert generator.lost_too_much()


def test_a_jump_of_thousands_is_a_new_beginning():
    assert after(1, 2).on_packet(2 + 3002, 0.1) is Arrival.RESTART


def test_what_was_lost_is_told_from_what_was_only_overtaken():
    generator = after(1, 4)
    generator.on_packet(3, 0.0)
    assert not generator.was_asked
    generator.due(0.0, 0.1)
    generator.on_packet(2, 0.1)
    assert generator.was_asked


def test_one_stray_old_packet_is_dropped_but_a_sender_that_begins_anew_is_followed():
    generator = after(20000, 20001)
    assert generator.on_packet(5, 0.1) is Arrival.DUPLICATE
    assert generator.on_packet(20002, 0.1) is Arrival.NEXT
    generator.on_packet(100, 0.2)
    assert generator.on_packet(101, 0.2) is Arrival.RESTART
    assert generator.on_packet(102, 0.2) is Arrival.NEXT


def test_packets_overtaken_by_the_very_first_are_let_in_once():
    generator = after(10)
    assert generator.on_packet(8, 0.0) is Arrival.RECOVERED
    assert generator.on_packet(8, 0.0) is Arrival.DUPLICATE
    assert generator.due(0.0, 0.1) == [9]


def test_a_loss_given_up_before_the_latest_key_frame_calls_for_no_other():
    generator = after(1, 3, 4)
    generator.on_keyframe(4)
    generator.on_packet(6, 0.9)
    generator.due(1.1, 0.1)
    assert not generator.lost_too_much()
    generator.due(2.5, 0.1)
    assert generator.lost_too_much()


@given(st.integers(0, 65535), st.integers(0, 2**32), st.floats(0, 0.3))
def test_over_a_lossy_reordering_link_everything_asked_for_was_missing_and_all_is_recovered(first, seed, loss):
    chance = random.Random(seed)
    generator = NackGenerator()
    seen: set[int] = {first}
    generator.on_packet(first, 0.0)
    for number in range(1, 300):
        sequence, now = (first + number) & 0xFFFF, number * 0.01
        if chance.random() >= loss:
            assert generator.on_packet(sequence, now) is Arrival.NEXT
            seen.add(sequence)
        for asked in generator.due(now, 0.02):
            assert asked not in seen
            if chance.random() >= loss:
                assert generator.on_packet(asked, now) is Arrival.RECOVERED
                seen.add(asked)
        assert generator.missing <= 250


@given(st.lists(st.integers(0, 40), max_size=80))
def test_who_is_not_busy_has_nothing_to_ask_for(steps):
    nack, now, number = NackGenerator(), 0.0, 100
    for step in steps:
        number += step % 5
        now += 0.03
        nack.on_packet(number & 0xFFFF, now)
        if not nack.busy:
            assert nack.due(now + 5, 0.05) == []
            assert not nack.lost_too_much()
        elif step % 3 == 0:
            nack.due(now, 0.05)
            nack.lost_too_much()
