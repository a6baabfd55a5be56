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
    arrivals = left(3).read(feedback(0, [400, None, 408]))
    assert [(a.number, a.sent, a.octets) for a in arrivals] == [(0, 0.0, 128), (2, 0.02, 128)]
    assert round((arrivals[1].arrived - arrivals[0].arrived) * TICKS_PER_SECOND) == 8


def test_a_packet_is_told_of_once():
    departures = left(3)
    departures.read(feedback(0, [400, None, 408]))
    assert departures.read(feedback(0, [400, 500, 408])) == []
    assert (departures.arrived, departures.lost) == (2, 1)


def test_what_was_never_sent_or_is_forgotten_says_nothing():
    departures = left(SIZE + 10)
    assert departures.read(feedback(SIZE + 9, [1, 2, 3])) != []
    assert departures.read(feedback(0, [1, 2, 3])) == []


@given(st.integers(0, 1 << 20), st.lists(st.none() | st.integers(0, 20_000), min_size=1, max_size=50))
def test_numbers_go_on_beyond_sixteen_bits(first, arrivals):
    departures = left(len(arrivals), first)
    came = sorted(arrival for arrival in arrivals if arrival is not None)
    told = departures.read(feedback(first & 0xFFFF, [*came, *[None] * arrivals.count(None)]))
    assert [a.number for a in told] == list(range(first, first + len(told)))
    assert departures.arrived + departures.lost == len(arrivals)


@given(st.lists(st.integers(0, 4000), min_size=2, max_size=20))
def test_arrivals_go_on_where_the_reference_time_begins_anew(steps):
    """Its 24 bits count 64 ms each: twelve days."""
    departures, ticks, found = left(len(steps)), (1 << 32) - 8000, []
    for number, step in enumerate(steps):
        ticks += step
        found += departures.read(feedback(number, [ticks % (1 << 32)]))
    apart = [round((other.arrived - one.arrived) * TICKS_PER_SECOND) for one, other in pairwise(found)]
    assert apart == steps[1:]


@given(st.binary(max_size=60))
def test_whatever_a_listener_says_is_bounded(data):
    departures = left(10)
    try:
        arrivals = departures.read(decode(data))
    except ValueError:
        return
    assert len(arrivals) <= 10


def test_a_train_arrives_as_fast_as_its_narrowest_link():
    departures = left(5)
    train = Train(0, 4)
    octets = 100 + OVERHEAD
    assert train.take(departures.read(feedback(0, [0, 40, 80, 120, 160])))
    assert round(train.bps(departures)) == round(4 * octets * 8 / 0.04)


def test_a_train_of_which_most_is_lost_says_nothing():
    departures = left(5)
    train = Train(0, 4)
    assert train.take(departures.read(feedback(0, [0, None, None, None, 160])))
    assert train.bps(departures) == 0


def test_a_train_that_arrives_at_once_is_as_fast_as_can_be_told():
    departures = left(3)
    train = Train(0, 2)
    train.take(departures.read(feedback(0, [7, 7, 7])))
    assert train.bps(departures) == 2 * (100 + OVERHEAD) * 8 / TICK
