"""Where somebody speaks, by Silero VAD. For worker processes: the import of the runtime is made at the first look."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quality.models import SILERO, read

RATE: Final = 16_000
FRAME: Final = 512
"""Samples of which one probability is given: 32 ms."""
CONTEXT: Final = 64
"""Samples before each frame that the model wants to see too."""

Sound = NDArray[np.float32]


def presence(sound: Sound) -> Sound | None:
    """For each whole frame of ``sound`` (mono, −1…1, 16 kHz) how likely it is speech, 0…1; None without the model."""
    return Listening().presence(sound)


class Listening:
    """Goes on from one piece of sound to the next, so that nothing is listened to twice."""

    def __init__(self) -> None:
        self._before = np.zeros(CONTEXT, np.float32)
        self._h = self._c = np.zeros((1, 1, 128), np.float32)

    def presence(self, sound: Sound) -> Sound | None:
        """As `presence`, of what comes next; what is more than whole frames is passed over."""
        session = _session()
        frames = len(sound) // FRAME
        if session is None or frames == 0:
            return None if session is None else np.zeros(0, np.float32)
        padded = np.concatenate([self._before, sound[: frames * FRAME]])
        pieces = np.lib.stride_tricks.sliding_window_view(padded, CONTEXT + FRAME)[::FRAME]
        likely, self._h, self._c = session.run(
            ["speech_probs", "hn", "cn"], {"input": pieces, "h": self._h, "c": self._c}
        )
        self._before = padded[-CONTEXT:]
        return np.asarray(likely, np.float32)


@lru_cache(maxsize=1)
def _session() -> Any:
    model = read(SILERO)
    if model is None:
        return None
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
