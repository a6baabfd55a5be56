"""Technical problems: told at once (Rules ¶14), given a time (¶24), restored; and seats that are lost (¶19)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from hearings.model import Event, Fault, Hearing, Mark, Seat
from hearings.procedure.step import Ask, Fold, Step, change_numbered, change_seat, numbered
from hearings.terms import Act
from hearings.times import iso, seconds

KINDS: Final = ("sound", "picture", "connection", "device", "noise", "other")
LONGEST_MIN: Final = 24 * 60
MOST: Final = 500
"""Problems of one hearing that are kept, so that nobody can fill its log."""


def _reported(hearing: Hearing, ask: Ask) -> dict[str, Any]:
    if len(hearing.faults) >= MOST:
        raise ask.refused("slow-down", seconds=30)
    told = {"problem": len(hearing.faults) + 1, "seat": ask.by.code, "problem_kind": ask.choice("kind", KINDS)}
    return {**told, "text": ask.text("text"), "link": dict(ask.link) if ask.link else None}


def _named(hearing: Hearing, ask: Ask) -> Fault:
    fault = numbered(ask, "problem", hearing.faults, MOST)
    if fault.resolved:
        raise ask.refused("changed")
    return fault


def _acknowledged(hearing: Hearing, ask: Ask) -> dict[str, Any]:
    fault = _named(hearing, ask)
    if fault.acknowledged:
        raise ask.refused("changed")
    return {"problem": fault.number}


def _estimated(hearing: Hearing, ask: Ask) -> dict[str, Any]:
    return {"problem": _named(hearing, ask).number, "minutes": ask.number("minutes", LONGEST_MIN)}


def _resolved(hearing: Hearing, ask: Ask) -> dict[str, Any]:
    return {"problem": _named(hearing, ask).number}


def _any_open(hearing: Hearing, by: Seat) -> bool:
    return any(fault.resolved is None for fault in hearing.faults)


def _any_new(hearing: Hearing, by: Seat) -> bool:
    return any(fault.resolved is None and fault.acknowledged is None for fault in hearing.faults)


STEPS: Final[Mapping[Act, Step]] = {
    "report_problem": Step(_reported),
    "acknowledge_problem": Step(_acknowledged, able=_any_new),
    "estimate_problem": Step(_estimated, able=_any_open),
    "resolve_problem": Step(_resolved, able=_any_open),
}


def _change(hearing: Hearing, event: Event, **changes: Any) -> Hearing:
    return replace(hearing, faults=change_numbered(hearing.faults, event, "problem", **changes))


def _on_reported(hearing: Hearing, event: Event) -> Hearing:
    data = event.data
    fault = Fault(data["problem"], data["seat"], event.at, data["problem_kind"], data["text"], data["link"])
    return replace(hearing, faults=(*hearing.faults, fault))


def _on_acknowledged(hearing: Hearing, event: Event) -> Hearing:
    return _change(hearing, event, acknowledged=Mark(event.actor, event.at))


def _on_estimated(hearing: Hearing, event: Event) -> Hearing:
    return _change(hearing, event, restored_by=iso(seconds(event.at) + 60 * event.data["minutes"]))


def _on_resolved(hearing: Hearing, event: Event) -> Hearing:
    return _change(hearing, event, resolved=Mark(event.actor, event.at))


def _on_lost(hearing: Hearing, event: Event) -> Hearing:
    return change_seat(hearing, event, lost=event.data["since"])


def _on_returned(hearing: Hearing, event: Event) -> Hearing:
    return change_seat(hearing, event, lost=None)


FOLDS: Final[Mapping[str, Fold]] = {
    "problem_reported": _on_reported,
    "problem_acknowledged": _on_acknowledged,
    "problem_estimated": _on_estimated,
    "problem_resolved": _on_resolved,
    "lost": _on_lost,
    "returned": _on_returned,
}
