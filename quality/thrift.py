"""How often light and noise are looked at, so that it costs no more than it may (pure; times in seconds)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Step:
    """``look_s``: between two looks at one participant. Without ``all_pictures`` key frames alone are decoded.
    ``dearer`` so many times as much the step before costs at most."""

    look_s: float
    all_pictures: bool
    dearer: float = 2.0


STEPS: Final = (Step(0.75, True), Step(1.5, True), Step(3.0, True), Step(6.0, True), Step(12.0, False, 4.0))
"""From the dearest on. Decoding costs about as much as looking every 0.75 s, and no more than three times what else is
done at the last step."""

OVER_S: Final = 2.0
"""So long it has cost too much before less is done; and with every step down for as long again …"""
ROOM: Final = 0.9
UNDER_S: Final = 20.0
"""… and so long the step before would have fitted into this part of what it may, before more is done."""


class Thrift:
    """``share`` of one core that it may take in all."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._step = 0
        self._over_s = self._under_s = 0.0
        self.spent = 0.0
        """Cores, of the last second."""

    @property
    def step(self) -> Step:
        return STEPS[self._step]

    @property
    def thrifty(self) -> bool:
        return self._step > 0

    def spend(self, cpu_s: float, passed_s: float, behind: bool = False) -> bool:
        """About once a second; whether the step is another one now. ``behind``: not all could be read in time, as on a
        machine that others keep busy."""
        self.spent = cpu_s / max(passed_s, 0.001)
        self._over_s = self._over_s + passed_s if behind or self.spent > self._share else 0.0
        fits = not behind and self.spent * self.step.dearer < ROOM * self._share
        self._under_s = self._under_s + passed_s if fits else 0.0
        before = self._step
        if self._over_s >= OVER_S:
            self._step, self._over_s = min(self._step + 1, len(STEPS) - 1), 0.0
        elif self._under_s >= UNDER_S:
            self._step, self._under_s = max(self._step - 1, 0), 0.0
        return self._step != before
