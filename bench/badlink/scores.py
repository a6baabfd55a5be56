"""Scores of what was heard against what was said: PESQ, ViSQOL, PLCMOS, word error rate and gaps.

The packages are of the optional group ``badlink``; a score whose package is missing is None.
"""

from __future__ import annotations

import importlib
import subprocess
from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import mean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.badlink.speech import BLOCK, RATE, Sound, Speech, loud

SEARCH = 1.0
"""Seconds by which a piece may have been moved against the rest: buffers stretch and shrink speech."""
LEAST_GAP_MS = 60
SILENCE = 1e-4
FAINT = 0.05
"""Of what was said, as amplitude: what is fainter is a gap."""


def offset(reference: Sound, heard: Sound) -> int:
    """Where in the endless repetition of ``reference`` the first sample of ``heard`` is."""
    size = len(reference)
    folded = np.zeros(size)
    for start in range(0, len(heard), size):
        part = heard[start : start + size]
        folded[: len(part)] += part
    spectrum = np.fft.rfft(reference) * np.conj(np.fft.rfft(folded))
    return int(np.argmax(np.fft.irfft(spectrum, size)))


def place(reference: Sound, heard: Sound, expected: int) -> int:
    """Where in ``heard`` the piece begins: near ``expected``, there in any case where nothing resembles it."""
    reach = round(SEARCH * RATE)
    padded = np.pad(heard, (reach, reach + len(reference)))[expected : expected + len(reference) + 2 * reach]
    length = 1 << (len(padded) + len(reference)).bit_length()
    spectrum = np.fft.rfft(padded, length) * np.conj(np.fft.rfft(reference, length))
    likeness = np.fft.irfft(spectrum, length)[: 2 * reach + 1]
    norm = np.linalg.norm(reference) * np.linalg.norm(padded)
    best = int(np.argmax(likeness))
    return expected + best - reach if norm and likeness[best] / norm > 0.1 else expected


def matched(speech: Speech, heard: Sound, place_of: tuple[int, int], first: int) -> tuple[Sound, Sound]:
    """A part of the lap and what was heard of it; ``first`` is the heard sound's place in the lap."""
    start, end = place_of
    expected = (start - first) % len(speech.sound)
    reference = speech.sound[start:end]
    at = place(reference, heard, expected)
    part = heard[max(0, at) : at + len(reference)]
    return reference, np.pad(part, (0, len(reference) - len(part))).astype(np.float32)


def gaps(reference: Sound, heard: Sound) -> list[int]:
    """Milliseconds of each stretch in which something was said and nothing was heard."""
    size = round(BLOCK * RATE)
    blocks = min(len(reference), len(heard)) // size

    def level(sound: Sound) -> NDArray[Any]:
        return np.asarray(np.sqrt(np.mean(sound[: blocks * size].reshape(blocks, size) ** 2, axis=1)))

    said, got, spoken = level(reference), level(heard), loud(reference)[:blocks]
    gain = np.median(got[spoken] / said[spoken]) if spoken.any() else 1.0
    # Neighbours count: the buffer moves speech by a block or two within a piece.
    near = np.max([np.roll(got, step) for step in (-2, -1, 0, 1, 2)], axis=0)
    around = np.min([np.roll(spoken, step) for step in (-2, -1, 0, 1, 2)], axis=0)
    silent = around & (near < FAINT * max(gain, 0.1) * said) & (near < 0.003)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], silent, [False]]).astype(int)))
    lengths = [round((end - start + 4) * BLOCK * 1000) for start, end in pairwise(edges)][::2]
    return [length for length in lengths if length >= LEAST_GAP_MS]


def word_errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """Substitutions, deletions and insertions (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(said, 1):
        last, row[0] = row[0], number
        for column, other in enumerate(heard, 1):
            last, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, last + (word != other))
    return row[-1]


def scores(speech: Speech, heard: Sound) -> dict[str, Any]:
    """Means over the pieces; words and gaps over all."""
    first = offset(speech.sound, heard)
    pieces = [matched(speech, heard, piece, first) for piece in speech.pieces]
    recordings = [
        np.concatenate(
            [got for (start, _), (_, got) in zip(speech.pieces, pieces, strict=True) if begin <= start < end]
        )
        for begin, end in speech.recordings
    ]
    lost = [length for reference, got in pieces for length in gaps(reference, got)]
    return {
        "pesq": _mean(_pesq(), pieces),
        "visqol": _mean(_visqol(), pieces),
        "plcmos": _mean(_plcmos(), pieces),
        "wer": wer(speech, recordings),
        "gaps": len(lost),
        "gaps_ms": sum(lost),
    }


def wer(speech: Speech, recordings: Sequence[Sound]) -> float | None:
    recognise = _recogniser()
    if recognise is None:
        return None
    errors = sum(word_errors(said, recognise(got)) for said, got in zip(speech.words, recordings, strict=True))
    return round(100 * errors / sum(map(len, speech.words)), 1)


def source_wer(speech: Speech) -> float | None:
    """What the recogniser makes of the source itself: the figure of a perfect link."""
    return wer(speech, [speech.sound[start:end] for start, end in speech.recordings])


Score = Callable[[Sound, Sound], float]


def _mean(score: Score | None, pieces: Sequence[tuple[Sound, Sound]]) -> float | None:
    return None if score is None else round(mean(score(reference, got) for reference, got in pieces), 3)


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _pesq() -> Score | None:
    """ITU-T P.862.2, wideband; 1.0 where nothing was heard."""
    module = _module("pesq")

    def score(reference: Sound, got: Sound) -> float:
        if np.max(np.abs(got), initial=0.0) < SILENCE:
            return 1.0  # of silence alone the package's P.862 makes NaN
        try:
            return float(module.pesq(RATE, reference, got, "wb"))
        except module.NoUtterancesError:
            return 1.0

    return score if module else None


def _visqol() -> Score | None:
    module = _module("visqol")
    if module is None:
        return None
    judge = module.VisqolApi()
    judge.create(mode="speech")
    return lambda reference, got: float(
        judge.measure_from_arrays(reference.astype(float), got.astype(float), RATE).moslqo
    )


def _plcmos() -> Score | None:
    """It judges without the reference."""
    module = _module("speechmos.plcmos")
    return (lambda _, got: float(module.run(np.clip(got, -1, 1), RATE)["plcmos"])) if module else None


def _recogniser() -> Callable[[Sound], list[str]] | None:
    module = _module("pocketsphinx")
    if module is None:
        return None

    def recognise(sound: Sound) -> list[str]:
        decoder = module.Decoder(samprate=RATE, loglevel="FATAL")
        decoder.start_utt()
        decoder.process_raw((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes(), full_utt=True)
        decoder.end_utt()
        return str(decoder.hyp().hypstr).split() if decoder.hyp() else []

    return recognise


def resampled(raw: bytes, rate: int) -> Sound:
    """From 16-bit samples of one channel to the speech's rate."""
    command = ["ffmpeg", "-v", "error", "-f", "s16le", "-ar", str(rate), "-ac", "1", "-i", "-", "-ar", str(RATE), "-f",
               "f32le", "-"]  # fmt: skip
    done = subprocess.run(command, input=raw, capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.float32)
