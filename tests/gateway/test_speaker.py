from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from gateway.speaker import HOLDS, ActiveSpeaker

SPEAKS, SOFTLY, SILENT = 25, 38, 90


def run(active: ActiveSpeaker, start: float, seconds: float, **levels: int) -> float:
    """Packets of 20 ms from each seat; returns the time after them."""
    for index in range(round(seconds / 0.02)):
        for seat, level in levels.items():
            active.on_level(seat, level, start + index * 0.02)
    return start + seconds


def test_the_first_who_speaks_for_a_third_of_a_second_is_the_speaker():
    active = ActiveSpeaker()
    now = run(active, 0.0, 0.2, judge=SPEAKS, witness=SILENT)
    assert active.speaker is None
    run(active, now, 0.2, judge=SPEAKS, witness=SILENT)
    assert active.speaker == "judge"


def test_a_cough_does_not_take_the_picture():
    active = ActiveSpeaker()
    now = run(active, 0.0, 2.0, judge=SPEAKS, witness=SILENT)
    now = run(active, now, 0.26, judge=SPEAKS, witness=5)
    run(active, now, 1.0, judge=SPEAKS, witness=SILENT)
    assert active.speaker == "judge"


def test_one_who_answers_after_the_speaker_stops_takes_over():
    active = ActiveSpeaker()
    now = run(active, 0.0, 2.0, judge=SPEAKS, witness=SILENT)
    run(active, now, 0.8, judge=SILENT, witness=SOFTLY)
    assert active.speaker == "witness"


def test_a_softer_voice_does_not_interrupt_but_a_louder_one_does():
    active = ActiveSpeaker()
    now = run(active, 0.0, 2.0, judge=SPEAKS, witness=SILENT)
    now = run(active, now, 3.0, judge=SPEAKS, witness=SOFTLY)
    assert active.speaker == "judge"
    run(active, now, 0.5, judge=SPEAKS, witness=SPEAKS - 10)
    assert active.speaker == "witness"


def test_a_new_speaker_holds_for_a_second():
    active = ActiveSpeaker()
    now = run(active, 0.0, 0.4, judge=SOFTLY, witness=SILENT)
    now = run(active, now, 0.5, judge=SOFTLY, witness=5)
    assert active.speaker == "judge"
    run(active, now, 0.6, judge=SOFTLY, witness=5)
    assert active.speaker == "witness"


def test_silence_keeps_the_last_speaker():
    active = ActiveSpeaker()
    now = run(active, 0.0, 1.0, judge=SPEAKS)
    run(active, now, 60.0, judge=SILENT, witness=SILENT)
    assert active.speaker == "judge"


def test_speech_with_pauses_between_words_still_takes_over():
    active = ActiveSpeaker()
    now = run(active, 0.0, 2.0, judge=SPEAKS)
    for _ in range(5):
        now = run(active, now, 0.14, judge=SILENT, witness=SPEAKS)
        now = run(active, now, 0.06, judge=SILENT, witness=SILENT)
    assert active.speaker == "witness"


def test_a_speaker_whose_packets_stop_can_be_followed_at_once():
    active = ActiveSpeaker()
    now = run(active, 0.0, 2.0, judge=5, witness=SILENT)
    run(active, now, 0.7, witness=SOFTLY)
    assert active.speaker == "witness"


def test_one_who_leaves_is_no_longer_the_speaker():
    active = ActiveSpeaker()
    run(active, 0.0, 1.0, judge=SPEAKS)
    assert active.remove("judge")
    assert active.speaker is None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 127)), max_size=600))
def test_the_speaker_never_changes_twice_within_the_hold(packets):
    active, changes = ActiveSpeaker(), []
    for index, (seat, level) in enumerate(packets):
        if active.on_level(seat, level, index * 0.02):
            changes.append(index * 0.02)
    assert all(after - before >= HOLDS for before, after in itertools.pairwise(changes))
