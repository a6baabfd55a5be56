"""The ledger's file beside the truth, ten seconds at a time. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

from quality.audibility.book import Line
from quality.audibility.score import FRAME_S, Contradiction, Heard, Pair, score

WINDOW_S = 10.0
APART_S = 0.5
"""By which a window may be longer than what was said in it: where more is missing, so is a line."""
LIVE = 20
"""Lines of which judge and clerk are told, in which a contradiction is looked for."""
Share = Callable[[float, float], float]
"""Of what was said between two hearing times, 0..1 that was played in truth."""


@dataclass(frozen=True)
class Window:
    """Hearing times, and per cent: of the ledger (None: not known) and in truth. ``missing``: the ledger has not all of
    its lines, as where the app was not running or media could not tell; it says nothing of the rest then."""

    start: float
    end: float
    said: int | None
    truth: float
    missing: bool = False


def windows(lines: Sequence[Line], listener: str, truly: Share) -> Iterator[Window]:
    """One that begins with every line, and has as many as ten seconds take: a busy machine's lines are longer."""
    for at, before in enumerate(lines):
        part = list(_part(lines[at + 1 :], before.t + WINDOW_S))
        if not part or part[-1].t < before.t + WINDOW_S:
            return
        missing = abs(FRAME_S * sum(line.sent for line in part) - (part[-1].t - before.t)) >= APART_S
        said = None if missing else score([_heard(line, listener) for line in part]).share
        yield Window(before.t, part[-1].t, said, 100 * truly(before.t, part[-1].t), missing)


def _part(lines: Sequence[Line], until: float) -> Iterator[Line]:
    for line in lines:
        yield line
        if line.t >= until:
            return


def contradictions(lines: Sequence[Line], listener: str) -> list[Contradiction]:
    found = []
    for at in range(len(lines) - LIVE + 1):
        one = score([_heard(line, listener) for line in lines[at : at + LIVE]]).contradiction
        found += [one] if one else []
    return found


def figures(found: Sequence[Window]) -> dict[str, Any]:
    apart = [abs(window.said - window.truth) for window in found if window.said is not None]
    whole = [window for window in found if not window.missing]
    return {
        "windows": len(whole), "missing": len(found) - len(whole),
        "unknown": sum(window.said is None for window in whole),
        "truth": _range([window.truth for window in whole]),
        "ledger": _range([float(window.said) for window in found if window.said is not None]),
        "mean_apart": round(mean(apart), 2) if apart else None, "most_apart": round(max(apart), 2) if apart else None,
    }  # fmt: skip


def _range(shares: Sequence[float]) -> list[float]:
    """The least, the mean, the most."""
    return [round(value, 1) for value in (min(shares), mean(shares), max(shares))] if shares else []


def _heard(line: Line, listener: str) -> Heard:
    return Heard(line.sent, line.received, line.to.get(listener, Pair(0, 0, 0)))
