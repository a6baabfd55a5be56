"""The noise in some seconds of sound."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality import noise
from quality.models import SILERO
from quality.speech import RATE, Sound
from tests.models import needs

SECONDS = 3


def told(verdict: noise.Noise) -> tuple[str, str]:
    return verdict.verdict, verdict.cause


def sound(seconds: float = SECONDS, level: float = 0.01, rate: int = RATE) -> Sound:
    return (np.random.default_rng(1).standard_normal(round(seconds * rate)) * level).astype(np.float32)


def spoken(part: float = 0.6, db: float = -20.0) -> tuple[Sound, Sound]:
    """Speech so loud, in this part of the time, and what the detector says of it."""
    frames = np.arange(SECONDS * RATE // 512)
    likely = (frames % 10 < part * 10).astype(np.float32)
    voice = np.sin(np.arange(len(frames) * 512) * 0.3) * np.repeat(likely, 512) * 10 ** (db / 20) * 2**0.5
    return voice.astype(np.float32), likely


@pytest.fixture
def hears(monkeypatch: pytest.MonkeyPatch) -> None:
    """The detector's answer is what ``spoken`` says; what it makes of real speech is measured by the benchmark."""
    monkeypatch.setattr(noise, "presence", lambda heard: spoken()[1][: len(heard) // 512])


@pytest.mark.usefixtures("hears")
@pytest.mark.parametrize(
    ("beside", "verdict"), [(-60, "good"), (-40, "good"), (-33, "poor"), (-25, "bad"), (-15, "bad")]
)
def test_what_is_heard_in_the_pauses_is_held_against_the_speech(beside: float, verdict: str) -> None:
    voice, _ = spoken()
    heard = noise.judge(voice + sound(level=10 ** (beside / 20))[: len(voice)], RATE)
    assert heard.verdict == verdict
    assert heard.snr_db == pytest.approx(min(-20 - beside, 60), abs=2)
    assert heard.speech_share == pytest.approx(0.6, abs=0.02)


@pytest.mark.usefixtures("hears")
@pytest.mark.parametrize("rate", [8_000, 11_025, 44_100, 48_000, 96_000])
def test_any_rate_is_heard_alike(rate: int) -> None:
    voice, _ = spoken()
    whole = voice + sound(level=0.003)[: len(voice)]
    there = np.fft.irfft(np.fft.rfft(whole), len(whole) * rate // RATE) * (rate / RATE)
    heard = noise.judge(there.astype(np.float32), rate)
    assert heard.snr_db == pytest.approx(30.5, abs=3.5)
    assert heard.verdict == "good"


@pytest.mark.usefixtures("hears")
def test_a_voice_that_overruns_the_scale_is_clipped() -> None:
    voice, _ = spoken(db=6)
    assert told(noise.judge(voice, RATE)) == ("bad", "clipping")


@pytest.mark.parametrize("level", [0.0, 1e-5])
def test_a_silent_microphone_is_bad_unless_somebody_may_be_silent(level: float) -> None:
    assert told(noise.judge(sound(level=level), RATE)) == ("bad", "silent")
    assert told(noise.judge(sound(level=level), RATE, speech_expected=False)) == ("unmeasured", "silent")


@pytest.mark.parametrize(("level", "verdict", "cause"), [
    (0.001, "unmeasured", "no-speech"), (0.006, "poor", "noise"), (0.05, "bad", "noise"),
])  # fmt: skip
def test_where_nobody_speaks_a_loud_room_is_told_all_the_same(
    level: float, verdict: str, cause: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noise, "presence", lambda heard: np.zeros(len(heard) // 512, np.float32))
    assert told(noise.judge(sound(level=level), RATE)) == (verdict, cause)


@pytest.mark.parametrize(("heard", "rate", "cause"), [
    (np.zeros(0, np.float32), RATE, "no-sound"), (sound(), 0, "no-sound"), (sound(), -44_100, "no-sound"),
    (sound(), 10**9, "no-sound"), (sound(0.5), RATE, "too-short"),
])  # fmt: skip
def test_too_little_to_judge_is_not_measured(heard: Sound, rate: int, cause: str) -> None:
    assert told(noise.judge(heard, rate)) == ("unmeasured", cause)


def test_without_the_model_noise_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noise, "presence", lambda heard: None)
    assert told(noise.judge(sound(), RATE)) == ("unmeasured", "no-model")


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.floats(width=32) | st.just(float("nan")), max_size=50), st.integers(0, 3000), st.integers(-1, 400_000)
)
def test_no_sound_makes_it_raise(values: list[float], times: int, rate: int) -> None:
    heard = noise.judge(np.tile(np.array(values, np.float32), times), rate)
    assert heard.verdict in ("good", "poor", "bad", "unmeasured")
    assert (heard.cause == "none") == (heard.verdict == "good")


@given(st.floats(-60, 0), st.floats(1, 20))
def test_more_noise_never_makes_more_of_the_speech(quiet: float, louder: float) -> None:
    _, likely = spoken()
    said = np.where(likely > 0.5, 1.0, 0.0)
    less, more = (said + 10 ** (db / 10) for db in (quiet, quiet + louder))
    assert noise.above_pauses(more, likely) <= noise.above_pauses(less, likely)


ALLISON = Path("/usr/share/asterisk/sounds/en_US_f_Allison/demo-congrats.g722")


@pytest.mark.skipif(not ALLISON.exists(), reason="the recorded speech is not installed")
@needs(SILERO)
@pytest.mark.parametrize(("beside", "verdict"), [(-35, "good"), (0, "bad")])
def test_a_real_voice_is_told_from_what_is_beside_it(beside: float, verdict: str) -> None:
    with av.open(str(ALLISON), format="g722") as file:
        voice = np.concatenate([frame.to_ndarray()[0] for frame in file.decode(audio=0)])[: 9 * RATE] / 32768
    assert len(voice) == 9 * RATE
    hiss = sound(9, float(np.std(voice)) * 10 ** (beside / 20))
    heard = noise.judge((voice + hiss).astype(np.float32), RATE)
    assert (heard.verdict, heard.speech_share > 0.5) == (verdict, True)
