"""A link's cause in a word, and its verdict over time (Rules ¶27)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.cause import RECOVER_S, Judged, Second, Steady, judge
from quality.link import VERDICTS, verdict

GOOD, LOSSY, POOR = Judged("good", "none"), Judged("bad", "loss-up"), Judged("poor", "jitter")
NARROW = Judged("bad", "narrow-down", True)
seconds = st.lists(st.sampled_from([GOOD, LOSSY, POOR, NARROW]), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (Second("up"), ("good", "none")),
        (Second("up", loss=8), ("bad", "loss-up")),
        (Second("down", loss=3), ("poor", "loss-down")),
        (Second("up", rtt_ms=700), ("bad", "far")),
        (Second("up", jitter_ms=40), ("poor", "jitter")),
        (Second("up", loss=3, rtt_ms=700), ("bad", "far")),
        (Second("up", loss=9, rtt_ms=700, jitter_ms=90), ("bad", "loss-up")),
        (Second("up", loss=9, share=0.4), ("bad", "narrow-up")),
        (Second("down", share=0.4), ("bad", "narrow-down")),
        (Second("down", share=1.2), ("good", "none")),
        (Second("up", silent_s=3), ("bad", "silent")),
        (Second("up", silent_s=2.9), ("good", "none")),
        (Second("up", silent_s=9, away=True), ("bad", "away")),
        (Second("up", resting=True), ("poor", "resting")),
        (Second("up", resting=True, share=0.2), ("bad", "narrow-up")),
        (Second("up", device="gone"), ("poor", "device")),
        (Second("up", device="off"), ("good", "device")),
    ],
)
def test_each_trouble_has_its_word(second: Second, expected: tuple[str, str]) -> None:
    judged = judge(second)
    assert (judged.verdict, judged.cause) == expected


@given(st.floats(0, 100), st.none() | st.floats(0, 2000), st.floats(0, 200), st.none() | st.floats(0, 3))
def test_what_is_measured_is_judged_by_the_links_own_limits(
    loss: float, rtt: float | None, jitter: float, share: float | None
) -> None:
    assert judge(Second("up", loss, rtt, jitter, share)).verdict == verdict(loss, rtt, jitter, share)


@given(st.sampled_from(["on", "off"]))
def test_what_nobody_wants_or_somebody_switched_off_is_no_bad_link(device: str) -> None:
    assert judge(Second("up", share=None, device=device)).verdict == "good"  # type: ignore[arg-type]


def shown(given: list[Judged]) -> list[int]:
    steady = Steady()
    return [steady.look(one).level for one in given]


def test_it_falls_with_the_second_bad_second_and_recovers_after_ten_good_ones() -> None:
    course = shown([GOOD, LOSSY, LOSSY, *[GOOD] * RECOVER_S])
    assert course == [0, 0, 2, *[2] * (RECOVER_S - 1), 0]


def test_what_is_sure_falls_at_once_and_one_lost_second_is_forgiven() -> None:
    assert shown([GOOD, NARROW])[-1] == 2
    assert set(shown([GOOD, LOSSY, GOOD, GOOD, LOSSY, GOOD])) == {0}


def test_the_cause_is_that_of_the_newest_second_as_bad() -> None:
    steady = Steady()
    causes = [steady.look(one).cause for one in (NARROW, LOSSY, GOOD, POOR)]
    assert causes == ["narrow-down", "loss-up", "loss-up", "loss-up"]


@given(seconds)
def test_it_is_never_better_than_two_seconds_that_agree_nor_worse_than_the_last_ten(given: list[Judged]) -> None:
    for index, level in enumerate(shown(given)):
        recent = [one.level for one in given[max(0, index + 1 - RECOVER_S) : index + 1]]
        assert min(recent[-2:] if len(recent) > 1 else [0]) <= level <= max(recent)


@given(seconds, st.sampled_from([GOOD, LOSSY, POOR, NARROW]))
def test_ten_seconds_alike_settle_it(before: list[Judged], then: Judged) -> None:
    assert shown([*before, *[then] * RECOVER_S])[-1] == then.level


@given(seconds)
def test_it_gets_no_better_within_ten_seconds_of_a_second_that_was_shown_as_bad(given: list[Judged]) -> None:
    levels = shown(given)
    for index in range(1, len(levels)):
        if levels[index] < levels[index - 1]:
            recent = given[max(0, index + 1 - RECOVER_S) : index + 1]
            assert all(one.level <= levels[index] for one in recent)


def test_a_verdict_is_one_of_three() -> None:
    assert [Judged(one, "none").level for one in VERDICTS] == [0, 1, 2]
