"""How often is looked, by what it costs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from quality.thrift import STEPS, Thrift


def seconds(thrift, count, cores, behind=False):
    for _ in range(count):
        thrift.spend(cores, 1.0, behind)
    return thrift.step


def test_what_costs_too_much_is_done_less_often_and_it_says_so():
    thrift = Thrift(0.5)
    assert seconds(thrift, 1, 0.6) == STEPS[0]
    assert not thrift.thrifty
    assert seconds(thrift, 1, 0.6) == STEPS[1]
    assert thrift.thrifty


def test_with_room_again_it_is_looked_as_often_as_before_but_not_soon():
    thrift = Thrift(0.5)
    seconds(thrift, 2, 0.6)
    assert seconds(thrift, 19, 0.2) == STEPS[1]
    assert seconds(thrift, 1, 0.2) == STEPS[0]


def test_who_cannot_read_in_time_does_less_though_it_costs_little():
    assert seconds(Thrift(0.5), 2, 0.1, behind=True) == STEPS[1]


def test_at_the_last_step_key_frames_alone_are_decoded():
    assert not seconds(Thrift(0.5), 100, 0.6).all_pictures


@given(st.lists(st.floats(0, 2), max_size=100), st.floats(0.01, 1))
def test_a_machine_whose_cost_halves_with_each_step_is_not_made_to_swing(costs, share):
    thrift = Thrift(share)
    for _ in range(200):
        thrift.spend(min(1.0, 40 * share / 2 ** STEPS.index(thrift.step)), 1.0)
    settled = thrift.step
    for _ in range(100):
        thrift.spend(min(1.0, 40 * share / 2 ** STEPS.index(thrift.step)), 1.0)
    assert thrift.step == settled
