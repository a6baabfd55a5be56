"""Is a link good enough for a hearing? (Rules ¶35, ¶38; pure)

What is sent now is not judged: a layer that nobody wants is not a bad link. What the link could carry is, against the
court's own threshold.
"""

from __future__ import annotations

from typing import Final, Literal

Verdict = Literal["good", "poor", "bad"]

LIMITS: Final = {"loss": (2.0, 8.0), "rtt_ms": (300.0, 600.0), "jitter_ms": (30.0, 60.0)}
"""Good below the first, bad from the second on: loss in per cent, round trip and jitter in milliseconds."""

VERDICTS: Final[tuple[Verdict, Verdict, Verdict]] = ("good", "poor", "bad")
"""From the best to the worst."""


def verdict(loss: float, rtt_ms: float | None, jitter_ms: float, share: float | None = None) -> Verdict:
    """The worst of the three; an unknown round trip is not held against the link. ``share`` is what the link carries of
    what the court asks for: less than all does not do (Rules ¶38), and where it is unknown nothing is said of it."""
    if share is not None and share < 1:
        return "bad"
    measured = {"loss": loss, "rtt_ms": rtt_ms or 0.0, "jitter_ms": jitter_ms}
    return VERDICTS[max(level(name, value) for name, value in measured.items())]


def level(name: str, value: float) -> int:
    """How bad one figure is, as a place in `VERDICTS`."""
    return (value >= LIMITS[name][0]) + (value >= LIMITS[name][1])
