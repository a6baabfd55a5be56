"""What the network does to datagrams on the way out or in: a seeded plan that a transport asks for each one."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


class Network(Protocol):
    def plan(self, now: float, datagram: bytes) -> Sequence[float]:
        """Delays in seconds after which a copy of the datagram arrives each; none when it is lost."""


@dataclass
class BadNetwork:
    """Random loss in bursts, delay, jitter and duplicates; the same seed does the same again.

    ``loss`` and ``duplicate`` are probabilities, ``burst`` the mean number of datagrams lost together, ``delay`` and
    ``jitter`` seconds. ``protect`` leaves STUN and DTLS alone, so that a test is about media.
    """

    seed: int = 0
    loss: float = 0.0
    burst: float = 1.0
    delay: float = 0.0
    jitter: float = 0.0
    duplicate: float = 0.0
    protect: bool = True
    lost: int = field(default=0, init=False)
    _in_burst: bool = field(default=False, init=False)
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def plan(self, now: float, datagram: bytes) -> Sequence[float]:
        if self.protect and datagram and datagram[0] < 128:
            return (self.delay,)
        if self._loses():
            self.lost += 1
            return ()
        copies = 2 if self._random.random() < self.duplicate else 1
        return [self.delay + self._random.random() * self.jitter for _ in range(copies)]

    def _loses(self) -> bool:
        """Two-state (Gilbert) loss: enter a burst so that the long-term share stays ``loss``."""
        if self.loss <= 0:
            return False
        leave = 1 / max(self.burst, 1.0)
        enter = min(1.0, leave * self.loss / max(1e-9, 1 - self.loss))
        self._in_burst = self._random.random() < (1 - leave if self._in_burst else enter)
        return self._in_burst


@dataclass
class Outage:
    """No network at all while ``down``."""

    down: bool = False

    def plan(self, now: float, datagram: bytes) -> Sequence[float]:
        return () if self.down else (0.0,)
