"""Whether a second voice is heard at one microphone (Rules ¶28-1): a sign, and never a finding. No clock.

Not who speaks is asked, but whether all that is said sounds like one person. Of speech alone, without its pauses, and
of what is said while nobody else has the floor, whom a loudspeaker would bring back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quality.noise import SPEAKS
from quality.speech import FRAME
from quality.voice import SAMPLES, Print, voiceprints

HOP: Final = SAMPLES // 2
"""From one print to the next: what somebody else says is short, and a print of two voices is of neither."""
AT_ONCE: Final = 4
"""Prints that are made together, which costs less."""
FEWEST: Final = 8
"""Prints without which nothing is said: 7 s of speech."""
REMEMBERED: Final = 60
"""Prints: 50 s of speech."""
ODD: Final = 4
"""Prints that must be another's, 4 s of speech: a cough or a laugh is in two of them, for they overlap."""
ALIKE: Final = 0.66
"""All but so many are as much like the voice that speaks most, where it is the only one: tuned on the voices of
`bench.quality`."""
_OTHERS: Final = 0.4
"""So many of the prints at most are not of the voice that speaks most …"""
_ROUNDS: Final = 3
"""… which is found step by step."""

Sound = NDArray[np.float32]


class Voices:
    """One seat's. ``second``: None until enough was said to tell. ``heard``: prints that were made."""

    def __init__(self, prints_of: Callable[[Sequence[Sound]], list[Print]] = voiceprints) -> None:
        self._prints_of = prints_of
        self._prints: deque[Print] = deque(maxlen=REMEMBERED)
        self._speech = np.zeros(0, np.float32)
        self.second: bool | None = None
        self.heard = 0

    def hear(self, sound: Sound, likely: Sound) -> None:
        """What comes next of it, in whole frames of `quality.speech`; ``likely`` has one number for each."""
        spoken = sound.reshape(-1, FRAME)[likely > SPEAKS].reshape(-1)
        self._speech = np.concatenate([self._speech, spoken])
        while len(self._speech) >= SAMPLES + (AT_ONCE - 1) * HOP:
            found = self._prints_of([self._speech[at * HOP : at * HOP + SAMPLES] for at in range(AT_ONCE)])
            self._speech = self._speech[AT_ONCE * HOP :]
            self._prints += found
            self.heard += len(found)
            self.second = another(self._prints) if len(self._prints) >= FEWEST else None


def another(prints: Iterable[Print]) -> bool:
    """Whether some of them are not of the voice that most are of."""
    rows = np.stack(list(prints))
    alike = rows @ _middle(rows)
    for _ in range(_ROUNDS):
        alike = rows @ _middle(rows[alike >= np.quantile(alike, _OTHERS)])
    return bool(np.sort(alike)[ODD - 1] < ALIKE)


def _middle(rows: NDArray[np.float32]) -> Print:
    whole = rows.mean(axis=0)
    return np.asarray(whole / max(float(np.linalg.norm(whole)), 1e-9), np.float32)
