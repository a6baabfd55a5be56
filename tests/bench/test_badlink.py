"""What the bad link's figures and scores mean, by bare numbers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from bench.badlink import scores
from bench.badlink.cases import CASES
from bench.badlink.figures import Look, freezes, looks, recovery, seen
from bench.badlink.scores import gaps, matched, offset, word_errors
from bench.badlink.speech import PIECE, RATE, Speech, cut

NOISE = np.random.default_rng(1).normal(0, 0.1, 20 * RATE).astype(np.float32)


def poll(at, frames, samples=0, concealed=0):
    audio = {"party-1": {"samples": samples, "concealed": concealed, "silent": 0}}
    return {"at": at * 1000, "video": {"frames": frames, "height": 270}, "audio": audio}


def look(at, frames, real=0):
    return Look(at, frames, 270, round(at * 48_000), real)


def test_a_piece_is_found_where_it_was_heard():
    heard = np.concatenate([NOISE[5 * RATE :], NOISE])
    speech = Speech(NOISE, ((0, 20 * RATE),), ((),), ((2 * RATE, 4 * RATE),))
    first = offset(NOISE, heard[: 24 * RATE])
    assert first == 5 * RATE
    moved = np.concatenate([np.zeros(800, np.float32), heard])
    reference, got = matched(speech, moved, speech.pieces[0], first)
    assert np.array_equal(reference, got)


def test_what_resembles_nothing_is_silence_of_the_same_length():
    speech = Speech(NOISE, (), (), ((0, RATE),))
    reference, got = matched(speech, np.zeros(2 * RATE, np.float32), (0, RATE), 0)
    assert (len(got), got.any()) == (len(reference), False)


def test_gaps_are_where_something_was_said_and_nothing_was_heard():
    heard = NOISE * 0.5
    heard[RATE : RATE + RATE // 5] = 0
    assert gaps(NOISE, heard) == [pytest.approx(200, abs=40)]
    assert gaps(NOISE, NOISE) == []


def test_a_pause_of_the_speaker_is_no_gap():
    said = NOISE.copy()
    said[RATE : 2 * RATE] = 0
    assert gaps(said, said) == []


def test_speech_is_cut_in_its_pauses():
    said = NOISE.copy()
    said[8 * RATE : 9 * RATE] = 0
    pieces = cut(said, 0, len(said))
    assert all(end - start <= PIECE * RATE for start, end in pieces)
    assert pieces[0][1] == pytest.approx(8.5 * RATE, abs=0.05 * RATE)
    assert all(one[1] == other[0] for one, other in pairwise(pieces))


def test_a_piece_that_was_not_heard_at_all_has_the_lowest_pesq():
    pytest.importorskip("pesq")
    score = scores._pesq()
    assert score is not None
    assert score(NOISE[:RATE], np.zeros(RATE, np.float32)) == 1.0


def test_word_errors_are_the_fewest_edits():
    assert word_errors(["a", "b", "c", "d"], ["a", "x", "c"]) == 2
    assert word_errors([], ["a"]) == 1


def test_counters_go_on_over_a_new_connection():
    found = looks([poll(0, 10, 480), poll(1, 20, 960), poll(2, 3, 100, 100), poll(3, 5, 200, 100)], "party-1")
    assert [one.frames for one in found] == [10, 20, 23, 25]
    assert [one.real for one in found] == [480, 960, 960, 1060]


def test_a_picture_that_stands_is_frozen_to_the_end_too():
    assert freezes([look(0, 1), look(0.25, 2), look(2, 2), look(2.25, 3), look(4, 3)]) == [1.75, 1.75]


def test_recovery_ends_when_both_picture_and_sound_are_back():
    found = [look(9, 1), look(10, 1), look(11, 2), look(12, 3, 48_000)]
    assert recovery(found, 9.5) == 2.5
    assert recovery(found[:3], 9.5) is None


def test_nothing_seen_is_told_as_such():
    assert seen([], "party-1")["fps"] == 0.0


def test_the_cases_are_those_of_the_goal():
    assert {"clean1m", "loss5", "loss20", "burst30", "rate300", "rate100", "dip", "cut10"} <= set(CASES)
