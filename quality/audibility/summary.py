"""What a sitting's ledger comes to, per speaker and listener, and over time: for the table and the plot. Pure."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from quality.audibility.book import Line
from quality.audibility.ledger import GOOD, WINDOW
from quality.audibility.score import FRAME_S, Heard, Pair, per_cent, score

BINS: Final = 240
"""Of a plot, at most."""
MOST_SILENT: Final = 300
"""Seconds that wait for what is told after a silence."""
LOOKS: Final = 5
"""Seconds of speech between two looks for a contradiction."""
BIN_S: Final = 10.0
"""And of so many seconds at least."""


@dataclass(frozen=True, slots=True)
class Listened:
    """Over a whole sitting, or several: ``seconds`` of speech, of which ``unknown`` without a report; per cent received
    and played of the rest (None where nothing is known); the ``longest`` run of seconds with less than `GOOD` each;
    ``contradictions``: how often reports and deliveries began to part, of `WINDOW` seconds as they are told live; per
    cent ``delivered``, as the listener's transport acknowledged."""

    speaker: str
    listener: str
    seconds: int
    unknown: int
    share: int | None
    longest: int
    contradictions: int
    delivered: int


@dataclass(frozen=True, slots=True)
class Series:
    """Per bin of ``width`` seconds of hearing time, the share (0..1) that was received and played; None: no speech, or
    not known."""

    width: float
    of: Mapping[tuple[str, str], Sequence[float | None]]


def summary(lines: Iterable[Line]) -> list[Listened]:
    """The worst first; who is not known comes after those who are. Of the lines no more is kept than the sums need."""
    sums: dict[tuple[str, str], _Sum] = defaultdict(_Sum)
    for line in lines:
        for listener, pair in line.to.items():
            sums[line.speaker, listener].take(Heard(line.sent, line.received, pair))
    found = [one.listened(*pair) for pair, one in sums.items()]
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


@dataclass(slots=True)
class _Sum:
    """One listener's of one speaker; ``window`` are its last seconds."""

    seconds: int = 0
    told: int = 0
    sent: int = 0
    played: float = 0.0
    run: int = 0
    longest: int = 0
    contradictions: int = 0
    parted: bool = False
    said: int = 0
    delivered: float = 0.0
    window: deque[Heard] = field(default_factory=lambda: deque(maxlen=WINDOW))
    rows: list[Heard] = field(default_factory=list)
    """Since the last whole stretch, which ends with no silence, for what arrived in that is told after it."""

    def take(self, row: Heard) -> None:
        self.seconds += 1
        if row.pair.played is not None:
            self.told += 1
            self.sent += row.sent
            self.played += row.pair.played if row.pair.sound == "on" else 0.0
        self.run = self.run + 1 if _less(row.sent, row.pair) else 0
        self.longest = max(self.longest, self.run)
        self.window.append(row)
        if self.seconds % LOOKS == 0:
            self._look()
        self.rows.append(row)
        if len(self.rows) >= WINDOW and (not row.pair.silent or len(self.rows) >= MOST_SILENT):
            self._deliver()

    def _look(self) -> None:
        parted = score(self.window).contradiction is not None
        self.contradictions += parted and not self.parted
        self.parted = parted

    def _deliver(self) -> None:
        sent = sum(row.sent for row in self.rows)
        self.said += sent
        self.delivered += sent * score(self.rows).acknowledged if self.rows else 0
        self.rows.clear()

    def listened(self, speaker: str, listener: str) -> Listened:
        self._look()
        self._deliver()
        share = per_cent(min(self.played / (FRAME_S * self.sent), 1.0)) if self.sent else None
        return Listened(
            speaker, listener, self.seconds, self.seconds - self.told, share, self.longest, self.contradictions,
            int(self.delivered / self.said) if self.said else 100,
        )  # fmt: skip


def _less(sent: int, pair: Pair) -> bool:
    if pair.played is None:
        return False
    return pair.sound != "on" or pair.played < GOOD / 100 * FRAME_S * sent


def _known(rows: Sequence[Heard]) -> float | None:
    share = score(rows).share if rows else None
    return None if share is None else share / 100
