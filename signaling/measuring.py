"""Whose link is being measured over its media connection: few at once, each seldom (Rules ¶38)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from signaling.pace import Pace, together

AT_ONCE: Final = 8
LASTS_S: Final = 6.0
APART_S: Final = 10.0


class Measuring:
    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._all = Pace(AT_ONCE, LASTS_S)
        self._each = Pace(1, APART_S)

    def begin(self, attendance: str) -> None:
        """Problem ``slow-down``."""
        together(self._monotonic(), (self._all, ""), (self._each, attendance))
