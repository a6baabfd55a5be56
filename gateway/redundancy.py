"""How many earlier frames each packet of sound carries along for one listener (RFC 2198), from what that listener loses
(pure). None on a clean link, where they would only take room."""

from __future__ import annotations

from typing import Final

STEPS: Final = ((0.01, 1), (0.05, 2), (0.12, 3), (0.25, 5))
"""From what share of loss on, how many frames."""
MOST: Final = 5
LESS: Final = 0.5
"""Of that share: below it, one step less is enough,"""
CALM_S: Final = 10.0
"""once it has stayed so for this long."""


class Redundancy:
    __slots__ = ("_needed_since", "frames")

    def __init__(self, now: float) -> None:
        self.frames = 0
        self._needed_since = now

    def look(self, loss: float, now: float) -> int:
        """``loss`` is a share (0..1), ``now`` in seconds; more at once, less only after a while."""
        if _frames(loss) > self.frames:
            self.frames = _frames(loss)
        if _frames(loss / LESS) >= self.frames:
            self._needed_since = now
        elif now - self._needed_since >= CALM_S:
            self.frames -= 1
            self._needed_since = now
        return self.frames


def _frames(loss: float) -> int:
    return max((frames for share, frames in STEPS if loss >= share), default=0)
