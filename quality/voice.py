"""What a voice sounds like, as a row of numbers, by Resemblyzer's voice encoder. For worker processes.

A print says whose voice it may be and is of the person's body: it stays in the memory of the worker that makes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quality.models import RESEMBLYZER, read
from quality.speech import RATE

Print = NDArray[np.float32]

SPEECH_S: Final = 1.6
"""Of speech, in one print: what the encoder was trained with."""
SAMPLES: Final = round(SPEECH_S * RATE)

_WINDOW: Final = 400
_HOP: Final = 160
_BANDS: Final = 40
_FRAMES: Final = SAMPLES // _HOP
_HIDDEN: Final = 256
_ENTERED, _KEPT, _CELL, _SHOWN = (slice(at * _HIDDEN, (at + 1) * _HIDDEN) for at in range(4))
_LEVEL: Final = 10 ** (-30 / 20)
"""Root mean square that all speech is given (-30 dBFS): of loud speech a print is another one."""


def voiceprints(pieces: Sequence[NDArray[np.float32]]) -> list[Print]:
    """Of each piece, `SAMPLES` of speech without pauses (mono, −1…1, 16 kHz): 256 numbers of length 1, of which two are
    the more alike the greater their dot product is, at most 1. Several at once cost little more than one. None at all
    without the model."""
    encoder = _encoder()
    return [] if encoder is None else list(encoder.encode(np.stack([_bands(piece) for piece in pieces], axis=1)))


@dataclass(frozen=True)
class _Layer:
    """Of an LSTM (https://doi.org/10.1162/neco.1997.9.8.1735), its gates in the order input, forget, cell, output."""

    come: NDArray[np.float32]
    before: NDArray[np.float32]
    bias: NDArray[np.float32]

    def run(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """``rows``: steps, pieces, numbers."""
        steps, pieces, _ = rows.shape
        out = np.empty((steps, pieces, _HIDDEN), np.float32)
        hidden = cell = np.zeros((pieces, _HIDDEN), np.float32)
        come = rows @ self.come + self.bias
        for at in range(steps):
            gates = come[at] + hidden @ self.before
            entered, kept, shown = (_opened(gates[:, part]) for part in (_ENTERED, _KEPT, _SHOWN))
            cell = kept * cell + entered * np.tanh(gates[:, _CELL])
            hidden = shown * np.tanh(cell)
            out[at] = hidden
        return out


def _opened(gate: NDArray[np.float32]) -> NDArray[np.float32]:
    """0…1: the logistic function, without overflow."""
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * gate), np.float32)


class _Encoder:
    """Three layers, whose last output goes through a matrix."""

    def __init__(self, data: bytes) -> None:
        numbers, at = np.frombuffer(data, "<f4"), 0

        def next_(*shape: int) -> NDArray[np.float32]:
            nonlocal at
            start, at = at, at + int(np.prod(shape))
            return np.asarray(numbers[start:at].reshape(shape), np.float32)

        sizes = (_BANDS, _HIDDEN, _HIDDEN)
        weights = [(next_(4 * _HIDDEN, size), next_(4 * _HIDDEN, _HIDDEN)) for size in sizes]
        biases = [next_(4 * _HIDDEN) + next_(4 * _HIDDEN) for _ in sizes]
        self._layers = [
            _Layer(np.ascontiguousarray(come.T), np.ascontiguousarray(before.T), bias)
            for (come, before), bias in zip(weights, biases, strict=True)
        ]
        self._matrix, self._bias = next_(_HIDDEN, _HIDDEN), next_(_HIDDEN)

    def encode(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        for layer in self._layers:
            rows = layer.run(rows)
        found = np.maximum(rows[-1] @ self._matrix.T + self._bias, 0)
        return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9), np.float32)


@lru_cache(maxsize=1)
def _encoder() -> _Encoder | None:
    model = read(RESEMBLYZER)
    return None if model is None else _Encoder(model)


def _bands(speech: NDArray[np.float32]) -> NDArray[np.float32]:
    """Its power in mel bands (Slaney's), a row each 10 ms."""
    power = float(np.mean(speech**2))
    even = speech * (_LEVEL / max(power**0.5, 1e-6))
    padded = np.pad(even, _WINDOW // 2)
    pieces = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP][:_FRAMES]
    spectrum = np.abs(np.fft.rfft(pieces * _hann(), axis=1)) ** 2
    return np.asarray(spectrum @ _mel(), np.float32)


@lru_cache(maxsize=1)
def _hann() -> NDArray[np.float32]:
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_WINDOW) / _WINDOW), np.float32)


@lru_cache(maxsize=1)
def _mel() -> NDArray[np.float32]:
    """From the bins of a spectrum to `_BANDS`: even up to 1 kHz, logarithmic above, each of the same area."""
    bins = np.linspace(0, RATE / 2, _WINDOW // 2 + 1)
    step, above = 200 / 3, np.log(6.4) / 27
    top = 15 + np.log(RATE / 2 / 1000) / above
    mels = np.linspace(0, top, _BANDS + 2)
    edges = np.where(mels < 15, mels * step, 1000 * np.exp(above * (mels - 15)))
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising, falling = (bins - low) / (middle - low), (high - bins) / (high - middle)
    shape = np.maximum(0, np.minimum(rising, falling)) * 2 / (high - low)
    return np.asarray(shape.T, np.float32)
