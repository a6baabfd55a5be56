"""Is a place quiet enough to understand who speaks? (Rules ¶28, ¶35)

What is judged is some seconds of decoded sound, three at least for a sure verdict. Nothing of it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from quality.speech import FRAME, RATE, Sound, presence

Verdict = Literal["good", "poor", "bad", "unmeasured"]
Cause = Literal["none", "noise", "clipping", "silent", "no-speech", "too-short", "no-model", "no-sound"]

SNR_DB: Final = (14.5, 11.0)
"""Good from the first on, bad below the second: speech above what is heard in its gaps."""
ALONE_DB: Final = (-50.0, -40.0)
"""Where nobody speaks: good below the first (dBFS), bad from the second on."""
CLIPPED: Final = (0.001, 0.01)
"""Good below the first, bad from the second on: share of samples at the end of the scale."""
SILENT_DB: Final = -75.0
"""Below it (dBFS, the loudest 32 ms) a microphone gives nothing: the quietest room with an open one is louder."""

SHORTEST: Final = 1.0
"""Seconds; less is not judged."""
LONGEST: Final = 60.0
"""Seconds; what comes before the last of them is passed over."""
RATES: Final = (4_000, 384_000)

SPEAKS: Final = 0.5
"""Above this probability somebody speaks."""
PAUSE: Final = 0.3
"""The quantile of the pauses' power that counts as theirs: the end of a word or an echo is often taken for a pause."""
FEWEST: Final = 9
"""Frames of pauses that tell what is heard in them; with fewer, the quietest tenth of all does …"""
QUIETEST: Final = 0.1
RUNNING: Final = (5.0, 3.0)
"""… in less than so many seconds by so much less (power): somebody may well speak through them without a pause."""
SPOKEN: Final = 0.1
"""With less than this share of speech nobody speaks."""


@dataclass(frozen=True)
class Noise:
    """``snr_db`` is the speech's level above what is heard in its gaps, None where nobody speaks; ``speech_share`` the
    part of the time in which somebody does. Causes: ``silent`` nothing comes from the microphone, ``no-speech`` nobody
    speaks and nothing disturbs, ``noise`` also where it is loud and nobody speaks."""

    verdict: Verdict
    cause: Cause
    snr_db: float | None = None
    speech_share: float = 0.0


def judge(sound: Sound, rate: int, speech_expected: bool = True, likely: Sound | None = None) -> Noise:
    """``sound`` is mono, −1…1, ``rate`` samples a second. It never raises. ``speech_expected`` is false where somebody
    may rightly be silent or muted: then silence is not held against the microphone. ``likely``: where somebody
    speaks, if it is known already (`quality.speech`; ``sound`` at its rate, as many frames)."""
    whole = cleaned(sound)
    if whole.size == 0 or not RATES[0] <= rate <= RATES[1]:
        return Noise("unmeasured", "no-sound")
    if len(whole) < SHORTEST * rate:
        return Noise("unmeasured", "too-short")
    whole = whole[-round(LONGEST * rate) :]
    clipped = float(np.mean(np.abs(whole) >= 0.99))
    whole = resampled(whole, rate)
    power = frame_power(whole)
    if decibels(float(power.max())) < SILENT_DB:
        return Noise("bad" if speech_expected else "unmeasured", "silent")
    likely = presence(whole) if likely is None else likely
    if likely is None:
        return Noise("unmeasured", "no-model")
    share = float(np.mean(likely > SPEAKS))
    if clipped >= CLIPPED[0]:
        return Noise("bad" if clipped >= CLIPPED[1] else "poor", "clipping", speech_share=share)
    if share < SPOKEN:
        return _alone(decibels(float(np.median(power))), share)
    snr = above_pauses(power, likely)
    verdict: Verdict = "good" if snr >= SNR_DB[0] else "poor" if snr >= SNR_DB[1] else "bad"
    return Noise(verdict, "none" if verdict == "good" else "noise", snr, share)


def _alone(level: float, share: float) -> Noise:
    """What is heard where nobody speaks: it would be there too if somebody did."""
    if level < ALONE_DB[0]:
        return Noise("unmeasured", "no-speech", speech_share=share)
    return Noise("poor" if level < ALONE_DB[1] else "bad", "noise", speech_share=share)


def above_pauses(power: Sound, likely: Sound) -> float:
    """Speech against what is heard in its pauses, in decibels, −30…60."""
    pauses = power[likely <= SPEAKS]
    if len(pauses) >= FEWEST:
        beside = float(np.quantile(pauses, PAUSE))
    else:
        short = len(power) * FRAME < RUNNING[0] * RATE
        beside = float(np.quantile(power, QUIETEST)) / (RUNNING[1] if short else 1)
    speech = float(np.mean(power[likely > SPEAKS])) - beside
    return float(np.clip(decibels(max(speech, 0.0)) - decibels(beside), -30, 60))


def cleaned(sound: Sound) -> Sound:
    """One row of numbers within −1…1, whatever came."""
    row = np.asarray(sound, np.float32).reshape(-1)
    return np.clip(np.nan_to_num(row, nan=0.0, posinf=1.0, neginf=-1.0), -1, 1)


def resampled(sound: Sound, rate: int) -> Sound:
    """At 16 kHz, without what is above 8 kHz: the spectrum is cut or filled up."""
    if rate == RATE:
        return sound
    count = round(len(sound) * RATE / rate)
    return np.asarray(np.fft.irfft(np.fft.rfft(sound), count) * (count / len(sound)), np.float32)


def frame_power(sound: Sound) -> Sound:
    """Mean square of each 32 ms."""
    frames = sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME)
    return np.asarray(np.mean(frames**2, axis=1), np.float32)


def decibels(power: float) -> float:
    """Of a mean square, against full scale; −120 is nothing."""
    return float(10 * np.log10(max(power, 1e-12)))
