"""Is a place quiet enough to understand who speaks? (Rules ¶28, ¶35)

What is judged is some seconds of decoded sound, three at least. Nothing of it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

import numpy as np

from quality.speech import FRAME, RATE, Sound, presence

Verdict = Literal["good", "poor", "bad", "unmeasured"]
Cause = Literal["none", "noise", "clipping", "silent", "no-speech", "too-short", "no-model", "no-sound"]

SHORTEST: Final = 1.0
"""Seconds; less is not judged."""
SILENT_DB: Final = -75.0
"""Below it (dBFS, the loudest 32 ms) a microphone gives nothing: the quietest room with an open one is louder."""


@dataclass(frozen=True)
class Noise:
    """``snr_db`` is the speech's level above what is heard in its gaps, None where nobody speaks; ``speech_share`` the
    part of the time in which somebody does."""

    verdict: Verdict
    cause: Cause
    snr_db: float | None = None
    speech_share: float = 0.0


def judge(sound: Sound, rate: int, speech_expected: bool = True) -> Noise:
    """``sound`` is mono, −1…1, ``rate`` samples a second. It never raises. ``speech_expected`` is false where somebody
    may rightly be silent or muted: then silence is not held against the microphone."""
    whole = resampled(sound, rate)
    if whole is None:
        return Noise("unmeasured", "no-sound")
    if len(whole) < SHORTEST * RATE:
        return Noise("unmeasured", "too-short")
    levels = frame_levels(whole)
    if levels.max() < SILENT_DB:
        return Noise("bad" if speech_expected else "unmeasured", "silent")
    likely = presence(whole)
    if likely is None:
        return Noise("unmeasured", "no-model")
    share = float(np.mean(likely > 0.5))
    if share < 0.1:
        return Noise("unmeasured", "no-speech", speech_share=share)
    if np.mean(np.abs(whole) >= 0.99) > 0.005:
        return Noise("bad", "clipping", speech_share=share)
    snr = _snr(levels, likely)
    verdict: Verdict = "good" if snr >= 15 else "poor" if snr >= 12 else "bad"
    return Noise(verdict, "none" if verdict == "good" else "noise", snr, share)


def resampled(sound: Sound, rate: int) -> Sound | None:
    """At 16 kHz; None where there is nothing to hear."""
    whole = np.nan_to_num(np.asarray(sound, np.float32).reshape(-1), nan=0.0, posinf=1.0, neginf=-1.0)
    whole = np.clip(whole, -1, 1)
    if whole.size == 0 or not 4_000 <= rate <= 384_000:
        return None
    if rate == RATE:
        return whole
    return _polyphase(whole, Fraction(RATE, rate).limit_denominator(1000))


def _polyphase(sound: Sound, ratio: Fraction) -> Sound:
    """Low-passed and taken at the new times."""
    cutoff = min(1.0, float(ratio)) * 0.5
    taps = 32 / (2 * cutoff)
    n = np.arange(-int(taps), int(taps) + 1)
    kernel = 2 * cutoff * 0.94 * np.sinc(2 * cutoff * 0.94 * n) * np.hamming(len(n))
    filtered = np.convolve(sound, kernel, "same") if ratio < 1 else sound
    times = np.arange(int(len(sound) * ratio)) / float(ratio)
    return np.interp(times, np.arange(len(sound)), filtered).astype(np.float32)


def frame_levels(sound: Sound) -> Sound:
    """dBFS of each 32 ms."""
    frames = sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME)
    return np.asarray(10 * np.log10(np.mean(frames**2, axis=1) + 1e-12), np.float32)


def _snr(levels: Sound, likely: Sound) -> float:
    power = 10 ** (levels / 10)
    speech = float(np.mean(power[likely > 0.5]))
    quiet = power[likely < 0.3] if np.mean(likely < 0.3) > 0.05 else np.sort(power)[: max(1, len(power) // 10)]
    noise = float(np.median(quiet))
    return float(10 * np.log10(max(speech - noise, 1e-3 * noise, 1e-12) / max(noise, 1e-12)))
