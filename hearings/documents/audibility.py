"""The sheet beside the AVR: who received and played whom, as a table and over time (Rules ¶35). Pure, but for the
template; in all languages of the court, for it goes with the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hearings.documents.language import phrases
from hearings.documents.model import LANGUAGES, Audibility
from hearings.documents.pages import sheet

WIDTH: Final = 720
ROW: Final = 18
LABEL: Final = 200
MOST_ROWS: Final = 400
"""Pairs that are drawn: the worst. The table has all."""


@dataclass(frozen=True, slots=True)
class Plot:
    """``shares`` (0..1) per bin of ``width`` seconds of hearing time, by the row's label; None: nothing is known."""

    width: float
    shares: Mapping[str, Sequence[float | None]]


@dataclass(frozen=True, slots=True)
class Box:
    """A stretch of a row in which somebody spoke, in the drawing's units; ``lost`` (0..1) is how dark it is."""

    x: float
    width: float
    lost: float


def page(number: str, rows: Sequence[Audibility], plot: Plot) -> str:
    """A whole HTML document that needs nothing beside it."""
    drawn = [(label, _boxes(shares)) for label, shares in list(plot.shares.items())[:MOST_ROWS]]
    minutes = plot.width * max((len(shares) for shares in plot.shares.values()), default=0) / 60
    return sheet(
        "audibility.html", number=number, languages=[(code, phrases(code)) for code in LANGUAGES], rows=rows,
        drawn=drawn, minutes=f"{minutes:.0f}", width=WIDTH, row=ROW, label=LABEL,
    )  # fmt: skip


def _boxes(shares: Sequence[float | None]) -> list[Box]:
    each = (WIDTH - LABEL) / max(len(shares), 1)
    return [
        Box(round(LABEL + at * each, 2), round(each, 2), round(1 - share, 3))
        for at, share in enumerate(shares) if share is not None
    ]  # fmt: skip
