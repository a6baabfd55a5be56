"""What is heard beside the speaker. Babble, television and music are recordings; the others are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from bench.quality.voices import MUSIC, RATE, SHARE, Sound, Voice, decode, talk

Random = np.random.Generator
Noise = Callable[[float, Sequence[Voice], Random], Sound]


def shaped(seconds: float, random: Random, slope: float, low: float = 30.0, high: float = 7_500.0) -> Sound:
    """Noise that falls by ``slope`` dB an octave from ``low`` to ``high`` Hz."""
    n = round(seconds * RATE)
    spectrum = random.normal(size=n // 2 + 1) + 1j * random.normal(size=n // 2 + 1)
    frequency = np.fft.rfftfreq(n, 1 / RATE)
    gain = np.where((frequency >= low) & (frequency <= high), np.maximum(frequency, low) ** (-slope / 6.02), 0)
    return np.asarray(np.fft.irfft(spectrum * gain, n), np.float32)


def fan(seconds: float, others: Sequence[Voice], random: Random) -> Sound:
    """Air, blades and a motor."""
    air = shaped(seconds, random, random.uniform(2, 5), 60)
    time = np.arange(len(air)) / RATE
    blades = random.uniform(70, 220)
    tones = sum(np.sin(2 * np.pi * blades * k * time + random.uniform(0, 6.28)) / k for k in (1, 2, 3))
    return np.asarray(unit(air) + random.uniform(0.1, 0.5) * unit(np.asarray(tones, np.float32)), np.float32)


def hum(seconds: float, others: Sequence[Voice], random: Random) -> Sound:
    """Mains at 50 Hz and its multiples."""
    time = np.arange(round(seconds * RATE)) / RATE
    tones = sum(
        random.uniform(0.1, 1) * np.sin(2 * np.pi * 50 * k * time + random.uniform(0, 6.28)) for k in range(1, 21)
    )
    return np.asarray(unit(np.asarray(tones, np.float32)) + 0.05 * unit(shaped(seconds, random, 3)), np.float32)


def traffic(seconds: float, others: Sequence[Voice], random: Random) -> Sound:
    """Low rolling noise that swells as cars pass."""
    rolling = shaped(seconds, random, random.uniform(5, 7), 40, 4_000)
    time = np.arange(len(rolling)) / RATE
    swell = 1 + random.uniform(0.3, 1) * np.sin(2 * np.pi * time / random.uniform(4, 8) + random.uniform(0, 6.28))
    return np.asarray(rolling * swell, np.float32)


def room(seconds: float, others: Sequence[Voice], random: Random) -> Sound:
    """A quiet room with its microphone."""
    return shaped(seconds, random, random.uniform(2, 4))


def babble(seconds: float, others: Sequence[Voice], random: Random) -> Sound:
    """Four others who speak at once."""
    chosen = random.permutation(len(others))[:4]
    return np.asarray(sum(talk(others[number], seconds, random) for number in chosen), np.float32)


def television(seconds: float, others: Sequence[Voice], random: Random) -> Sound:
    """One other voice over music."""
    voice = talk(others[int(random.integers(len(others)))], seconds, random)
    return np.asarray(unit(voice) + 0.5 * unit(music(seconds, others, random)), np.float32)


def music(seconds: float, others: Sequence[Voice], random: Random) -> Sound:
    files = sorted(SHARE.glob(MUSIC))[others[0].part == "held-out" :: 2]
    whole = _piece(str(files[random.integers(len(files))]))
    start = random.integers(0, len(whole) - round(seconds * RATE))
    return whole[start : start + round(seconds * RATE)]


def unit(sound: Sound) -> Sound:
    """At the level 1, root mean square."""
    return np.asarray(sound / (np.sqrt(np.mean(sound**2)) or 1), np.float32)


_pieces: dict[str, Sound] = {}


def _piece(path: str) -> Sound:
    from pathlib import Path

    if path not in _pieces:
        _pieces[path] = decode(Path(path))
    return _pieces[path]


NOISES: dict[str, Noise] = {
    "fan": fan, "hum": hum, "traffic": traffic, "room": room, "babble": babble, "television": television,
    "music": music,
}  # fmt: skip
