"""A stretch of time in a hearing, as ISO 8601 from its log. ``end`` is None while it lasts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from hearings.hearing import Event, Hearing, fold

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Span:
    start: str
    end: str | None


def steps(events: Iterable[Event]) -> Iterator[tuple[Event, Hearing]]:
    """Each event with the hearing after it."""
    hearing: Hearing | None = None
    for event in events:
        hearing = fold([event], hearing)
        yield event, hearing


def stretches(log: Iterable[tuple[Event, Hearing]], of: Callable[[Hearing], T | None]) -> list[tuple[T, Event, Span]]:
    """The times in which ``of`` had one and the same answer other than None, with the event that began each."""
    found: list[tuple[T, Event, Span]] = []
    now: tuple[T, Event] | None = None
    for event, hearing in log:
        answer = of(hearing)
        if now and answer != now[0]:
            found.append((now[0], now[1], Span(now[1].at, event.at)))
            now = None
        if now is None and answer is not None:
            now = answer, event
    if now:
        found.append((now[0], now[1], Span(now[1].at, None)))
    return found
