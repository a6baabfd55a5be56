"""A second voice at one microphone is told by its sound (Rules ¶28-1)."""

from __future__ import annotations

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.models import RESEMBLYZER, SILERO, read
from quality.speech import FRAME, RATE, presence
from quality.voice import SAMPLES, voiceprints
from quality.voices import AT_ONCE, FEWEST, HOP, ODD, REMEMBERED, Voices, another
from tests.quality.test_noise import ALLISON

needs_models = pytest.mark.skipif(
    read(RESEMBLYZER) is None or read(SILERO) is None or not ALLISON.exists(), reason="scripts/models fetches them"
)
SPEECH = np.ones(SAMPLES + (AT_ONCE - 1) * HOP, np.float32)


def prints(person, count, seed=1):
    """Of one person: a direction of chance, and a little of another one in each."""
    own = np.random.default_rng(person).normal(size=256)
    rows = own / np.linalg.norm(own) + np.random.default_rng(seed).normal(size=(count, 256)) * 0.03
    return list((rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32))


@given(st.integers(FEWEST, REMEMBERED), st.integers(0, 99))
def test_one_person_is_no_company_however_much_is_said(count, person):
    assert not another(prints(person, count))


@given(st.integers(FEWEST, REMEMBERED - ODD), st.randoms(use_true_random=False))
def test_what_another_says_is_told_whenever_it_is_said(count, random):
    whole = prints(1, count) + prints(2, ODD)
    random.shuffle(whole)
    assert another(whole)


def test_one_odd_sound_is_a_cough_though_it_is_in_two_prints():
    assert not another(prints(1, 20) + prints(2, ODD - 1))


def heard(voices, sound, likely=1.0):
    whole = sound[: len(sound) // FRAME * FRAME]
    voices.hear(whole, np.full(len(whole) // FRAME, likely, np.float32))


def test_pauses_are_left_out_and_nothing_is_heard_twice():
    pieces = []
    voices = Voices(lambda come: [pieces.append(piece) or prints(1, 1)[0] for piece in come])
    numbers = np.arange(3 * len(SPEECH), dtype=np.float32)
    for at in range(0, len(numbers), 10 * FRAME):
        heard(voices, numbers[at : at + 10 * FRAME])
        heard(voices, np.full(10 * FRAME, -1, np.float32), likely=0.1)
    assert [piece[0] for piece in pieces] == [HOP * n for n in range(len(pieces))]
    assert {len(piece) for piece in pieces} == {SAMPLES}
    assert all((np.diff(piece) == 1).all() for piece in pieces)


def test_before_enough_was_said_nothing_is_told():
    voices = Voices(lambda come: prints(1, len(come)))
    told = []
    while voices.heard <= FEWEST:
        heard(voices, SPEECH)
        told.append((voices.heard, voices.second))
    assert [second for count, second in told if count < FEWEST] == [None]
    assert [second for count, second in told if count >= FEWEST] == [False] * (len(told) - 1)


def test_what_was_said_long_ago_is_forgotten():
    person = 1
    voices = Voices(lambda come: prints(person, len(come)))
    for person in [1] * 5 + [2] + [1] * (REMEMBERED // AT_ONCE + 1):
        heard(voices, SPEECH)
        if person == 2:
            assert voices.second
    assert voices.second is False


def test_without_the_model_nothing_is_told():
    voices = Voices(lambda _: [])
    for _ in range(9):
        heard(voices, SPEECH)
    assert (voices.second, voices.heard) == (None, 0)


def said(pitch=1.0):
    """Allison's; with another ``pitch`` as another person, as far as one recording gives one."""
    with av.open(str(ALLISON), format="g722") as container:
        resampler = av.AudioResampler("flt", "mono", RATE)
        parts = [out.to_ndarray()[0] for frame in container.decode(audio=0) for out in resampler.resample(frame)]
    whole = np.concatenate(parts)
    return np.interp(np.arange(0, len(whole), pitch), np.arange(len(whole)), whole).astype(np.float32)


def spoken(*sounds):
    voices = Voices()
    for sound in sounds:
        whole = sound[: len(sound) // FRAME * FRAME]
        voices.hear(whole, presence(whole))
    return voices.second


@needs_models
def test_real_speech_of_one_person_is_one_voice_and_of_two_is_two():
    assert spoken(said()) is False
    assert spoken(said(), said(0.75)[: 12 * RATE]) is True


@needs_models
def test_the_same_voice_has_the_same_print_however_loud_and_of_silence_there_is_one_too():
    piece = said()[RATE : RATE + SAMPLES]
    loud, quiet, silence = voiceprints([piece, piece / 30, np.zeros(SAMPLES, np.float32)])
    assert loud @ quiet == pytest.approx(1, abs=0.05)
    assert np.isfinite(silence).all()
