"""How often something may be done."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.pace import Pace, together
from signaling.problems import Problem

WINDOW_S = 10.0
TIMES = st.lists(st.integers(0, 48), max_size=40).map(lambda steps: [at / 16 for at in accumulate(steps)])


def taken(pace: Pace, key: str, now: float) -> bool:
    try:
        pace.take(key, now)
    except Problem:
        return False
    return True


def test_how_often_something_is_done_is_bounded_for_each():
    pace = Pace(2, WINDOW_S)
    for key, now in (("li", 0.0), ("li", 4.0), ("kim", 5.0)):
        pace.take(key, now)
    with pytest.raises(Problem) as refused:
        pace.take("li", 5.0)
    assert (refused.value.code, refused.value.params) == ("slow-down", {"seconds": 5})
    pace.take("li", WINDOW_S)


@given(TIMES, st.integers(1, 4))
def test_in_no_window_is_more_done(times, most):
    pace = Pace(most, WINDOW_S)
    done = [now for now in times if taken(pace, "li", now)]
    assert all(later - earlier >= WINDOW_S for earlier, later in zip(done, done[most:], strict=False))


@given(TIMES, st.integers(1, 4))
def test_whoever_waits_as_long_as_was_said_is_let_in(times, most):
    pace = Pace(most, WINDOW_S)
    for now in times:
        taken(pace, "li", now)
    now = times[-1] if times else 0.0
    seconds = pace.wait("li", now)
    assert 0 <= seconds <= WINDOW_S
    pace.take("li", now + seconds)


def test_what_one_bound_refuses_counts_for_none():
    everybody, each = Pace(1, 2.0), Pace(1, WINDOW_S)
    together(0.0, (everybody, ""), (each, "li"))
    with pytest.raises(Problem) as refused:
        together(1.0, (everybody, ""), (each, "kim"))
    assert refused.value.params == {"seconds": 1}
    with pytest.raises(Problem) as refused:
        together(2.0, (everybody, ""), (each, "li"))
    assert refused.value.params == {"seconds": 8}
    together(2.0, (everybody, ""), (each, "kim"))
