"""Each hearing's audibility ledger, live and in its sittings' files; and `courtroom audibility`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import structlog

from courtroom.folders import hearing_folder
from gateway.messages import AudibilityEvent
from hearings.hearing import Hearing, Sitting
from hearings.times import seconds
from quality.audibility.book import Book
from quality.audibility.ledger import Ledger, Row

log = structlog.get_logger()


def ledgers(data: Path) -> Callable[[Hearing], HearingLedger]:
    """For `signaling.app.Options`."""
    return lambda hearing: HearingLedger(hearing_folder(data, hearing), hearing.id)


class HearingLedger:
    """`signaling.audibility.Ledger`, in the hearing's folder. A disk that fails costs the file, not the hearing."""

    def __init__(self, folder: Path, hearing: str) -> None:
        self._folder = folder
        self._hearing = hearing
        self._ledger = Ledger()
        self._started: dict[str, float] = {}
        self._books: dict[str, Book] = {}
        self._failing = False

    def delivered(self, event: AudibilityEvent, sitting: Sitting | None, now: float) -> None:
        if sitting:
            self._started.setdefault(sitting.sitting, seconds(sitting.started_at))
        self._ledger.delivered(event, sitting.sitting if sitting else "", now)

    def reported(self, listener: str, connection: str, report: Mapping[str, Any], now: float) -> None:
        self._ledger.reported(listener, connection, report, now)

    def turn(self, now: float, utc: float) -> list[dict[str, Any]]:
        self._write(self._ledger.settle(now), now, utc)
        return [
            {"speaker": one.speaker, "listener": one.listener, **asdict(one.score)}
            for one in self._ledger.troubles(now)
        ]  # fmt: skip

    def of(self, speaker: str, now: float) -> dict[str, dict[str, Any]]:
        return {
            listener: {"seconds": score.seconds, "share": score.share}
            for listener, score in self._ledger.of(speaker, now).items()
        }

    def close(self, now: float, utc: float) -> None:
        self._write(self._ledger.settle(float("inf")), now, utc)
        for book in self._books.values():
            book.close()
        self._books.clear()

    def _write(self, rows: list[Row], now: float, utc: float) -> None:
        kept: dict[str, list[tuple[float, Row]]] = defaultdict(list)
        for row in rows:
            if row.sitting:
                kept[row.sitting].append((utc - (now - row.at) - self._started[row.sitting], row))
        for sitting, lines in kept.items():
            try:
                self._book(sitting).append(lines)
                self._failing = False
            except OSError as error:
                if not self._failing:
                    log.error("audibility.not_written", hearing=self._hearing, error=error.strerror)
                self._failing = True

    def _book(self, sitting: str) -> Book:
        """Of one sitting at a time: the one before is over."""
        if sitting not in self._books:
            while self._books:
                self._books.popitem()[1].close()
            self._books[sitting] = Book(self._folder / sitting)
        return self._books[sitting]
