from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.rewrite import MAX_SHIFTS, Rewriter

u16, u32 = st.integers(0, 2**16 - 1), st.integers(0, 2**32 - 1)


def started(sequence: int = 100, timestamp: int = 9000, source: int = 1) -> Rewriter:
    rewriter = Rewriter(90000, 1000, 50000)
    rewriter.switch(source, sequence, timestamp, 0.0)
    return rewriter


def test_the_first_packet_gets_the_first_numbers_and_the_rest_follow():
    rewriter = started()
    assert rewriter.map(1, 100, 9000, 0.0) == (1000, 50000)
    assert rewriter.map(1, 101, 12000, 0.03) == (1001, 53000)


def test_a_real_loss_stays_a_hole_and_the_late_packet_fills_it():
    rewriter = started()
    rewriter.map(1, 100, 9000, 0.0)
    assert rewriter.map(1, 102, 9000, 0.0) == (1002, 50000)
    assert rewriter.map(1, 101, 9000, 0.1) == (1001, 50000)


def test_a_switch_goes_on_by_one_and_by_the_time_that_has_passed():
    rewriter = started()
    rewriter.map(1, 100, 9000, 0.0)
    rewriter.switch(2, 7, 123456, 0.5)
    assert rewriter.map(2, 7, 123456, 0.5) == (1001, 50000 + 45000)


def test_a_switch_at_the_same_instant_still_advances_the_timestamp():
    rewriter = started()
    rewriter.map(1, 100, 9000, 1.0)
    rewriter.switch(2, 7, 4000, 1.0)
    assert rewriter.map(2, 7, 4000, 1.0) == (1001, 50001)


def test_nothing_from_before_a_switch_goes_out_after_it():
    rewriter = started()
    rewriter.map(1, 100, 9000, 0.0)
    rewriter.switch(2, 7, 4000, 0.1)
    rewriter.map(2, 7, 4000, 0.1)
    assert rewriter.map(1, 101, 9000, 0.1) is None
    assert rewriter.map(2, 6, 4000, 0.1) is None


def test_a_pause_of_the_same_source_leaves_no_hole():
    rewriter = started()
    rewriter.map(1, 100, 9000, 0.0)
    rewriter.switch(1, 40000, 909000, 10.0)
    assert rewriter.map(1, 40000, 909000, 10.0) == (1001, 950000)


def test_a_dropped_packet_leaves_no_hole_but_a_loss_before_it_does():
    rewriter = started()
    rewriter.map(1, 100, 0, 0.0)
    rewriter.drop(1, 102)
    rewriter.drop(1, 103)
    assert [rewriter.map(1, n, 0, 0.0)[0] for n in (104, 101, 105)] == [1002, 1001, 1003]  # type: ignore[index]


def test_a_source_that_begins_anew_with_other_numbers_is_followed():
    rewriter = started(sequence=30000)
    rewriter.map(1, 30000, 9000, 0.0)
    assert rewriter.map(1, 5, 777, 1.0) == (1001, 140000)
    assert rewriter.map(1, 6, 778, 1.0) == (1002, 140001)


def test_sender_reports_are_mapped_with_the_packets():
    rewriter = started()
    assert rewriter.timestamp(9000 + 77) == 50077


@given(u16, u32, st.lists(st.sampled_from(["packet", "packet", "loss", "drop", "late"]), max_size=200), u16)
def test_against_a_plain_model_that_remembers_every_number(first, stamp, steps, out):
    rewriter = Rewriter(90000, out, 0)
    rewriter.switch(1, first, stamp, 0.0)
    number, expected, drops, lost = first, out, 0, []
    for step in steps:
        if step == "late":
            if lost:
                late, slot = lost.pop(0)
                assert rewriter.map(1, late & 0xFFFF, stamp, 0.0) == (slot & 0xFFFF, 0)
            continue
        if step == "drop" and drops < MAX_SHIFTS - 1:
            rewriter.drop(1, number & 0xFFFF)
            drops += 1
            expected -= 1
        elif step == "loss":
            lost.append((number, expected))
        else:
            assert rewriter.map(1, number & 0xFFFF, stamp, 0.0) == (expected & 0xFFFF, 0)
        number, expected = number + 1, expected + 1


@given(u16, u32, st.lists(st.tuples(u16, u32, st.floats(0, 5), st.integers(1, 30)), min_size=1, max_size=12))
def test_over_any_switches_numbers_are_contiguous_and_timestamps_grow_with_the_clock(sequence, stamp, runs):
    rewriter, now, source = Rewriter(90000, sequence, stamp), 0.0, 0
    expected, last, last_time = sequence, None, 0.0
    for first, timestamp, pause, count in runs:
        now, source = now + pause, source + 1
        rewriter.switch(source, first, timestamp, now)
        for index in range(count):
            mapped = rewriter.map(source, (first + index) & 0xFFFF, (timestamp + index * 3000) & 0xFFFFFFFF, now)
            assert mapped is not None
            assert mapped[0] == expected & 0xFFFF
            if last is not None:
                advance = (mapped[1] - last) & 0xFFFFFFFF
                assert abs(advance - max((now - last_time) * 90000, 1)) <= 1
            expected, last, last_time = expected + 1, mapped[1], now
            now += 1 / 30
