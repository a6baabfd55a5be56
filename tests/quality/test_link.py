"""The verdict on a link."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.link import verdict


@pytest.mark.parametrize(
    ("loss", "rtt", "jitter", "expected"),
    [
        (0, 40, 5, "good"), (1.9, 299, 29, "good"), (0, None, 0, "good"),
        (2, 40, 5, "poor"), (0, 300, 5, "poor"), (0, 40, 30, "poor"),
        (8, 40, 5, "bad"), (0, 600, 5, "bad"), (0, 40, 60, "bad"),
    ],
)  # fmt: skip
def test_each_figure_has_its_limits(loss: float, rtt: float | None, jitter: float, expected: str) -> None:
    assert verdict(loss, rtt, jitter) == expected


@pytest.mark.parametrize(("share", "expected"), [(None, "good"), (1.0, "good"), (0.99, "bad")])
def test_a_link_that_carries_less_than_the_court_asks_for_does_not_do(share: float | None, expected: str) -> None:
    assert verdict(0, 40, 5, share) == expected


@given(st.floats(0, 100), st.floats(0, 5000), st.floats(0, 1000), st.floats(0, 50))
def test_a_worse_figure_never_makes_a_better_link(loss: float, rtt: float, jitter: float, more: float) -> None:
    order = ["good", "poor", "bad"]
    before = order.index(verdict(loss, rtt, jitter))
    for worse in ((loss + more, rtt, jitter), (loss, rtt + more, jitter), (loss, rtt, jitter + more)):
        assert order.index(verdict(*worse)) >= before
