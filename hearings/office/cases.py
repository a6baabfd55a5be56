"""Cases that a court considers: to which applications and hearings belong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hearings.creation import normal_number
from hearings.hearing import Event
from hearings.office.streams import REASON, Projection, a_text, in_order, optional_text, unchanged, unknown
from hearings.problems import BrokenLog, Refused


@dataclass(frozen=True, slots=True)
class Case:
    """``number`` as `normal_number` makes it; ``judge`` is the name of the judge considering it."""

    id: str
    court: str
    number: str
    title: str
    judge: str
    version: int
    closed: bool = False


def fold(events: Iterable[Event], case: Case | None = None) -> Case:
    """The case after ``events``. Raises `BrokenLog`."""
    for event in in_order(events, case.version if case else 0):
        case = _apply(case, event)
    if case is None:
        raise BrokenLog("no events")
    return case


def _apply(case: Case | None, event: Event) -> Case:
    data = event.data
    if event.kind == "registered" and case is None:
        return Case(data["case"], data["court"], data["number"], data["title"], data["judge"], event.version)
    if case is None:
        raise unknown(event)
    match event.kind:
        case "amended":
            number = data.get("number", case.number)
            return replace(case, number=number, title=data["title"], judge=data["judge"], version=event.version)
        case "closed" | "reopened":
            return replace(case, closed=event.kind == "closed", version=event.version)
    raise unknown(event)


def register(case: str, court: str, data: Mapping[str, Any], actor: str, at: str) -> list[Event]:
    """A new case of ``data``: ``number``, ``title``, ``judge``. Raises `Refused`."""
    known = {"case": case, "court": court, "number": _number(data), **_names(data)}
    return [Event("registered", 1, at, actor, known)]


def amend(case: Case, data: Mapping[str, Any], actor: str, at: str, *, seen: int) -> list[Event]:
    """Another ``number`` where one is given."""
    _require(not case.closed, case, seen)
    number = _number(data) if data.get("number") else case.number
    changed = {"number": number, **_names(data), "reason": a_text(data, "reason", REASON)}
    return [Event("amended", case.version + 1, at, actor, changed)]


def close(case: Case, data: Mapping[str, Any], actor: str, at: str, *, seen: int) -> list[Event]:
    _require(not case.closed, case, seen)
    return [Event("closed", case.version + 1, at, actor, {"reason": a_text(data, "reason", REASON)})]


def reopen(case: Case, data: Mapping[str, Any], actor: str, at: str, *, seen: int) -> list[Event]:
    _require(case.closed, case, seen)
    return [Event("reopened", case.version + 1, at, actor, {"reason": a_text(data, "reason", REASON)})]


def projection(case: Case) -> Projection:
    return Projection("closed" if case.closed else "open", key=f"{case.court}/{case.number}", summary=view(case))


def view(case: Case) -> dict[str, Any]:
    return {
        "case": case.id, "number": case.number, "title": case.title, "judge": case.judge, "closed": case.closed,
        "version": case.version,
    }  # fmt: skip


def _names(data: Mapping[str, Any]) -> dict[str, str]:
    return {"title": a_text(data, "title"), "judge": optional_text(data, "judge")}


def _number(data: Mapping[str, Any]) -> str:
    return normal_number(a_text(data, "number", 64))


def _require(condition: bool, case: Case, seen: int) -> None:
    unchanged(seen, case.version)
    if not condition:
        raise Refused("wrong-state", state="closed" if case.closed else "open")
