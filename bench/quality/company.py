"""One person or two at a microphone: who speaks alone for a minute, and whom somebody farther away helps out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bench.quality.hearing import in_a_room
from bench.quality.noises import NOISES, unit
from bench.quality.voices import RATE, Part, Sound, Voice, of, talk
from quality.speech import FRAME, presence
from quality.voices import Voices

ALONE_S = 60.0
BEFORE_S, HELPED_S = 20.0, 10.0
"""The witness speaks for the first, then the other one in three pieces that are so long in all, the witness between."""
PIECES = 3
FARTHER_DB = (3.0, 12.0)
NOISE_DB = (20.0, 35.0)
LEVEL_DB = (-36.0, -18.0)


@dataclass(frozen=True)
class Told:
    """``other``: who speaks beside the witness, empty where nobody does."""

    witness: str
    other: str
    second: bool

    @property
    def right(self) -> bool:
        return self.second == bool(self.other)


def told(part: Part, each: int, seed: int) -> Iterator[Told]:
    """``each`` times every voice alone, and once with each of the others."""
    for voice in of(part):
        for number in range(each):
            random = np.random.default_rng([seed, number, *map(ord, voice.name)])
            yield Told(voice.name, "", heard(placed(talk(voice, ALONE_S, random), random)))
        for other in of(part):
            if other != voice:
                random = np.random.default_rng([seed, *map(ord, voice.name + other.name)])
                yield Told(voice.name, other.name, heard(placed(helped(voice, other, random), random)))


def helped(voice: Voice, other: Voice, random: np.random.Generator) -> Sound:
    mine = np.split(talk(voice, BEFORE_S + HELPED_S, random), [round(BEFORE_S * RATE)])
    between = np.array_split(mine[1], PIECES)
    theirs = in_a_room(talk(other, HELPED_S, random), random) * 10 ** (-random.uniform(*FARTHER_DB) / 20)
    pieces = [mine[0]]
    for said, answered in zip(np.array_split(theirs, PIECES), between, strict=True):
        pieces += [said, answered]
    return np.concatenate(pieces)


def placed(said: Sound, random: np.random.Generator) -> Sound:
    """In a room with its noise, at any loudness."""
    said = in_a_room(said, random) if random.random() < 0.5 else said
    beside = unit(NOISES["room"](len(said) / RATE, [], random))[: len(said)]
    whole = said + beside * 10 ** (-random.uniform(*NOISE_DB) / 20)
    return np.clip(whole * 10 ** (random.uniform(*LEVEL_DB) / 20), -1, 1).astype(np.float32)


def heard(sound: Sound) -> bool:
    """Whether a second voice was told at any time."""
    likely = presence(sound)
    if likely is None:
        raise SystemExit("the models are not there: make build/models/.stamp")
    voices, found = Voices(), False
    for at in range(0, len(likely), 24):  # a look each 0.75 s
        part = likely[at : at + 24]
        voices.hear(sound[at * FRAME : (at + len(part)) * FRAME], part)
        found = found or voices.second is True
    return found
