"""Seconds of sound as a microphone gives them: speech, noise at a stated ratio, a room's echo, any loudness."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bench.quality.noises import NOISES, unit
from bench.quality.voices import RATE, Part, Sound, Voice, of, talk

NOISY_DB = (-5.0, 5.0)
QUIET_DB = (20.0, 35.0)


@dataclass(frozen=True)
class Heard:
    """``sound`` at 16 kHz; ``snr_db`` is what speaks against what is beside it."""

    sound: Sound
    voice: str
    noise: str
    snr_db: float

    @property
    def noisy(self) -> bool:
        return self.snr_db <= NOISY_DB[1]


def cases(part: Part, seconds: float, each: int, seed: int) -> Iterator[Heard]:
    """For each voice and noise ``each`` noisy and as many quiet ones; the longest hold the shorter ones of a seed."""
    for voice in of(part):
        for name in NOISES:
            for number in range(2 * each):
                random = np.random.default_rng([seed, number, *map(ord, voice.name + name)])
                low, high = NOISY_DB if number % 2 else QUIET_DB
                yield mixed(voice, name, seconds, random.uniform(low, high), random)


def mixed(voice: Voice, name: str, seconds: float, snr_db: float, random: np.random.Generator) -> Heard:
    said = talk(voice, seconds, random)
    if random.random() < 0.5:
        said = in_a_room(said, random)
    others = [other for other in of(voice.part) if other != voice]
    beside = unit(NOISES[name](seconds, others, random)) * 10 ** (-snr_db / 20)
    beside = beside + unit(NOISES["room"](seconds, others, random)) * 10 ** (-max(snr_db, 30) / 20)
    whole = (said + beside) * 10 ** (random.uniform(-36, -18) / 20)
    return Heard(np.clip(whole, -1, 1).astype(np.float32), voice.name, name, snr_db)


def in_a_room(sound: Sound, random: np.random.Generator) -> Sound:
    """With an echo of 0.15 to 0.45 s (RT60), 6 dB below what comes straight."""
    rt60 = random.uniform(0.15, 0.45)
    time = np.arange(round(rt60 * RATE)) / RATE
    tail = random.normal(size=len(time)) * 10 ** (-3 * time / rt60)
    tail *= 0.5 / np.sqrt(np.sum(tail**2))
    tail[0] += 1
    size = 1 << (len(sound) + len(tail)).bit_length()
    echoed = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(tail, size), size)
    return np.asarray(echoed[: len(sound)], np.float32)
