"""How busy the media process is, and when it takes no more (pure; times in seconds)."""

from __future__ import annotations

from collections import deque

BUSY_CORES = 0.85
"""Of the one core that a Python process has: beyond this those inside would begin to notice."""
LAG_S = 0.1
"""A timer that fires so late in a second: packets wait as long, and it would be heard."""
SECONDS = 3


class Load:
    """``overloaded`` after ``SECONDS`` busy seconds in a row, and until one that is not."""

    def __init__(self, busy: float = BUSY_CORES, late: float = LAG_S) -> None:
        self._busy = busy
        self._late = late
        self._bad: deque[bool] = deque(maxlen=SECONDS)
        self._worst_lag = 0.0
        self.cpu = 0.0
        self.lag = 0.0

    def on_tick(self, late: float) -> None:
        """A timer fired ``late`` seconds after its time."""
        self._worst_lag = max(self._worst_lag, late)

    def second(self, cpu: float) -> None:
        """A second is over, in which the process used ``cpu`` cores."""
        self.cpu, self.lag, self._worst_lag = cpu, self._worst_lag, 0.0
        self._bad.append(cpu > self._busy or self.lag > self._late)

    @property
    def overloaded(self) -> bool:
        return len(self._bad) == SECONDS and all(self._bad)
