"""What a sitting's ledger comes to, per speaker and listener, and over time: for the table and the plot. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from quality.audibility.book import Line
from quality.audibility.ledger import GOOD, WINDOW
from quality.audibility.score import FRAME_S, Heard, Pair, score

BINS: Final = 240
"""Of a plot, at most."""
BIN_S: Final = 10.0
"""And of so many seconds at least."""


@dataclass(frozen=True, slots=True)
class Listened:
    """Over a whole sitting, or several: ``seconds`` of speech, of which ``unknown`` without a report; per cent received
    and played of the rest (None where nothing is known); the ``longest`` run of seconds with less than `GOOD` each;
    ``contradictions``: runs of `WINDOW` seconds in which reports and deliveries part."""

    speaker: str
    listener: str
    seconds: int
    unknown: int
    share: int | None
    longest: int
    contradictions: int


@dataclass(frozen=True, slots=True)
class Series:
    """Per bin of ``width`` seconds of hearing time, the share (0..1) that was received and played; None: no speech, or
    not known."""

    width: float
    of: Mapping[tuple[str, str], Sequence[float | None]]


def summary(lines: Iterable[Line]) -> list[Listened]:
    """The worst first; who is not known comes after those who are."""
    found = [_listened(*pair, rows) for pair, rows in _by_pair(lines).items()]
    return sorted(found, key=lambda one: (101 if one.share is None else one.share, one.speaker, one.listener))


def series(lines: Sequence[Line]) -> Series:
    width = max(max((line.t for line in lines), default=0.0) / BINS, BIN_S)
    count = int(max((line.t for line in lines), default=0.0) / width) + 1
    bins: dict[tuple[str, str], list[list[Heard]]] = {}
    for line in lines:
        for listener, pair in line.to.items():
            rows = bins.setdefault((line.speaker, listener), [[] for _ in range(count)])
            rows[max(int(line.t / width), 0)].append(Heard(line.sent, line.received, pair))
    return Series(width, {pair: [_known(rows) for rows in found] for pair, found in bins.items()})


def _by_pair(lines: Iterable[Line]) -> dict[tuple[str, str], list[Heard]]:
    pairs: dict[tuple[str, str], list[Heard]] = {}
    for line in lines:
        for listener, pair in line.to.items():
            pairs.setdefault((line.speaker, listener), []).append(Heard(line.sent, line.received, pair))
    return pairs


def _listened(speaker: str, listener: str, rows: list[Heard]) -> Listened:
    told = [row for row in rows if row.pair.played is not None]
    windows = [rows[first : first + WINDOW] for first in range(0, len(rows), WINDOW)]
    return Listened(
        speaker, listener, len(rows), len(rows) - len(told), score(told).share if told else None, _longest(rows),
        sum(score(window).contradiction is not None for window in windows),
    )  # fmt: skip


def _longest(rows: Iterable[Heard]) -> int:
    longest = run = 0
    for row in rows:
        run = run + 1 if _less(row.sent, row.pair) else 0
        longest = max(longest, run)
    return longest


def _less(sent: int, pair: Pair) -> bool:
    if pair.played is None:
        return False
    return pair.sound != "on" or pair.played < GOOD / 100 * FRAME_S * sent


def _known(rows: Sequence[Heard]) -> float | None:
    share = score(rows).share if rows else None
    return None if share is None else share / 100
