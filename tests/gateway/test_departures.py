from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gateway.departures import OVERHEAD, SIZE, Departures
from gateway.train import TICK, Train
from gateway.twcc import TICKS_PER_SECOND, Feedback, decode, encode


def left(count: int, first: int = 0) -> Departures:
    departures = Departures()
    departures.next = first
    for number in range(count):
        departures.depart(100, number / 100)
    return departures


def feedback(base: int, arrivals: list[int | None]) -> Feedback:
    return decode(encode(base, 0, arrivals))


def test_feedback_is_joined_with_what_left():
    departures = left(3)
    told = departures.read(feedback(0, [400, None, 408]))
    assert (told.octets, told.arrived) == (2 * (100 + OVERHEAD), 408 / TICKS_PER_SECOND)
    assert (told.sent, told.left) == (3 * (100 + OVERHEAD), 0.02)
    assert told.journey == 408 / TICKS_PER_SECOND - 0.02
    assert (departures.arrived, departures.lost) == (2, 1)


def test_a_packet_is_told_of_once():
    departures = left(3)
    departures.read(feedback(0, [400, None, 408]))
    assert departures.read(feedback(0, [400, 500, 408])).octets == 0
    assert (departures.arrived, departures.lost) == (2, 1)


def test_what_was_never_sent_or_is_forgotten_says_nothing():
    departures = left(SIZE + 10)
    assert departures.read(feedback(0, [1, 2, 3])).octets == 0
    assert departures.read(feedback(SIZE + 9, [1, 2, 3])).octets == 100 + OVERHEAD


@given(st.integers(0, 1 << 20), st.lists(st.none() | st.integers(0, 20_000), min_size=1, max_size=50))
def test_numbers_go_on_beyond_sixteen_bits(first, arrivals):
    departures = left(len(arrivals), first)
    came = sorted(arrival for arrival in arrivals if arrival is not None)
    told = departures.read(feedback(first & 0xFFFF, [*came, *[None] * arrivals.count(None)]))
    assert told.octets == len(came) * (100 + OVERHEAD)
    assert (departures.arrived, departures.lost) == (len(came), len(arrivals) - len(came))


@given(st.lists(st.integers(0, 4000), min_size=2, max_size=20))
def test_arrivals_go_on_where_the_reference_time_begins_anew(steps):
    """Its 24 bits count 64 ms each: twelve days."""
    departures, ticks, found = left(len(steps)), (1 << 32) - 8000, []
    for number, step in enumerate(steps):
        ticks += step
        found.append(departures.read(feedback(number, [ticks % (1 << 32)])).arrived)
    apart = [round((other - one) * TICKS_PER_SECOND) for one, other in pairwise(found)]
    assert apart == steps[1:]


@given(st.binary(max_size=60))
def test_whatever_a_listener_says_is_bounded(data):
    departures = left(10)
    try:
        departures.read(decode(data))
    except ValueError:
        return
    assert departures.arrived + departures.lost <= 10


def told_of(arrivals: list[int | None]) -> Train:
    train = Train(0, len(arrivals) - 1)
    left(len(arrivals)).read(feedback(0, arrivals), train)
    assert train.over
    return train


def test_a_train_is_as_long_as_from_its_first_packet_to_its_last():
    first, last, apart = told_of([0, 40, None, 120, 160]).span
    assert (first, last, round(apart, 6)) == (0, 4, 0.04)
    assert left(5).octets_between(first, last) == 4 * (100 + OVERHEAD)


def test_a_train_of_which_most_is_lost_says_nothing():
    assert told_of([0, None, None, None, 160]).span[2] == 0


def test_a_train_that_arrives_at_once_is_as_fast_as_can_be_told():
    assert told_of([7, 7, 7]).span[2] == TICK
