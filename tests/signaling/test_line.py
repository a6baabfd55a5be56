from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from signaling.line import Line

PATHS = st.tuples(*[st.sampled_from("abc")] * 3)


def emptied(line):
    order = []
    while (who := line.next()) is not None:
        order.append(who)
    return order


@given(st.lists(PATHS, max_size=60))
def test_everybody_has_one_turn_and_those_of_one_path_in_the_order_of_coming(paths):
    line = Line()
    for place, path in enumerate(paths):
        line.join(path, place)
    order = emptied(line)
    assert sorted(order) == list(range(len(paths)))
    for path in set(paths):
        assert [place for place in order if paths[place] == path] == [n for n, one in enumerate(paths) if one == path]


@given(st.lists(PATHS, min_size=1, max_size=40), st.lists(PATHS, min_size=100, max_size=100))
def test_nobody_is_passed_by_for_ever_however_many_come_after(waiting, coming):
    line = Line()
    for place, path in enumerate(waiting):
        line.join(path, place)
    served = []
    for path in coming:
        line.join(path, None)
        served.append(line.next())
    assert {place for place in served if place is not None} == set(range(len(waiting)))


@given(st.integers(0, 100), st.integers(1, 6))
def test_a_crowd_of_any_size_goes_before_another_twice_for_each_crowd_at_most(size, crowds):
    line = Line()
    for number in range(size):
        line.join((f"flood-{number % crowds}", str(number)), "flood")
    line.join(("home", "seat"), "home")
    assert emptied(line).index("home") <= 2 * crowds


def test_within_a_crowd_the_smaller_ones_come_to_their_turn_too():
    line = Line()
    for number in range(20):
        line.join(("prison", "loud"), number)
    line.join(("prison", "quiet"), "quiet")
    assert emptied(line).index("quiet") <= 3


@given(st.lists(PATHS, max_size=30))
def test_who_left_is_not_called_and_nothing_is_remembered_of_who_is_gone(paths):
    line = Line()
    moments = [line.join(path, path) for path in paths]
    for moment in moments[::2]:
        line.leave(moment)
    assert len(emptied(line)) == len(paths) // 2
    assert (len(line), line._served) == (0, {})
