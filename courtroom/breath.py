"""Short rests of a process that has the lowest claim to the processor.

A process of SCHED_IDLE gives its processor up to whoever wakes there, but counts as a running one: of two others that
share another processor neither is brought over before this one sleeps (Linux, kernel/sched/fair.c). It rests for a
moment again and again, so that they wait for one that is free no longer than for a piece of its work.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

WORK_S: Final = 0.0005
REST_S: Final = 0.0002


class Breath:
    """Called between pieces of work; it rests where the last rest is ``WORK_S`` ago."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep):
        self._clock = clock
        self._sleep = sleep
        self._rested = clock()

    def __call__(self) -> None:
        if self._clock() - self._rested >= WORK_S:
            self._sleep(REST_S)
            self._rested = self._clock()


def breathless() -> None:
    """For who has the processor to themselves."""
