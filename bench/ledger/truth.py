"""What of a known noise was truly played: the listener's output, sample by sample, against the source. Pure.

Speech is no good source: what a jitter buffer makes up for a lost frame resembles the speech around it. Noise resembles
no other part of itself, so that nothing but having received a frame can make the sound of that frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bench.badlink.scores import runs
from bench.badlink.speech import RATE, Sound

LAP_S = 30.0
"""Of the noise, which the microphone repeats: longer than any delay, so that no lap is mistaken for another."""
BAND_HZ = 300.0, 3500.0
"""What Opus keeps of a voice at any rate."""
RMS = 0.08
BLOCK_S, HOP_S = 0.1, 0.05
"""A block says where in the output its part of the source is."""
EARLY_S, LATE_S = 0.5, 2.5
"""By so much the output may run before or behind its mean delay."""
LIKE = 0.3
"""A block that is like no part of the output (0..1) was not played whole."""
PEAKS = 2
"""Places at which one block may be: a buffer that plays faster or slower cuts it."""
FINE_S = 0.01
"""Played is told of each sample by so much sound around it."""
WHOLE = 0.8
"""So alike are source and output where nothing is missing."""
HALF = 0.5
"""Of the sample's share in the output: at the edge of a lost frame half of what surrounds it is there."""
REPEATED = 0.25
"""By so much more must a later place resemble the source."""
FASTER_S = 0.04
"""What is left out at once where sound is played faster (libwebrtc's NetEq takes out 15 ms or so): more is a loss."""


def noise(seconds: float = LAP_S, seed: int = 35) -> Sound:
    size = round(seconds * RATE)
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=size))
    frequency = np.fft.rfftfreq(size, 1 / RATE)
    spectrum[(frequency < BAND_HZ[0]) | (frequency > BAND_HZ[1])] = 0
    sound = np.fft.irfft(spectrum, size)
    return np.asarray(sound * RMS / np.sqrt(np.mean(sound**2)), np.float32)


@dataclass(frozen=True)
class Truth:
    """Of each sample of the source: was it ``played``? ``faster`` are those among them that were left out to make up
    for a delay; ``lag`` is where in the output it is, or would have been, in samples behind its own place."""

    played: NDArray[np.bool_]
    faster: NDArray[np.bool_]
    lag: NDArray[np.int_]

    def share(self, start: float, end: float) -> float:
        """0..1 of the source between two moments, in seconds of it."""
        return float(np.mean(self.played[round(start * RATE) : round(end * RATE)]))


def truth(source: Sound, heard: Sound, lag: int) -> Truth:
    """``source`` as long as what is judged; ``lag`` is its place in ``heard``, roughly (`EARLY_S`, `LATE_S`)."""
    places = list(_places(source, heard, lag))
    gain = _gain(source, heard, places)
    size, hop = round(BLOCK_S * RATE), round(HOP_S * RATE)
    best, at = np.zeros(len(source)), np.full(len(source), lag)
    around = round(1 / HOP_S)
    for number, start in enumerate(range(0, len(source) - size, hop)):
        near = {found for one in places[max(0, number - around) : number + around] for found in one}
        for found in sorted(near):  # what is there twice was played first, and repeated
            like = _likeness(source, heard, start, start + hop, found, gain)
            better = like > best[start : start + hop] + REPEATED
            best[start : start + hop][better] = like[better]
            at[start : start + hop][better] = found
    played = best > HALF
    faster = _faster(played, at)
    return Truth(played | faster, faster, at)


def _places(source: Sound, heard: Sound, lag: int) -> Iterator[list[int]]:
    """For each block, at which lags it is in the output; none where it is not."""
    size, hop = round(BLOCK_S * RATE), round(HOP_S * RATE)
    early, late = round(EARLY_S * RATE), round(LATE_S * RATE)
    padded = np.pad(heard, (max(0, early - lag), len(source) + late + early))
    length = 1 << (early + late + 2 * size).bit_length()
    first = max(0, lag - early)
    for start in range(0, len(source) - size, hop):
        block, part = source[start : start + size], padded[first + start : first + start + early + late + size]
        product = np.fft.irfft(np.fft.rfft(part, length) * np.conj(np.fft.rfft(block, length)), length)
        squares = np.concatenate([[0.0], np.cumsum(part.astype(float) ** 2)])
        energy = squares[size:] - squares[:-size]
        norm = np.sqrt(np.maximum(energy, 1e-3 * size * RMS**2)) * float(np.linalg.norm(block))
        yield [found + lag - early for found in _peaks(product[: len(energy)] / norm)]


def _peaks(likeness: NDArray[np.float64]) -> list[int]:
    found = []
    likeness = likeness.copy()
    for _ in range(PEAKS):
        peak = int(np.argmax(likeness))
        if likeness[peak] < LIKE:
            break
        found.append(peak)
        likeness[max(0, peak - 8) : peak + 9] = 0
    return found


def _gain(source: Sound, heard: Sound, places: list[list[int]]) -> float:
    """How loud the output is beside the source, by the short parts that are there whole."""
    size, hop, gains = round(FINE_S * RATE), round(HOP_S * RATE), []
    for number, found in enumerate(places):
        for start in range(number * hop, (number + 1) * hop, size):
            for lag in found[:1]:
                block, part = source[start : start + size], heard[max(0, start + lag) : max(0, start + lag + size)]
                if len(part) < len(block):
                    continue
                both = float(np.dot(block, part))
                if both > WHOLE * float(np.linalg.norm(block) * np.linalg.norm(part)):
                    gains.append(both / float(np.dot(block, block)))
    return float(np.median(gains)) if gains else 1.0


def _likeness(source: Sound, heard: Sound, start: int, end: int, lag: int, gain: float) -> NDArray[np.float64]:
    """Of each sample from ``start`` to ``end``: 1 where the output at ``lag`` is the source, 0 where it is not."""
    half = round(FINE_S * RATE / 2)
    begin, stop = max(0, start - half), min(len(source), end + half)
    part = heard[max(0, begin + lag) : max(0, stop + lag)]
    part = np.pad(part, (max(0, -(begin + lag)), 0))[: stop - begin]
    part = np.pad(part, (0, stop - begin - len(part)))
    block = source[begin:stop].astype(float)
    window = np.ones(2 * half + 1)
    like = np.convolve(block * part, window, "same") / (gain * np.convolve(block**2, window, "same"))
    return np.asarray(like[start - begin : end - begin])


def _faster(played: NDArray[np.bool_], lag: NDArray[np.int_]) -> NDArray[np.bool_]:
    """Where the source goes on later with nothing in its place."""
    faster = np.zeros_like(played)
    for (_, start), (end, _) in pairwise(runs(played)):
        missing = end - start
        instead = missing + int(lag[min(end + 16, len(lag) - 1)]) - int(lag[max(start - 16, 0)])
        if missing <= FASTER_S * RATE and instead < missing / 2:
            faster[start:end] = True
    return faster
