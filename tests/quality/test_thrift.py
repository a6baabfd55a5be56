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


def test_the_last_step_is_left_only_where_all_pictures_fit_again():
    thrift = Thrift(0.5)
    seconds(thrift, 100, 0.6)
    assert seconds(thrift, 100, 0.12) == STEPS[-1]
    assert seconds(thrift, 20, 0.1) == STEPS[-2]


@given(st.integers(1, 100), st.floats(0, 0.01), st.floats(0.0005, 0.01), st.floats(0, 3), st.floats(0.01, 1))
def test_whatever_looking_decoding_and_listening_cost_it_does_not_swing(participants, look, sound, decoding, share):
    thrift, taken = Thrift(share), []
    for _ in range(400):
        step = thrift.step
        decoded = decoding * sound if step.all_pictures else 0.0
        taken.append(thrift.spend(participants * (look / step.look_s + decoded + sound), 1.0))
    assert sum(taken[-200:]) <= 1
