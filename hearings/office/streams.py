"""What the office's aggregates share: versions, checks of what was typed, and how a list shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from hearings.hearing import Event
from hearings.problems import BrokenLog, Refused
from hearings.texts import is_text

TEXT: Final = 300
"""Characters of a name or address, at most."""
REASON: Final = 500

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Projection:
    """What lists and searches need of an aggregate; it changes in the same transaction as the events.

    ``state`` is indexed; ``key`` is unique per kind, where there is one; ``receiver`` is a second court that sees it;
    ``due`` an ISO 8601 date; ``about`` the hearing that came of an application, or whose paper a document is;
    ``summary`` a list's row.
    """

    state: str
    key: str | None = None
    receiver: str | None = None
    due: str | None = None
    about: str | None = None
    summary: Mapping[str, Any] = field(default_factory=dict)


def in_order(events: Iterable[Event], version: int) -> Iterable[Event]:
    """The events, whose versions must follow ``version`` without gaps. Raises `BrokenLog`."""
    for event in events:
        version += 1
        if event.version != version:
            raise BrokenLog(f"event {event.kind} has version {event.version} where {version} was due")
        yield event


def unknown(event: Event) -> BrokenLog:
    return BrokenLog(f"unknown kind of event {event.kind}")


def unchanged(seen: int, version: int, paragraph: str = "") -> None:
    """`Refused` with ``changed`` where somebody else has acted since the version that was seen."""
    if seen != version:
        raise Refused("changed", paragraph)


def require(condition: bool, name: str, paragraph: str = "") -> None:
    if not condition:
        raise Refused("bad-request", paragraph, field=name)


def a_text(data: Mapping[str, Any], name: str, most: int = TEXT, paragraph: str = "") -> str:
    """A required text of 1 to ``most`` characters, without spaces around it."""
    value = optional_text(data, name, most, paragraph)
    require(bool(value), name, paragraph)
    return value


def optional_text(data: Mapping[str, Any], name: str, most: int = TEXT, paragraph: str = "") -> str:
    value = data.get(name)
    if value is None:
        return ""
    require(isinstance(value, str) and len(value) <= most and is_text(value), name, paragraph)
    return str(value).strip()


def one_of(data: Mapping[str, Any], name: str, values: Iterable[Value], paragraph: str = "") -> Value:
    found = data.get(name)
    for value in values:
        if value == found and type(value) is type(found):
            return value
    raise Refused("bad-request", paragraph, field=name)
