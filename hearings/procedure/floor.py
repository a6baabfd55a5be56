"""Who speaks: the presiding judge mutes, gives the floor and takes it (Rules ¶28-1); the others ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from hearings.model import Event, Hearing, Seat
from hearings.procedure.step import Ask, Fold, Step, change_seat, unchanged
from hearings.terms import Act


def _own(hearing: Hearing, ask: Ask) -> dict[str, Any]:
    return {"seat": ask.by.code}


def _holder(hearing: Hearing, ask: Ask) -> dict[str, Any]:
    return {"seat": hearing.floor}


def _repeat(hearing: Hearing, ask: Ask) -> dict[str, Any]:
    """With what the ledger said at that moment (Rules ¶35): the court's act is read years later."""
    return {"received": dict(ask.received or {})}


def _may_ask(hearing: Hearing, by: Seat) -> bool:
    return by.code != hearing.floor and by.code not in hearing.queue


STEPS: Final[Mapping[Act, Step]] = {
    "mute": Step(fits=lambda hearing, by, seat: not seat.muted),
    "unmute": Step(fits=lambda hearing, by, seat: seat.muted),
    "ask_floor": Step(_own, able=_may_ask),
    "withdraw_floor": Step(_own, able=lambda hearing, by: by.code in hearing.queue),
    "give_floor": Step(fits=lambda hearing, by, seat: seat.code != hearing.floor),
    "take_floor": Step(_holder, able=lambda hearing, by: hearing.floor is not None),
    "ask_repeat": Step(_repeat, fits=lambda hearing, by, seat: seat.code != by.code),
}


def _without(hearing: Hearing, event: Event) -> tuple[str, ...]:
    return tuple(code for code in hearing.queue if code != event.data["seat"])


def _on_asked(hearing: Hearing, event: Event) -> Hearing:
    return replace(hearing, queue=(*_without(hearing, event), event.data["seat"]))


def _on_withdrawn(hearing: Hearing, event: Event) -> Hearing:
    return replace(hearing, queue=_without(hearing, event))


def _on_given(hearing: Hearing, event: Event) -> Hearing:
    return replace(hearing, floor=event.data["seat"], queue=_without(hearing, event))


def _on_taken(hearing: Hearing, event: Event) -> Hearing:
    return replace(hearing, floor=None)


def _on_muted(hearing: Hearing, event: Event) -> Hearing:
    return change_seat(hearing, event, muted=event.kind == "muted")


FOLDS: Final[Mapping[str, Fold]] = {
    "muted": _on_muted,
    "unmuted": _on_muted,
    "floor_asked": _on_asked,
    "floor_withdrawn": _on_withdrawn,
    "floor_given": _on_given,
    "floor_taken": _on_taken,
    "repeat_asked": unchanged,
}
