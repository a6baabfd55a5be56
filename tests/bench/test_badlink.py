"""What the bad link's figures and scores mean, by bare numbers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from bench.badlink import scores
from bench.badlink.cases import CASES
from bench.badlink.figures import Look, freezes, looks, pictures, recovery, restored, seen, words_ms
from bench.badlink.meeting import OTHERS, ROUND_S, TURN_S, speaks
from bench.badlink.scores import clicks, gaps, matched, offset, word_errors
from bench.badlink.speech import PAUSE, PIECE, RATE, Speech, cut, squeezed

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


def test_a_pause_that_grew_is_a_gap_by_as_much():
    said = NOISE.copy()
    said[RATE : RATE + RATE // 4] = 0
    heard = said.copy()
    heard[RATE : RATE + RATE // 2] = 0
    assert gaps(said, heard) == [pytest.approx(250, abs=30)]


@pytest.mark.parametrize("moved", [0, 57, 1600, -1600])
def test_a_tenth_of_a_second_cut_out_is_found_wherever_the_buffer_moved_it(moved):
    heard = np.roll(NOISE, moved)
    heard[5 * RATE : 5 * RATE + RATE // 10] = 0
    assert gaps(NOISE, heard) == [pytest.approx(100, abs=20)]


def test_a_piece_that_was_not_heard_is_one_gap():
    assert gaps(NOISE[:RATE], NOISE[:RATE] * 0) == [1000]


def test_a_jump_out_of_silence_is_a_click_and_a_fade_is_not():
    tone = (0.3 * np.cos(np.arange(RATE) * 0.3)).astype(np.float32)
    silence = np.zeros(RATE, np.float32)
    faded = tone * np.minimum(1, np.arange(RATE)[::-1] / 800).astype(np.float32)
    assert clicks(np.concatenate([silence, tone, silence])) == 2
    assert clicks(np.concatenate([silence, faded[::-1], faded, silence])) == 0


def test_no_pause_is_longer_than_a_natural_one():
    said = NOISE.copy()
    said[8 * RATE : 10 * RATE] = 0
    assert len(squeezed(said)) == pytest.approx(len(said) - (2 - PAUSE) * RATE, abs=0.05 * RATE)


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


def test_a_picture_is_restored_when_it_has_its_former_size():
    found = [look(1, 1), Look(9, 1, 90, 0, 0), Look(11, 2, 90, 0, 0), look(12, 3)]
    assert restored(found, 10, began=5) == 2
    assert restored(found[:3], 10, began=5) is None


def test_sound_that_was_missing_or_did_not_play_is_a_gap_and_made_up_sound_is_none():
    heard = [Look(0, 0, 0, 0, 0), Look(1, 0, 0, 48_000, 24_000), Look(2, 0, 0, 96_000, 24_000, 9_600)]
    assert words_ms(heard, lambda at: True)[0] == 200
    assert words_ms([*heard, Look(3, 0, 0, 96_000, 24_000, 9_600)], lambda at: True)[0] == 1200


def test_of_somebody_s_stillness_nothing_is_missed():
    heard = [Look(0, 0, 0, 0, 0), Look(1, 0, 0, 48_000, 24_000), Look(2, 0, 0, 96_000, 24_000, 9_600)]
    assert words_ms(heard, lambda at: at < 1.5) == (0, 0)


def test_a_word_that_begins_late_is_late_and_has_gaps_only_after_that():
    late = [Look(0, 0, 0, 0, 0), Look(1, 0, 0, 48_000, 0, 48_000), Look(2, 0, 0, 96_000, 48_000, 48_000)]
    assert words_ms(late, lambda at: True) == (0, 1000)
    assert words_ms([*late, Look(3, 0, 0, 144_000, 72_000, 72_000)], lambda at: True) == (500, 1000)


def test_of_the_others_one_at_most_has_a_word_at_a_time_and_each_has_one():
    said = [[speaks(other, at / 10) for other in range(len(OTHERS))] for at in range(round(10 * ROUND_S))]
    assert max(map(sum, said)) == 1
    assert [sum(turn[other] for turn in said) for other in range(len(OTHERS))] == [10 * TURN_S] * len(OTHERS)


def test_what_was_told_of_the_pictures_is_summed_and_whether_in_words():
    polls = [
        {"at": 0, "pictures": {"party-1": "high"}, "words": {}},
        {"at": 2000, "pictures": {"party-1": "paused"}, "words": {"party-1": True}},
        {"at": 3000, "pictures": {"party-1": "paused"}, "words": {}},
        {"at": 4000, "pictures": {"party-1": "low"}, "words": {"party-1": True}},
        {"at": 5000, "pictures": {"party-1": "high"}, "words": {}},
    ]
    assert pictures(polls) == {"party-1": {"high": 2.0, "paused": 2.0, "low": 1.0, "in_words": 2.0}}


def test_nothing_seen_is_told_as_such():
    assert seen([], "party-1", ["party-2"], speaks)["fps"] == 0.0


def test_what_a_link_could_carry_is_less_while_it_is_disturbed():
    assert CASES["cut10"].mean_kbit(100) == 900
    assert CASES["dip"].mean_kbit(100) == 820
    assert CASES["loss5"].mean_kbit(100) == 1000


def test_the_cases_are_those_of_the_goal():
    assert {"clean1m", "loss5", "loss20", "burst30", "rate300", "rate100", "dip", "cut10", "tcp443"} <= set(CASES)
