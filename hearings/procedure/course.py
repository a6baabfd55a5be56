"""The hearing's course: test session, doors, start, adjournments, closed session, end, another day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from hearings.model import Event, Hearing, Seat, Sitting, Tested
from hearings.procedure import checks
from hearings.procedure.step import Ask, Fold, Step
from hearings.terms import STAFF, Act
from hearings.times import iso, seconds

TESTS: Final = 3
"""Test sessions of which the results are shown; all are in the log."""


def _started(hearing: Hearing, ask: Ask) -> dict[str, Any]:
    """Rules ¶16 and ¶36 come first; the presiding judge may go on without, and says why (¶28-1)."""
    if ask.sitting is None:
        raise ValueError("a sitting that starts needs an id")
    if not ask.reason:
        checks.require(hearing)
    return {"sitting": ask.sitting}


def _rescheduled(hearing: Hearing, ask: Ask) -> dict[str, Any]:
    value = ask.data.get("scheduled_at")
    try:
        at = iso(seconds(value)) if isinstance(value, str) and len(value) <= 40 else ""
    except (ValueError, OverflowError, OSError):
        at = ""
    if not at:
        raise ask.refused("bad-request", field="scheduled_at")
    return {"scheduled_at": at}


def _test_ended(hearing: Hearing, ask: Ask) -> dict[str, Any]:
    return {"measured": dict(ask.tested or {})}


STEPS: Final[Mapping[Act, Step]] = {
    **dict.fromkeys(("begin_test", "open", "adjourn", "recess", "resume"), Step()),
    "end_test": Step(_test_ended),
    **dict.fromkeys(("close_session", "reopen", "conclude", "postpone"), Step()),
    "start": Step(_started),
    "reschedule": Step(_rescheduled),
}


def _reason(hearing: Hearing, event: Event) -> Hearing:
    return replace(hearing, reason=event.data.get("reason"))


def _on_started(hearing: Hearing, event: Event) -> Hearing:
    sitting = Sitting(event.data["sitting"], len(hearing.sittings) + 1, event.at)
    return replace(_reason(hearing, event), sittings=(*hearing.sittings, sitting))


def _on_concluded(hearing: Hearing, event: Event) -> Hearing:
    hearing = replace(_reason(hearing, event), floor=None, queue=())
    if hearing.open_sitting is None:
        return hearing
    return replace(hearing, sittings=(*hearing.sittings[:-1], replace(hearing.open_sitting, ended_at=event.at)))


def _on_postponed(hearing: Hearing, event: Event) -> Hearing:
    return _emptied(_on_concluded(hearing, event))


def _on_test_ended(hearing: Hearing, event: Event) -> Hearing:
    """Nobody was identified in the test session: on the day of the hearing all come anew (Rules ¶9, ¶15)."""
    tested = Tested(event.actor, event.at, MappingProxyType(dict(event.data.get("measured", {}))))
    hearing = replace(hearing, tests=(*hearing.tests, tested)[-TESTS:])
    return _emptied(_reason(hearing, event))


def _emptied(hearing: Hearing) -> Hearing:
    """What was established for this day holds no longer: presence, identity, declarations, checks."""
    seats = {code: _out(hearing, seat) for code, seat in hearing.seats.items()}
    return replace(
        hearing, seats=MappingProxyType(seats), floor=None, queue=(), items=MappingProxyType({}), check=None
    )  # fmt: skip


def _out(hearing: Hearing, seat: Seat) -> Seat:
    if seat.role in STAFF:
        return seat
    return replace(
        seat, standing="absent", claim=None, reason=None, changed=hearing.version, muted=False, declared=None,
        identified=None, called=None, report=None, lost=None, entry_check=None,
    )  # fmt: skip


def _on_rescheduled(hearing: Hearing, event: Event) -> Hearing:
    return replace(hearing, scheduled_at=event.data["scheduled_at"], reason=None)


FOLDS: Final[Mapping[str, Fold]] = {
    **dict.fromkeys(("test_begun", "opened", "adjourned", "recessed", "resumed"), _reason),
    **dict.fromkeys(("session_closed", "session_reopened"), _reason),
    "test_ended": _on_test_ended,
    "started": _on_started,
    "concluded": _on_concluded,
    "postponed": _on_postponed,
    "rescheduled": _on_rescheduled,
}
