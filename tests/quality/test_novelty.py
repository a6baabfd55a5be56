"""When a place is worth a look."""

from __future__ import annotations

from quality.novelty import CALM, Novelty

TURN_S = 0.75


def turns(novelty, glances, verdicts="good", start=0):
    """Which turns had a look."""
    looked = []
    for number, glance in enumerate(glances, start):
        now = number * TURN_S
        if novelty.wants((glance,), now):
            looked.append(number)
            verdict = verdicts if isinstance(verdicts, str) else verdicts[number - start]
            novelty.looked((glance,), verdict, now, TURN_S)
    return looked


def test_a_place_that_stays_as_it_is_is_looked_at_twice_and_then_seldom():
    assert turns(Novelty(10), [100] * 9) == [0, 1, 1 + CALM, 1 + 2 * CALM]


def test_a_change_is_looked_at_at_once_and_once_more():
    novelty = Novelty(10)
    turns(novelty, [100] * 5)
    assert turns(novelty, [60, 60, 60, 60, 60], start=5) == [5, 6, 6 + CALM]


def test_what_flickers_a_little_is_no_change():
    novelty = Novelty(10)
    turns(novelty, [100] * 5)
    assert turns(novelty, [105, 95], start=5) == []


def test_a_verdict_that_is_another_one_is_looked_at_again_in_the_next_turn():
    verdicts = ["good"] * 5 + ["bad"] * 3
    assert turns(Novelty(10), [100] * 8, verdicts) == [0, 1, 4, 7]
    assert turns(Novelty(10), [100] * 6, ["good", "bad", "good", "good", "good", "good"]) == [0, 1, 2, 3]
