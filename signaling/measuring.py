"""Whose link is being measured over its media connection: few at once, each seldom (Rules ¶38)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from signaling.problems import Problem

AT_ONCE: Final = 8
LASTS_S: Final = 6.0
APART_S: Final = 10.0


class Measuring:
    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._began: dict[str, float] = {}

    def begin(self, attendance: str) -> None:
        """Problem ``slow-down``."""
        now = self._monotonic()
        self._began = {name: at for name, at in self._began.items() if now - at < APART_S}
        running = sum(now - at < LASTS_S for at in self._began.values())
        if attendance in self._began or running >= AT_ONCE:
            raise Problem("slow-down", seconds=5)
        self._began[attendance] = now
