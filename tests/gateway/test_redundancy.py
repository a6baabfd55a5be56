from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.redundancy import CALM_S, LESS, MOST, STEPS, Redundancy

(SOME, ONE), (MUCH, TWO) = STEPS[:2]
WORST = STEPS[-1][0]


def test_a_clean_link_has_none():
    redundancy = Redundancy(0.0)
    assert [redundancy.look(SOME / 2, now) for now in range(100)] == [0] * 100


def test_loss_is_answered_at_once():
    assert Redundancy(0.0).look(SOME, 0.0) == ONE
    assert Redundancy(0.0).look(MUCH, 0.0) == TWO
    assert Redundancy(0.0).look(WORST, 0.0) == MOST


def test_it_goes_step_by_step_once_the_loss_has_been_over_for_a_while():
    redundancy = Redundancy(0.0)
    redundancy.look(MUCH, 0.0)
    seen = [redundancy.look(0.0, now) for now in range(1, int(3 * CALM_S))]
    assert seen.index(1) == CALM_S - 1
    assert seen.index(0) == 2 * CALM_S - 1


@given(st.lists(st.floats(LESS * MUCH, STEPS[2][0], exclude_max=True), min_size=1, max_size=200))
def test_loss_that_wavers_above_half_the_step_changes_nothing(losses):
    redundancy = Redundancy(0.0)
    redundancy.look(MUCH, 0.0)
    assert {redundancy.look(loss, now) for now, loss in enumerate(losses)} == {TWO}
