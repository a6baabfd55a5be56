"""Recording by a participant: asked for, the others' opinions heard, permitted or refused by the court (Rules ¶33)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from hearings.model import Event, Hearing, Mark, RecordingRequest, Seat
from hearings.procedure.checks import takes_part
from hearings.procedure.step import Ask, Fold, Step, change_numbered, numbered
from hearings.terms import Act

OPINIONS: Final = ("agree", "object")
MOST: Final = 200
"""Requests of one hearing that are kept."""


def _requested(hearing: Hearing, ask: Ask) -> dict[str, Any]:
    if len(hearing.requests) >= MOST:
        raise ask.refused("slow-down", seconds=30)
    return {"request": len(hearing.requests) + 1, "seat": ask.by.code}


def _open(hearing: Hearing, ask: Ask) -> RecordingRequest:
    request = numbered(ask, "request", hearing.requests, MOST)
    if request.decided:
        raise ask.refused("changed")
    return request


def _opinion(hearing: Hearing, ask: Ask) -> dict[str, Any]:
    request = _open(hearing, ask)
    if request.seat == ask.by.code:
        raise ask.refused("not-permitted", act="opinion")
    return {"request": request.number, "seat": ask.by.code, "opinion": ask.choice("opinion", OPINIONS)}


def _permitted(hearing: Hearing, ask: Ask) -> dict[str, Any]:
    """The opinions are heard first; the presiding judge may go on without one who does not answer, and says why."""
    request = _open(hearing, ask)
    if (silent := unheard(hearing, request)) and not ask.reason:
        raise ask.refused("opinions-missing", seats=silent)
    return {"request": request.number, "seat": request.seat}


def _refused(hearing: Hearing, ask: Ask) -> dict[str, Any]:
    request = _open(hearing, ask)
    return {"request": request.number, "seat": request.seat}


def unheard(hearing: Hearing, request: RecordingRequest) -> list[str]:
    """The trial participants in the hearing whose opinion on a request is not known."""
    others = [seat.code for seat in hearing.seats.values() if takes_part(seat) and seat.code != request.seat]
    return [code for code in others if code not in request.opinions]


def _undecided(hearing: Hearing, by: Seat) -> bool:
    return any(request.decided is None for request in hearing.requests)


def _may_request(hearing: Hearing, by: Seat) -> bool:
    return not any(request.decided is None and request.seat == by.code for request in hearing.requests)


def _of_another(hearing: Hearing, by: Seat) -> bool:
    return any(request.decided is None and request.seat != by.code for request in hearing.requests)


STEPS: Final[Mapping[Act, Step]] = {
    "request_recording": Step(_requested, able=_may_request),
    "opinion": Step(_opinion, able=_of_another),
    "permit_recording": Step(_permitted, able=_undecided),
    "refuse_recording": Step(_refused, able=_undecided),
}


def _change(hearing: Hearing, event: Event, **changes: Any) -> Hearing:
    return replace(hearing, requests=change_numbered(hearing.requests, event, "request", **changes))


def _on_requested(hearing: Hearing, event: Event) -> Hearing:
    request = RecordingRequest(event.data["request"], event.data["seat"], event.at)
    return replace(hearing, requests=(*hearing.requests, request))


def _on_opinion(hearing: Hearing, event: Event) -> Hearing:
    index = event.data["request"] - 1
    known = hearing.requests[index].opinions if 0 <= index < len(hearing.requests) else {}
    return _change(hearing, event, opinions=MappingProxyType({**known, event.data["seat"]: event.data["opinion"]}))


def _on_decided(hearing: Hearing, event: Event) -> Hearing:
    permitted = event.kind == "recording_permitted"
    decided = Mark(event.actor, event.at)
    return _change(hearing, event, permitted=permitted, decided=decided, reason=event.data.get("reason"))


FOLDS: Final[Mapping[str, Fold]] = {
    "recording_requested": _on_requested,
    "opinion_given": _on_opinion,
    "recording_permitted": _on_decided,
    "recording_refused": _on_decided,
}
