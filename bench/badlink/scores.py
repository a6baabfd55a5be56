"""Scores of what was heard against what was said: PESQ, ViSQOL, PLCMOS, word error rate and gaps.

The packages are of the optional group ``badlink``; a score whose package is missing is None.
"""

from __future__ import annotations

import importlib
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from statistics import mean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.badlink.speech import RATE, Sound, Speech

SEARCH = 2.0
"""Seconds by which a piece may have been moved against the rest: buffers stretch and shrink speech, and the queue of
the narrowest link is 1.2 s."""
LEAST_GAP_MS = 60
LEAST_EXCESS_MS = 40
SILENCE = 1e-4
FINE = 0.01
"""Seconds in which levels are taken for gaps."""
SPEAKING = 0.9
"""The share of blocks that are no louder than loud speech."""
STILL = 0.0003
FAINT = 0.005
"""Of loud speech, as amplitude: what is fainter is silence where it is heard…"""
QUIET_SAID = 0.05
"""…and may be a pause where it is said: echo and noise suppression make it silent."""
NEAR = 3
"""Blocks by which a pause may be moved: the buffer stretches and shrinks speech."""
EARLY = 0.5
"""Seconds at the beginning of what was heard in which no piece begins."""
JUMP = 0.05


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
    lap, early = len(speech.sound), round(EARLY * RATE)
    expected = (start - first - early) % lap + early
    reference = speech.sound[start:end]
    at = place(reference, heard, expected)
    part = heard[max(0, at) : max(0, at + len(reference))]
    before = min(len(reference), max(0, -at))
    return reference, np.pad(part, (before, max(0, len(reference) - len(part) - before))).astype(np.float32)


def gaps(reference: Sound, heard: Sound) -> list[int]:
    """Milliseconds of each silence that was heard, by which it is longer than what the speaker paused there."""
    size = round(FINE * RATE)
    said = _levels(reference)
    quiet = said < QUIET_SAID * np.quantile(said, SPEAKING, method="higher")
    found = []
    for start, end in runs(_silent(heard)):
        if (end - start) * FINE * 1000 < LEAST_GAP_MS:
            continue
        drift = _drift(reference, heard, start * size, end * size)
        begin, stop = max(0, start + drift), min(len(quiet), end + drift)  # beyond is another piece
        pauses = runs(quiet[max(0, begin - NEAR) : max(0, stop + NEAR)])
        found.append(round((stop - begin - max((b - a for a, b in pauses), default=0)) * FINE * 1000))
    return [length for length in found if length >= LEAST_EXCESS_MS]


def clicks(heard: Sound) -> int:
    """Jumps from silence to sound or from sound to silence, which a decoder that fades does not make."""
    found, last = 0, -RATE
    for at in np.flatnonzero(np.abs(np.diff(heard)) > JUMP).tolist():
        before, after = heard[max(0, at - 95) : max(0, at - 15)], heard[at + 17 : at + 97]
        silent = any(len(side) and np.max(np.abs(side)) < STILL for side in (before, after))
        if silent and at - last > FINE * RATE:
            found += 1
            last = at
    return found


def runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where the flags hold: from, to."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _levels(sound: Sound) -> NDArray[Any]:
    size = round(FINE * RATE)
    return np.asarray(np.sqrt(np.mean(sound[: len(sound) // size * size].reshape(-1, size) ** 2, axis=1)))


def _silent(heard: Sound) -> NDArray[np.bool_]:
    got = _levels(heard)
    return np.asarray(got < max(STILL, FAINT * float(np.quantile(got, SPEAKING))))


def _drift(reference: Sound, heard: Sound, start: int, end: int) -> int:
    """By how many blocks a stretch and its surroundings lie later in what was said."""
    begin = max(0, start - RATE)
    around = heard[begin : end + RATE]
    return round((place(around, reference, begin) - begin) / (FINE * RATE))


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
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        words = [pool.submit(recognised, got) for got in recordings]
        judged = list(pool.map(judged_piece, *zip(*pieces, strict=True)))
        rate = _word_error_rate(speech.words, [word.result() for word in words])
    return {
        **{name: _mean([one[name] for one in judged]) for name in JUDGES},
        "wer": rate,
        "gaps": len(lost),
        "gaps_ms": sum(lost),
        "clicks": clicks(heard),
    }


def judged_piece(reference: Sound, got: Sound) -> dict[str, float | None]:
    return {name: score(reference, got) if (score := load()) else None for name, load in JUDGES.items()}


def recognised(got: Sound) -> list[str] | None:
    recognise = _recogniser()
    return recognise(got) if recognise else None


def _word_error_rate(said: Sequence[Sequence[str]], heard: Sequence[Sequence[str] | None]) -> float | None:
    errors = 0
    for text, got in zip(said, heard, strict=True):
        if got is None:
            return None
        errors += word_errors(text, got)
    return round(100 * errors / sum(map(len, said)), 1)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(mean(known), 3) if known else None


def source_wer(speech: Speech) -> float | None:
    """What the recogniser makes of the source itself: the figure of a perfect link."""
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        heard = list(pool.map(recognised, [speech.sound[start:end] for start, end in speech.recordings]))
    return _word_error_rate(speech.words, heard)


Score = Callable[[Sound, Sound], float]


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


@cache
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


@cache
def _visqol() -> Score | None:
    module = _module("visqol")
    if module is None:
        return None
    judge = module.VisqolApi()
    judge.create(mode="speech")
    return lambda reference, got: float(
        judge.measure_from_arrays(reference.astype(float), got.astype(float), RATE).moslqo
    )


@cache
def _plcmos() -> Score | None:
    """It judges without the reference."""
    module = _module("speechmos.plcmos")
    return (lambda _, got: float(module.run(np.clip(got, -1, 1), RATE)["plcmos"])) if module else None


JUDGES: dict[str, Callable[[], Score | None]] = {"pesq": _pesq, "visqol": _visqol, "plcmos": _plcmos}


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
