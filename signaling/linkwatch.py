"""What the technician's console knows of one hearing: each link's verdict, cause and history, what was tried, and what
was said to whom. In memory only, and bounded. No I/O, no clock: ``now`` is in seconds of the monotonic clock."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from math import inf
from typing import Any, Final, Literal

from gateway.messages import Direction as PairDirection
from quality.cause import Direction, Judged, Second, Steady, judge
from quality.history import History
from signaling.surroundings import ADJOURN_S, LASTING_S

DIRECTIONS: Final[tuple[Direction, Direction]] = ("up", "down")
FIGURES: Final = ("kbps", "loss", "rtt_ms", "jitter_ms")
NOTES_MOST: Final = 20
STAY_S: Final = 5.0
Span = Literal["minute", "whole"]


def pictures(figures: Mapping[str, Any]) -> dict[str, int]:
    """Of each layer how many come (``up``), or are sent, paused or off (``down``), by the readout's figures."""
    layers = figures.get("layers") or ()
    return dict(Counter(layers.values() if isinstance(layers, Mapping) else layers))


class LinkWatch:
    """One direction of one seat."""

    def __init__(self, now: float) -> None:
        self.began = self.media_at = self.looked_at = now
        self.judged = Judged("good", "none")
        self.bad_since: float | None = None
        self.figures: Mapping[str, Any] = {}
        self.history = History(FIGURES)
        self._steady = Steady()

    def begin(self, now: float) -> None:
        """The link is there again after a while: what it was before is history."""
        if now - self.looked_at > STAY_S:
            self.began = self.media_at = now
            self.bad_since = None
            self._steady = Steady()
        self.looked_at = now

    def renew(self, now: float) -> None:
        """Over a connection that was made anew: its rate begins low."""
        self.began = now

    def look(self, second: Second, figures: Mapping[str, Any], at: int) -> None:
        """``figures`` are the readout's (docs/protocol.md, "The link"); ``at`` in seconds since the epoch."""
        self.judged = self._steady.look(judge(second))
        if self.judged.verdict != "bad":
            self.bad_since = None
        elif self.bad_since is None:
            self.bad_since = self.looked_at
        self.figures = figures
        self.history.add(at, self.judged.level, [_number(figures.get(name)) for name in FIGURES])

    def told(self, necessary: bool) -> dict[str, Any]:
        """To those in the hearing (docs/protocol.md, ``links``). A ``necessary`` participant's link
        alone is a reason to propose an adjournment (Rules ¶19)."""
        bad_s = 0.0 if self.bad_since is None else self.looked_at - self.bad_since
        return {
            "verdict": self.judged.verdict, "cause": self.judged.cause,
            "lasting": bad_s >= LASTING_S, "adjourn": necessary and bad_s >= ADJOURN_S,
        }  # fmt: skip

    def view(self, now: float, at: int, span: Span) -> dict[str, Any]:
        series = self.history.minute(at) if span == "minute" else self.history.whole.view()
        known = {name: value for name, value in self.figures.items() if name not in ("verdict", "layers")}
        return {
            "verdict": self.judged.verdict, "cause": self.judged.cause, "since_s": round(now - self.media_at, 1),
            "figures": known, "pictures": pictures(self.figures), "series": series,
        }  # fmt: skip


@dataclass(slots=True)
class Tried:
    """What was done for a seat's links since the hearing's doors opened here: connections made anew, interruptions of
    one, other codecs asked for; and what is done now: ``paused`` pictures towards it, whether the camera rests, whether
    the upper layer of its picture is off, how many earlier frames voices carry along (RFC 2198), and whether the client
    says that it comes through a relay."""

    connections: dict[str, int] = field(default_factory=dict)
    interruptions: int = 0
    republished: int = 0
    paused: list[str] = field(default_factory=list)
    resting: bool = False
    upper_off: bool = False
    redundancy: int = 0
    relay: bool | None = None

    def view(self) -> dict[str, Any]:
        told = asdict(self)
        made = told.pop("connections").values()
        return {"reconnects": sum(max(0, count - 1) for count in made), **told}


@dataclass(slots=True)
class SeatWatch:
    """``held``: a device has the seat. What its links were stays for the plot of the whole hearing."""

    links: dict[Direction, LinkWatch] = field(default_factory=dict)
    held: bool = False
    waits_since: float = 0.0
    """Since when it is held, or media is up again, whichever is later."""
    tried: Tried = field(default_factory=Tried)
    silent_s: float = 0.0
    limited_at: float | None = None
    """When the client last said that bandwidth limits what it sends."""
    less_at: float = -inf
    """When less than a whole picture was last asked of it, or sent: its rate begins low."""
    renewed: set[Direction] = field(default_factory=set)
    """The directions whose connection was made anew since the last look."""

    @property
    def away(self) -> bool:
        return any(link.judged.cause == "away" for link in self.links.values())


@dataclass(slots=True)
class Note:
    """Words from the console: to a seat, or to everybody (None); ``read`` by whom they were called understood, when."""

    message: int
    at: str
    to: str | None
    text: str
    read: dict[str, str] = field(default_factory=dict)


class HearingWatch:
    def __init__(self) -> None:
        self.seats: dict[str, SeatWatch] = {}
        self.figures_at: float | None = None
        """When media last told figures of this hearing."""
        self.looked_at: float | None = None
        self.notes: deque[Note] = deque(maxlen=NOTES_MOST)

    def seat(self, code: str) -> SeatWatch:
        return self.seats.setdefault(code, SeatWatch())

    def links(self) -> Iterable[tuple[str, Direction, LinkWatch]]:
        """Of the seats that are held now."""
        for code, seat in self.seats.items():
            for direction, link in seat.links.items() if seat.held else ():
                yield code, direction, link

    def worst(self) -> Judged:
        judged = (link.judged for _, _, link in self.links())
        return max(judged, key=lambda one: one.level, default=Judged("good", "none"))

    # What was tried, as media's events tell it

    def connected(self, seat: str, direction: PairDirection, admitted: bool) -> None:
        """Before admission a device makes its connections anew to measure its link (Rules ¶38): that is no trouble."""
        watch = self.seat(seat)
        made = watch.tried.connections
        made[direction] = made.get(direction, 0) + 1 if admitted else 1
        if direction == "publish":
            watch.limited_at = None  # that was of the one before
        watch.renewed.add("up" if direction == "publish" else "down")

    def interrupted(self, seat: str) -> None:
        self.seat(seat).tried.interruptions += 1

    def republished(self, seat: str) -> None:
        self.seat(seat).tried.republished += 1

    def reported(self, seat: str, up: Mapping[str, Any], now: float) -> None:
        """From the client's report: whether bandwidth limits a layer, and whether its way is a relay's."""
        watch = self.seat(seat)
        layers = up.get("layers")
        layers = layers[:4] if isinstance(layers, list) else []
        limited = any(isinstance(layer, dict) and layer.get("limited") == "bandwidth" for layer in layers)
        watch.limited_at = now if limited else None
        if up.get("way") in ("relay", "direct"):
            watch.tried.relay = up["way"] == "relay"

    # What was said

    def said(self, message: int, at: str, to: str | None, text: str) -> None:
        self.notes.append(Note(message, at, to, text))

    def understood(self, message: int, seat: str, at: str) -> None:
        for note in self.notes:
            if note.message == message and note.to in (None, seat):
                note.read.setdefault(seat, at)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
