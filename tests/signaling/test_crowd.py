from __future__ import annotations

import random
from contextlib import ExitStack, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.crowd import AGAIN_S, Crowd
from signaling.problems import Problem

PATHS = st.tuples(*[st.sampled_from("abc")] * 3)


def come(crowd, stack, paths):
    """Who stands at the end, by place in the order of coming, and who was not let in."""
    standing, refused = {}, []
    for place, path in enumerate(paths):
        try:
            stack.enter_context(crowd.stand(tuple(path), lambda place=place: standing.pop(place)))
            standing[place] = tuple(path)
        except Problem:
            refused.append(place)
    return standing, refused


@given(st.lists(PATHS, max_size=60), st.integers(1, 20), st.integers(1, 5))
def test_never_more_stand_than_may(paths, most, same_most):
    crowd = Crowd(most, same_most, random.Random(1).random)
    with ExitStack() as stack:
        standing, _ = come(crowd, stack, paths)
        assert len(crowd) == len(standing) <= most
        assert all(list(standing.values()).count(path) <= same_most for path in standing.values())
    assert len(crowd) == 0


@given(st.lists(PATHS, max_size=200), PATHS)
def test_who_comes_to_a_small_crowd_is_let_in_and_stays_whatever_comes_after(paths, own):
    few = ("home", *own[1:])
    with ExitStack() as stack:
        standing, _ = come(Crowd(12, 4), stack, [*paths, few, *paths])
    assert few in standing.values()


@given(st.lists(PATHS, min_size=1, max_size=100))
def test_only_one_of_the_largest_crowds_has_to_go(paths):
    with ExitStack() as stack:
        standing, refused = come(Crowd(10, 10), stack, paths)
    sizes = [sum(path[0] == name for path in standing.values()) for name in {path[0] for path in paths}]
    gone = [path[0] for place, path in enumerate(paths) if place not in standing]
    assert len(gone) == max(0, len(paths) - 10)
    assert all(sum(path[0] == name for path in standing.values()) >= max(sizes) - 1 for name in gone)
    assert set(refused) <= set(range(len(paths))) - set(standing)


def test_of_those_that_are_alike_the_newest_goes_who_has_waited_least():
    with ExitStack() as stack:
        standing, _ = come(Crowd(3, 3), stack, ["ab", "ac", "ad", "ba"])
    assert list(standing.values()) == [("a", "b"), ("a", "c"), ("b", "a")]


def test_who_may_not_come_is_told_when_to_come_again():
    crowd = Crowd(1, 1, lambda: 0.99)
    with crowd.stand(("a",), lambda: None), pytest.raises(Problem, match="slow-down") as problem:
        crowd.stand(("a",), lambda: None).__enter__()
    assert problem.value.params == {"seconds": AGAIN_S}


@given(st.integers(0, 10_000), st.integers(2, 10))
def test_each_who_comes_for_the_last_place_of_a_seat_has_the_same_chance(seed, coming):
    crowd, lot, won = Crowd(9, 1, random.Random(seed).random), random.Random(seed), 0
    expected = 0
    for place in range(2, coming + 1):
        expected = place if lot.random() * place < 1 else expected
    with ExitStack() as stack:
        stack.enter_context(crowd.stand(("seat",), lambda: None))
        for place in range(2, coming + 1):
            with suppress(Problem):
                stack.enter_context(crowd.stand(("seat",), lambda: None))
                won = place
    assert won == expected


def test_a_place_that_becomes_free_is_drawn_for_anew():
    crowd = Crowd(9, 1, lambda: 0.4)
    for _ in range(3):
        gone = []
        with crowd.stand(("seat",), lambda gone=gone: gone.append(1)), crowd.stand(("seat",), lambda: None):
            assert gone == [1]  # 0.4 of two wins, and of three does not
            with pytest.raises(Problem):
                crowd.stand(("seat",), lambda: None).__enter__()
