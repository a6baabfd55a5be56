"""Before the start: the clerk's checklist (Rules ¶16) and the mutual check (Rules ¶36)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, get_args

from hearings.model import Check, Confirmed, Event, Hearing, Item, Mark, Seat
from hearings.problems import Refused
from hearings.procedure.step import Ask, Fold, Step
from hearings.terms import TRIAL_PARTICIPANTS, Act, State

ITEMS: Final[tuple[Item, ...]] = get_args(Item)
_ANSWERS: Final = ("hears", "sees", "asks", "answers")
_NOT_LINKED: Final[frozenset[State]] = frozenset({"scheduled", "test_session", "postponed"})


def checklist(hearing: Hearing) -> dict[Item, bool]:
    """What is checked before the start (Rules ¶16): ticked by the clerk, or seen by the machine."""
    seen = {"participants_present": _all_present(hearing), "link_started": hearing.state not in _NOT_LINKED}
    return {item: item in hearing.items or seen.get(item, False) for item in ITEMS}


def unchecked(hearing: Hearing) -> list[str]:
    """The admitted trial participants who have not confirmed that they hear, see, ask and answer (Rules ¶36)."""
    confirmed = hearing.check.confirmed if hearing.check else {}
    asked = [seat.code for seat in hearing.seats.values() if takes_part(seat)]
    return [code for code in asked if code not in confirmed or not confirmed[code].good]


def takes_part(seat: Seat) -> bool:
    return seat.standing == "admitted" and seat.role in TRIAL_PARTICIPANTS


def require(hearing: Hearing) -> None:
    """Raises `Refused` where the hearing may not start yet."""
    missing = [item for item, done in checklist(hearing).items() if not done]
    if missing:
        raise Refused("checklist-incomplete", "16", items=missing)
    if seats := unchecked(hearing):
        raise Refused("unchecked", "36", seats=seats)


def _all_present(hearing: Hearing) -> bool:
    needed = [seat for seat in hearing.seats.values() if seat.necessary]
    return bool(needed) and all(seat.standing in ("held", "admitted") for seat in needed)


def _item(hearing: Hearing, ask: Ask) -> dict[str, Any]:
    return {"item": ask.choice("item", ITEMS)}


def _confirmed(hearing: Hearing, ask: Ask) -> dict[str, Any]:
    return {"seat": ask.by.code, **{name: ask.flag(name) for name in _ANSWERS}}


STEPS: Final[Mapping[Act, Step]] = {
    "check_item": Step(_item),
    "begin_check": Step(),
    "confirm_check": Step(_confirmed, able=lambda hearing, by: hearing.check is not None),
}


def _on_item(hearing: Hearing, event: Event) -> Hearing:
    items = {**hearing.items, event.data["item"]: Mark(event.actor, event.at)}
    return replace(hearing, items=MappingProxyType(items))


def _on_begun(hearing: Hearing, event: Event) -> Hearing:
    return replace(hearing, check=Check(Mark(event.actor, event.at)))


def _on_confirmed(hearing: Hearing, event: Event) -> Hearing:
    data = event.data
    answer = Confirmed(event.at, data["hears"], data["sees"], data["asks"], data["answers"])
    check = hearing.check or Check(Mark(event.actor, event.at))
    return replace(
        hearing, check=replace(check, confirmed=MappingProxyType({**check.confirmed, data["seat"]: answer}))
    )  # fmt: skip


def _on_measured(hearing: Hearing, event: Event) -> Hearing:
    check = hearing.check or Check(Mark(event.actor, event.at))
    measured = {**check.measured, event.data["seat"]: event.data["receives"]}
    return replace(hearing, check=replace(check, measured=MappingProxyType(measured)))


FOLDS: Final[Mapping[str, Fold]] = {
    "item_checked": _on_item,
    "check_begun": _on_begun,
    "check_confirmed": _on_confirmed,
    "check_measured": _on_measured,
}
