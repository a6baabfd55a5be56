"""What was truly played, told by a noise; and the ledger's lines beside it."""

from __future__ import annotations

import numpy as np
import pytest

from bench.badlink.speech import RATE
from bench.ledger.truth import noise, truth
from bench.ledger.windows import contradictions, figures, windows
from quality.audibility.book import Line
from quality.audibility.score import Pair

SOURCE = noise(6.0)
FRAME = round(0.02 * RATE)
DELAY = round(0.2 * RATE)


def late(sound):
    return np.concatenate([np.zeros(DELAY, np.float32), sound])


def made_up(sound, frames):
    """In each lost frame's place what was heard before it, as a jitter buffer has it."""
    heard = sound.copy()
    for at in frames:
        heard[at * FRAME : (at + 1) * FRAME] = heard[(at - 1) * FRAME : at * FRAME]
    return heard


def test_what_is_played_whole_is_all_there():
    assert truth(SOURCE, late(0.5 * SOURCE), 2 * DELAY).share(0.5, 5.5) == 1.0


def test_what_was_made_up_is_not_taken_for_played():
    lost = np.random.default_rng(1).choice(np.arange(30, 270), 100, replace=False)
    found = truth(SOURCE, late(made_up(SOURCE, sorted(lost))), DELAY)
    assert found.share(0.6, 5.4) == pytest.approx(1 - 100 / 240, abs=0.01)


def test_what_comes_later_after_a_hole_is_played():
    hole = np.zeros(RATE // 2, np.float32)
    heard = np.concatenate([SOURCE[: 3 * RATE], hole, SOURCE[3 * RATE :]])
    assert truth(SOURCE, late(heard), DELAY).share(0.5, 5.5) == pytest.approx(1.0, abs=0.003)


def test_what_is_left_out_to_catch_up_was_played_faster_and_more_of_it_was_lost():
    cut = round(0.012 * RATE)
    heard = np.concatenate([SOURCE[: 2 * RATE], SOURCE[2 * RATE + cut : 4 * RATE], SOURCE[4 * RATE + 8 * cut :]])
    found = truth(SOURCE, late(heard), DELAY)
    assert found.share(1.5, 2.5) == 1.0
    assert found.share(3.5, 4.5) == pytest.approx(1 - 8 * cut / RATE, abs=0.005)


def line(t, played):
    return Line(t, "party-1", 50, 50, {"judge": Pair(50, 50, 0, played=played, concealed=1 - played)})


def test_ten_lines_are_held_against_the_truth_of_the_same_seconds():
    lines = [line(float(t), 0.8) for t in range(1, 14)]
    found = list(windows(lines, "judge", lambda start, end: 0.8 if start < 2.5 else 0.7))
    assert [(window.start, window.end) for window in found] == [(1.0, 11.0), (2.0, 12.0), (3.0, 13.0)]
    told = figures(found)
    assert (told["windows"], told["most_apart"], told["mean_apart"]) == (3, 10.0, 3.33)


def test_over_a_line_that_is_missing_nothing_is_compared():
    lines = [line(float(t), 1.0) for t in range(1, 14) if t != 7]
    told = figures(list(windows(lines, "judge", lambda start, end: 1.0)))
    assert (told["windows"], told["missing"], told["mean_apart"], told["truth"]) == (0, 3, None, [])


def test_a_claim_that_parts_from_what_arrived_is_a_contradiction():
    assert contradictions([line(float(t), 0.1) for t in range(20)], "judge") == ["less"]
    assert contradictions([line(float(t), 1.0) for t in range(20)], "judge") == []
