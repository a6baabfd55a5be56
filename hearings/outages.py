"""When nothing came from a necessary participant (Rules ¶19), as the log tells it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hearings.hearing import Event, Hearing
from hearings.spans import Span, steps


@dataclass(frozen=True, slots=True)
class Outage:
    """``measured`` is what was known when it was noticed: ``{"silent_s", "link"}``."""

    seat: str
    span: Span
    measured: Mapping[str, Any]


def outages(events: Iterable[Event]) -> list[Outage]:
    """In the order in which they began. One ends with the return, with another device's coming, or when the seat is
    given up; the hearing's end ends all."""
    return outages_in(list(steps(events)))


def outages_in(log: Iterable[tuple[Event, Hearing]]) -> list[Outage]:
    found: list[Outage] = []
    running: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for event, hearing in log:
        over = hearing.state in ("concluded", "postponed")
        for seat in [code for code in running if over or hearing.seats[code].lost is None]:
            since, measured = running.pop(seat)
            found.append(Outage(seat, Span(since, event.at), measured))
        if event.kind == "lost":
            running[event.data["seat"]] = event.data["since"], event.data["measured"]
    found += [Outage(seat, Span(since, None), measured) for seat, (since, measured) in running.items()]
    return sorted(found, key=lambda outage: outage.span.start)
