from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hearings.slowdown import LONGEST, SEAT_LONGEST, Slowdown, neighbourhood, network

PRISON, OPPONENT, HOME = "198.51.100.7", "203.0.113.9", "192.0.2.1"


def wrong(
    slowdown: Slowdown, times: int, seat: str = "party", address: str = OPPONENT, now: float = 0.0
) -> list[float]:
    waits = []
    for _ in range(times):
        waits.append(slowdown.attempt("h", seat, address, now))
        slowdown.done("h", seat, address, False, now)
    return waits


def test_the_wait_doubles_up_to_half_a_minute():
    assert wrong(Slowdown(), 9) == [0, 0.5, 1, 2, 4, 8, 16, 30, 30]


def test_many_tries_at_once_wait_as_long_as_one_after_another():
    slowdown = Slowdown()
    assert [slowdown.attempt("h", "party", OPPONENT, 0.0) for _ in range(8)] == [0, 0.5, 1, 2, 4, 8, 16, 30]


def test_wrong_words_are_forgiven_with_time():
    slowdown = Slowdown()
    wrong(slowdown, 50)
    assert wrong(slowdown, 1, now=3600.0) == [0]


def test_the_right_word_clears_the_way():
    slowdown = Slowdown()
    wrong(slowdown, 6)
    slowdown.attempt("h", "party", OPPONENT, 0.0)
    slowdown.done("h", "party", OPPONENT, True, 0.0)
    assert slowdown.attempt("h", "party", OPPONENT, 0.0) == 0


@given(st.lists(st.tuples(st.sampled_from([OPPONENT, PRISON]), st.floats(0, 5)), max_size=300))
def test_an_opponent_cannot_slow_the_defendant_by_more_than_two_seconds(tries):
    slowdown, now = Slowdown(), 0.0
    for address, pause in tries:
        now += pause
        wrong(slowdown, 1, address=address, now=now)
    assert slowdown.attempt("h", "party", HOME, now) <= SEAT_LONGEST


@given(st.integers(0, 300))
def test_a_prison_behind_one_address_slows_no_other_seat(times: int):
    slowdown = Slowdown()
    wrong(slowdown, times, "party-1", PRISON)
    assert slowdown.attempt("h", "party-2", PRISON, 0.0) == 0


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 100), st.booleans()), max_size=200))
def test_every_try_is_checked_within_half_a_minute(tries):
    slowdown, now = Slowdown(), 0.0
    for address, pause, right in tries:
        now += pause
        assert 0 <= slowdown.attempt("h", "party", address, now) <= LONGEST
        slowdown.done("h", "party", address, right, now)


@given(st.integers(0, 2000))
def test_however_many_wait_another_try_is_never_refused(waiting: int):
    slowdown = Slowdown()
    for _ in range(waiting):
        slowdown.attempt("h", "party", OPPONENT, 0.0)
    assert slowdown.attempt("h", "party", HOME, 0.0) == 0
    assert slowdown.attempt("h", "party", OPPONENT, 0.0) <= LONGEST


@given(st.integers(0, 50), st.integers(0, 50))
def test_what_went_unchecked_slows_nobody(wrongs: int, gone: int):
    slowdown, other = Slowdown(), Slowdown()
    for one in (slowdown, other):
        wrong(one, wrongs)
    for _ in range(gone):
        slowdown.attempt("h", "party", OPPONENT, 0.0)
    for _ in range(gone):
        slowdown.gone("h", "party", OPPONENT)
    assert slowdown.attempt("h", "party", OPPONENT, 0.0) == other.attempt("h", "party", OPPONENT, 0.0)


def test_a_crowd_of_addresses_pays_a_little_each():
    slowdown = Slowdown()
    for host in range(200):
        wrong(slowdown, 1, address=f"10.0.0.{host}")
    assert slowdown.attempt("h", "party", HOME, 0.0) == SEAT_LONGEST


def test_one_subscriber_has_a_whole_ipv6_network():
    assert network("2001:db8::1") == network("2001:db8::ffff:1") != network("2001:db8:0:1::1")
    assert network("::ffff:192.0.2.1") == network("192.0.2.1")
    assert network("a socket") == "a socket"


def test_neighbours_are_what_one_customer_often_has():
    assert neighbourhood("192.0.2.1") == neighbourhood("::ffff:192.0.2.200") == "192.0.2.0/24"
    assert neighbourhood("2001:db8:1::1") == neighbourhood("2001:db8:1:ffff::1") != neighbourhood("2001:db8:2::1")
    assert neighbourhood("a socket") == "a socket"


def test_the_clerk_is_told_at_the_third_wrong_word_and_then_ever_more_rarely():
    slowdown = Slowdown()
    told = []
    for _ in range(100):
        slowdown.attempt("h", "party", OPPONENT, 0.0)
        told.append(slowdown.done("h", "party", OPPONENT, False, 0.0))
    assert told[:9] == [0, 0, 3, 0, 0, 0, 0, 0, 6]
    assert [count for count in told if count] == [3, 6, 12, 24, 48]


@given(st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3), st.booleans()), max_size=200))
def test_memory_is_bounded_whatever_is_typed(tries):
    slowdown = Slowdown(capacity=10)
    for step, (seat, address, right) in enumerate(tries):
        slowdown.attempt("h", seat, address, float(step))
        slowdown.done("h", seat, address, right, float(step))
        assert len(slowdown) <= 3 * 11


def test_a_flood_of_other_seats_does_not_wipe_out_what_a_guesser_has_earned():
    slowdown = Slowdown(capacity=100)
    wrong(slowdown, 8)
    for seat in range(500):
        wrong(slowdown, 1, f"seat-{seat}")
    assert slowdown.attempt("h", "party", OPPONENT, 0.0) == LONGEST
