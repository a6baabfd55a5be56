"""The live ledger of one hearing: what the gateway counted and what listeners report, brought together. Pure.

Media tells of each second in which somebody spoke; reports of what was played of it come a moment later. A second is
settled once they are there, or once they are late.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from quality.audibility.playback import Clock, Playback, Span
from quality.audibility.score import Heard, Pair, Score, Sound, score

NETWORK_S: Final = 0.1
"""From a packet's forwarding to its arrival, as reports tell it: a round trip, for they are on their way as well."""
PATIENCE_S: Final = 4.0
"""So long a report is waited for before a second is scored without it."""
LATE_S: Final = 30.0
"""So long it is waited for before a second is kept without it: an outage holds reports back, and TCP as long again."""
WINDOW: Final = 20
"""Seconds of speech that are scored."""
FRESH_S: Final = 90.0
"""Older speech is not scored live."""
GOOD: Final = 90
"""Per cent: less is told,"""
STEADY: Final = 3
"""once it has been so for so many seconds of speech,"""
UNKNOWN: Final = 6
"""Seconds after which missing reports are told: an acknowledgement, too, is under way for a while."""
SHOWN_S: Final = 30.0
"""until the speaker has been silent for so long."""
OPEN: Final = 1500
"""Seconds of speech that wait for reports at most: 50 speakers at once for as long as one waits."""
HOLES: Final = 60
"""In a report at most, of each seat."""
MOST_S: Final = 1e10
"""Seconds that a counter or a clock of a report may say."""

SOUNDS: Final[Mapping[str, Sound]] = {"on": "on", "muted": "muted", "blocked": "blocked"}


@dataclass(frozen=True, slots=True)
class Row:
    """One second of ``speaker``'s speech, that ended at ``at`` (s, monotonic), and how it was at each listener.
    ``sitting`` is the one whose record it belongs to, empty where nothing is recorded."""

    at: float
    sitting: str
    speaker: str
    sent: int
    received: int
    to: Mapping[str, Pair]


@dataclass(frozen=True, slots=True)
class Trouble:
    speaker: str
    listener: str
    score: Score


@dataclass(slots=True)
class _Second:
    """``scored`` once it is among those that are told live."""

    start: float
    row: Row
    scored: bool = False


class Ledger:
    """``delivered`` and ``reported`` as things come, ``settle`` every second or so."""

    def __init__(self) -> None:
        self._open: deque[_Second] = deque()
        self._spoken: dict[str, deque[Row]] = {}
        self._below: dict[tuple[str, str], int] = {}
        self._listeners: dict[str, _Listener] = {}

    def delivered(self, event: Mapping[str, Any], sitting: str, now: float) -> None:
        """Media's event ``audibility`` (ARCHITECTURE.md, "Control protocol"), whose clock is ours."""
        at = min(event.get("at", now), now)  # a busy program has it later
        pairs = {
            listener: Pair(
                to["forwarded"], to["acked"], to["repaired"], to["redundancy"], silent=to["silent"], after=to["after"]
            )
            for listener, to in event["to"].items()
        }
        row = Row(at, sitting, event["seat"], event["sent"], event["received"], pairs)
        self._open.append(_Second(at - event["span_s"], row))

    def reported(self, listener: str, connection: str, report: Mapping[str, Any], now: float) -> None:
        """The ``down`` of a listener's report (docs/protocol.md, "The report"), whose seats are some of the hearing's.
        What is not as it says there is passed over."""
        at, seats = _number(report.get("at")), report.get("seats")
        if at is None or not isinstance(seats, Mapping):
            return
        known = self._listeners.get(listener)
        if known is None or known.connection != connection:
            known = self._listeners.setdefault(listener, _Listener())
            known.renew(connection)
        known.take(at / 1000, seats, now)

    def settle(self, now: float) -> list[Row]:
        """The seconds of speech of which all is known now that will be, in order; ``now`` infinite: all."""
        rows = []
        while self._open and self._closes(self._open[0], now):
            second = self._open.popleft()
            rows.append(self._settled(second))
            self._keep(rows[-1], second.scored)
        for second in self._open:
            if not second.scored and (now - second.row.at >= PATIENCE_S or self._reached(second)):
                second.scored = True
                self._keep(self._settled(second))
        return rows

    def troubles(self, now: float) -> list[Trouble]:
        """Who did not receive and play what was said, the worst first."""
        found = [Trouble(row.speaker, listener, of) for row, listener, of in self._scores(now)]
        lasting = [one for one in found if self._below.get((one.speaker, one.listener), 0) >= STEADY]
        found = [one for one in lasting if _amiss(one.score)]  # a report that came late may have made it good
        return sorted(found, key=lambda one: (_known(one.score), one.speaker, one.listener))

    def of(self, speaker: str, now: float) -> dict[str, Score]:
        """Every listener's score of what ``speaker`` said last."""
        return {listener: of for row, listener, of in self._scores(now) if row.speaker == speaker}

    def _scores(self, now: float) -> Iterator[tuple[Row, str, Score]]:
        for rows in self._spoken.values():
            newest = rows[-1]
            if now - newest.at <= SHOWN_S:
                for listener in newest.to:
                    yield newest, listener, self._score(rows, listener, now)

    def _score(self, rows: deque[Row], listener: str, now: float) -> Score:
        return score([
            Heard(row.sent, row.received, row.to[listener])
            for row in rows if listener in row.to and (now - row.at <= FRESH_S or row is rows[-1])
        ])  # fmt: skip

    def _closes(self, second: _Second, now: float) -> bool:
        return len(self._open) > OPEN or now - second.row.at >= LATE_S or self._told(second)

    def _told(self, second: _Second) -> bool:
        """Whether of every listener that reports at all it is known what it played of this second."""
        return all(of.told(second.row.at + NETWORK_S) for of in self._playbacks(second))

    def _reached(self, second: _Second) -> bool:
        """Whether it can be said, though later reports may say it better."""
        return all(of.reaches(second.row.at + NETWORK_S) for of in self._playbacks(second))

    def _playbacks(self, second: _Second) -> Iterator[Playback]:
        for listener in second.row.to:
            known = self._listeners.get(listener)
            of = known.playback(second.row.speaker) if known else None
            if of is not None:
                yield of

    def _settled(self, second: _Second) -> Row:
        row = second.row
        to = {listener: self._with_playback(pair, listener, second) for listener, pair in row.to.items()}
        return replace(row, to=to)

    def _with_playback(self, pair: Pair, listener: str, second: _Second) -> Pair:
        known = self._listeners.get(listener)
        of = known.playback(second.row.speaker) if known else None
        played = of.between(second.start + NETWORK_S, second.row.at + NETWORK_S) if of else None
        if played is None:
            return pair
        return replace(
            pair, played=round(played.played, 3), concealed=round(played.concealed, 3), sound=played.sound,
            impossible=played.impossible,
        )  # fmt: skip

    def _keep(self, row: Row, again: bool = False) -> None:
        """For what is told live; ``again`` where it was kept before, with less that was known."""
        rows = self._spoken.setdefault(row.speaker, deque(maxlen=WINDOW))
        if again:
            self._spoken[row.speaker] = deque((row if row.at == one.at else one for one in rows), WINDOW)
            return
        rows.append(row)
        for listener in row.to:
            pair, of = (row.speaker, listener), self._score(rows, listener, row.at)
            self._below[pair] = self._below.get(pair, 0) + 1 if _amiss(of) else 0
        for gone in [pair for pair in self._below if pair[0] == row.speaker and pair[1] not in row.to]:
            del self._below[gone]


class _Listener:
    """Its reports of the subscribe connections that it has one after another."""

    def __init__(self) -> None:
        self.connection = ""
        self._clock = Clock()
        self._of: dict[str, Playback] = {}

    def renew(self, connection: str) -> None:
        self.connection, self._clock = connection, Clock()
        for playback in self._of.values():
            playback.anew()

    def take(self, at: float, seats: Mapping[str, Any], now: float) -> None:
        ours = self._clock.ours(at, now)
        for speaker, figures in seats.items():
            if not isinstance(figures, Mapping):
                continue
            played, concealed = (_number(figures.get(name)) for name in ("played_s", "concealed_s"))
            sound = SOUNDS.get(str(figures.get("sound", "on")))
            if played is not None and concealed is not None and sound is not None:
                playback = self._of.setdefault(speaker, Playback())
                delay, place = _number(figures.get("delay_s")), _number(figures.get("playout_ms"))
                holes = _holes(figures.get("holes"))
                playback.take(ours, played, concealed, sound, delay, None if place is None else place / 1000, holes)

    def playback(self, speaker: str) -> Playback | None:
        """None where nothing was reported of the speaker."""
        return self._of.get(speaker)


def _amiss(of: Score) -> bool:
    """Without reports, what the transport acknowledged is all there is: where that is well, nothing is said."""
    if of.share is None and of.seconds < UNKNOWN:
        return False
    return _known(of) < GOOD or of.contradiction is not None


def _known(of: Score) -> int:
    return of.acknowledged if of.share is None else of.share


def _number(value: Any) -> float | None:
    """A finite number within bounds; True is none."""
    if type(value) not in (int, float) or not 0 <= value <= 1000 * MOST_S:
        return None
    return float(value)


def _holes(value: Any) -> list[Span] | None:
    """Seconds; None where it is not a list of pairs of numbers, in milliseconds."""
    if not isinstance(value, list) or len(value) > HOLES:
        return None
    holes = []
    for one in value:
        ends = [_number(end) for end in one] if isinstance(one, list) else []
        if len(ends) != 2 or ends[0] is None or ends[1] is None:
            return None
        holes.append((ends[0] / 1000, ends[1] / 1000))
    return holes
