"""A budget grants its burst at once and its rate in the long run, whatever is asked of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.budget import Budget


def test_a_burst_is_granted_at_once_and_then_one_by_one() -> None:
    budget = Budget(per_second=1, burst=3)
    assert [budget.take(at) for at in (0.0, 0.0, 0.0, 0.0, 0.5, 1.0, 1.5)] == [1, 1, 1, 0, 0, 1, 0]


def test_what_was_not_used_is_not_saved_beyond_the_burst() -> None:
    budget = Budget(per_second=1, burst=3)
    assert budget.take(1000.0, 10) == 3
    assert budget.take(2000.0, 10) == 3


@given(st.lists(st.tuples(st.floats(0, 3), st.integers(0, 9)), max_size=50))
def test_never_more_than_the_burst_and_the_rate(steps: list[tuple[float, int]]) -> None:
    budget, now, granted = Budget(per_second=2, burst=5), 0.0, 0
    for wait, count in steps:
        now += wait
        granted += budget.take(now, count)
    assert granted <= 5 + 2 * now + 1e-6
