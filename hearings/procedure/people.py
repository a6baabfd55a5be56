"""Who is in: identity and admission, second devices, witnesses, declarations, and what is sent away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from hearings import entry_check, states
from hearings.model import Event, Hearing, Mark, Seat, SiteReport
from hearings.problems import Refused
from hearings.procedure.step import Ask, Fold, Step, change_seat, require_in, seat_of, with_seat
from hearings.terms import DECLARING, SENT_AWAY, SITES, Act, Standing

DECLARATIONS: Final = ("in_person", "under_sixteens", "recording")
"""Attends in person (Rules ¶11), nobody under sixteen is present (¶29), records nothing without permission (¶33)."""


def _device(hearing: Hearing, ask: Ask) -> dict[str, Any]:
    return {"attendance": ask.target.attendance}


def _admitted(hearing: Hearing, ask: Ask) -> dict[str, Any]:
    seat = ask.target
    # A witness hears nothing before being called (Rules ¶28-1); who was, and comes back with another device, goes on.
    standing: Standing = "held" if seat.role == "witness" and seat.called is None else "admitted"
    told: dict[str, Any] = {**_device(hearing, ask), "standing": standing}
    failing = entry_check.holds(seat, ask.entry_check)
    if failing and not ask.reason:
        raise Refused("check-failed", "37", seat=seat.code, parts=failing)
    return told | ({"failing": failing} if failing else {})


def _admissible(hearing: Hearing, seat: Seat) -> None:
    require_in(hearing, seat)
    if seat.role in DECLARING and seat.declared is None:
        raise Refused("undeclared", "29", seat=seat.code)


def _device_agreed(hearing: Hearing, ask: Ask) -> dict[str, Any]:
    """A new device is looked at again (Rules ¶9)."""
    seat = ask.target
    standing = states.joining(hearing.state, seat.place, seat.role)
    return {"attendance": seat.claim, "standing": standing, "replaced": seat.attendance}


def _device_refused(hearing: Hearing, ask: Ask) -> dict[str, Any]:
    return {"attendance": ask.target.claim}


def declared(given: Mapping[str, Any]) -> dict[str, bool]:
    """The three declarations, all of which must be made. Raises `Refused` (``undeclared``)."""
    if any(given.get(name) is not True for name in DECLARATIONS):
        raise Refused("undeclared", "29")
    return dict.fromkeys(DECLARATIONS, True)


def _declared(hearing: Hearing, ask: Ask) -> dict[str, Any]:
    return {"seat": ask.by.code, **declared(ask.data)}


def _site_reported(hearing: Hearing, ask: Ask) -> dict[str, Any]:
    facts = {name: ask.flag(name) for name in ("attended", "identity", "credentials")}
    return {**facts, "remark": ask.text("remark")}


def _not_judge(hearing: Hearing, by: Seat, seat: Seat) -> bool:
    """The presiding judge leads the hearing (Rules ¶28-1): nobody removes that seat, its holder included."""
    return seat.role != "judge"


def _same_site(hearing: Hearing, by: Seat, seat: Seat) -> bool:
    return seat.place == by.place and seat.place in SITES


STEPS: Final[Mapping[Act, Step]] = {
    "admit": Step(_admitted, require=_admissible),
    "refuse": Step(_device),
    "remove": Step(_device, fits=_not_judge),
    "readmit": Step(_device),
    "agree_device": Step(_device_agreed, require=require_in),
    "refuse_device": Step(_device_refused),
    "call_witness": Step(_device, require=require_in),
    "dismiss_witness": Step(_device),
    "declare": Step(_declared, able=lambda hearing, by: by.declared is None),
    "site_report": Step(_site_reported, fits=_same_site),
}


def _on_taken(hearing: Hearing, event: Event) -> Hearing:
    """`entered` and `device_agreed`: the attendance holds the seat from now on, with a standing of its own."""
    seat, attendance = seat_of(hearing, event), event.data["attendance"]
    taken = replace(
        seat, attendance=attendance, standing=event.data["standing"], reason=None, changed=event.version,
        claim=None if seat.claim == attendance else seat.claim, identified=None, lost=None,
        entry_check=seat.entry_check if seat.attendance == attendance else None,
    )  # fmt: skip
    if name := event.data.get("name"):
        taken = replace(taken, name=name, named_at_entry=True)
    return with_seat(hearing, taken)


def _on_claim(hearing: Hearing, event: Event) -> Hearing:
    """`claimed` sets the claim; `device_refused` and `claim_left` lift it."""
    claim = event.data["attendance"] if event.kind == "claimed" else None
    return change_seat(hearing, event, claim=claim, changed=event.version)


def _on_standing(hearing: Hearing, event: Event) -> Hearing:
    seat = seat_of(hearing, event)
    standing = _STANDING_AFTER[event.kind]
    # Who is sent away does not stay in through a second device; who leaves gives the seat over to it.
    claim = seat.claim if standing not in SENT_AWAY else None
    reason = event.data.get("reason")
    seat = replace(seat, standing=standing, claim=claim, reason=reason, changed=event.version, lost=None)
    return with_seat(hearing, seat)


def _on_admitted(hearing: Hearing, event: Event) -> Hearing:
    """Logs from before witnesses were held name no standing."""
    standing: Standing = event.data.get("standing", "admitted")
    identified = Mark(event.actor, event.at)
    return change_seat(
        hearing, event, standing=standing, reason=None, identified=identified, changed=event.version
    )  # fmt: skip


def _on_called(hearing: Hearing, event: Event) -> Hearing:
    return change_seat(hearing, event, standing="admitted", called=event.at, changed=event.version)


def _on_readmitted(hearing: Hearing, event: Event) -> Hearing:
    return change_seat(_on_standing(hearing, event), event, called=None)


def _on_declared(hearing: Hearing, event: Event) -> Hearing:
    return change_seat(hearing, event, declared=event.at)


def _on_site_reported(hearing: Hearing, event: Event) -> Hearing:
    data = event.data
    report = SiteReport(
        event.actor, event.at, data["attended"], data["identity"], data["credentials"], data["remark"]
    )  # fmt: skip
    return change_seat(hearing, event, report=report)


def _on_wrong_words(hearing: Hearing, event: Event) -> Hearing:
    return change_seat(hearing, event, wrong_words=seat_of(hearing, event).wrong_words + event.data["count"])


_STANDING_AFTER: Final[Mapping[str, Standing]] = {
    "refused": "refused",
    "removed": "removed",
    "witness_dismissed": "dismissed",
    "readmitted": "absent",
    "left": "left",
}

FOLDS: Final[Mapping[str, Fold]] = {
    **dict.fromkeys(_STANDING_AFTER, _on_standing),
    "admitted": _on_admitted,
    "readmitted": _on_readmitted,
    "witness_called": _on_called,
    "entered": _on_taken,
    "device_agreed": _on_taken,
    "claimed": _on_claim,
    "claim_left": _on_claim,
    "device_refused": _on_claim,
    "declared": _on_declared,
    "site_reported": _on_site_reported,
    "wrong_words": _on_wrong_words,
    **entry_check.FOLDS,
}
