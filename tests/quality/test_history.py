"""A link's figures: the last minute whole, the hearing thinned."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from quality.history import MINUTE_S, History, Thinned

values = st.none() | st.integers(0, 5000)
courses = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 2), values), min_size=1, max_size=400)


def thinned(course: list[tuple[int, int, int | None]], most: int) -> tuple[Thinned, list[int]]:
    made, at, times = Thinned(["kbps"], most), 1_000_000, []
    for gap, level, value in course:
        at += gap
        times.append(at)
        made.add(at, level, [value])
    return made, times


@given(courses, st.integers(2, 50))
def test_however_long_the_hearing_there_are_no_more_points_than_agreed(course, most: int) -> None:  # type: ignore[no-untyped-def]
    made, _ = thinned(course, most)
    assert 0 < len(made) <= most
    assert len(made) == len(made.view()["level"]) == len(made.view()["kbps"]["mean"])


@given(courses, st.integers(2, 50))
def test_no_peak_and_no_bad_moment_is_thinned_away(course, most: int) -> None:  # type: ignore[no-untyped-def]
    view = thinned(course, most)[0].view()
    known = [value for _, _, value in course if value is not None]
    assert max(view["level"]) == max(level for _, level, _ in course)
    assert max((one for one in view["kbps"]["max"] if one is not None), default=None) == max(known, default=None)
    assert min((one for one in view["kbps"]["min"] if one is not None), default=None) == min(known, default=None)


@given(courses, st.integers(2, 50))
def test_every_point_is_of_its_own_seconds(course, most: int) -> None:  # type: ignore[no-untyped-def]
    made, times = thinned(course, most)
    view = made.view()
    assert view["at"] == sorted({at - at % made.width for at in times})
    for at, least, mean, most_ in zip(view["at"], *view["kbps"].values(), strict=True):
        own = [v for t, (_, _, v) in zip(times, course, strict=True) if t - t % made.width == at and v is not None]
        assert (least, most_) == (min(own, default=None), max(own, default=None))
        assert mean is None if not own else abs(mean - sum(own) / len(own)) < 0.01


def test_a_clock_that_is_set_back_loses_nothing() -> None:
    made = Thinned(["kbps"])
    made.add(100, 0, [5])
    made.add(90, 2, [7])
    assert made.view() == {"width": 1, "at": [100], "level": [2], "kbps": {"min": [5], "mean": [6], "max": [7]}}


def test_the_minute_has_each_of_its_seconds_and_no_more() -> None:
    history = History(["kbps", "rtt_ms"])
    for at in range(100):
        history.add(at, 0, [at, None])
    minute = history.minute(now=99)
    assert (minute["at"], minute["kbps"]) == (list(range(40, 100)), list(range(40, 100)))
    assert minute["rtt_ms"] == [None] * MINUTE_S
    assert history.minute(now=159)["at"] == []
