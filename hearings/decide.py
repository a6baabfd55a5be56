"""What an act leads to. The answer is a list of events; nothing is changed here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hearings import acts, states
from hearings.acts import Rule
from hearings.entry_check import Mode
from hearings.hearing import SYSTEM, Event, Hearing, Seat
from hearings.problems import Refused
from hearings.procedure import checks, course, faults, floor, messages, people, recordings
from hearings.procedure.step import REASON, Ask, Step
from hearings.terms import ACTS, CONDUCTING, Act, Standing
from hearings.texts import is_text

__all__ = ["REASON", "STEPS", "allowed", "decide", "fits"]

STEPS: Final[Mapping[Act, Step]] = {
    **course.STEPS,
    **people.STEPS,
    **floor.STEPS,
    **checks.STEPS,
    **faults.STEPS,
    **messages.STEPS,
    **recordings.STEPS,
}


def decide(
    hearing: Hearing, act: Act, actor: str, at: str, *, seat: str | None = None, reason: str | None = None,
    version: int | None = None, sitting: str | None = None, data: Mapping[str, Any] | None = None,
    link: Mapping[str, Any] | None = None, receives: Mapping[str, Any] | None = None,
    tested: Mapping[str, Any] | None = None, received: Mapping[str, Any] | None = None,
    entry_check: Mode = "hold",
) -> list[Event]:  # fmt: skip
    """The events of ``act`` done by the seat ``actor`` at the time ``at`` (ISO 8601).

    ``seat`` belongs to acts on a seat, ``data`` to those with fields of their own (docs/protocol.md, "Acts");
    ``version`` is the hearing's version that the actor saw; ``sitting`` is the UUIDv7 that a sitting gets if the act
    starts one; ``link`` and ``receives`` are what is measured of the actor now, ``tested`` of each seat in the test
    session, ``received`` what each listener received and played of ``seat``'s last speech; ``entry_check`` is the
    court's policy. Raises `Refused`.
    """
    if act not in ACTS:
        raise Refused("bad-request", field="act")
    if actor not in hearing.seats:
        raise Refused("not-permitted", acts.TABLE[act].paragraph, act=act)
    by = hearing.seats[actor]
    rule = _rule(hearing, act, by, by.standing)
    target = _target(hearing, act, by, seat, version) if rule.on_seat else None
    if target is None:
        _require_current(hearing, act, by, version)
    ask = Ask(
        rule, by, at, target, _reason(rule, reason), data or {}, sitting, link, receives, tested, received, entry_check,
    )  # fmt: skip
    said = {"seat": target.code} if target else {}
    said |= STEPS[act].data(hearing, ask)
    if ask.reason:
        said["reason"] = ask.reason
    return [Event(rule.event, hearing.version + 1, at, actor, said), *_measured(hearing, ask)]


def allowed(hearing: Hearing, seat: str, attendance: str | None = None) -> list[Act]:
    """The acts that the device in ``seat`` may do now; acts on seats only where there is a seat for them."""
    by = hearing.seats[seat]
    standing = by.standing if attendance is None else by.standing_of(attendance)
    return [act for act in ACTS if _may(hearing, act, by, standing)]


def fits(hearing: Hearing, act: Act, by: Seat, seat: Seat) -> bool:
    """Whether an act on a seat makes sense for this one now."""
    rule = acts.TABLE[act]
    if seat.role not in rule.roles or not STEPS[act].fits(hearing, by, seat):
        return False
    return seat.claim is not None if rule.claim else seat.standing in rule.of


def _may(hearing: Hearing, act: Act, by: Seat, standing: Standing) -> bool:
    try:
        rule = _rule(hearing, act, by, standing)
    except Refused:
        return False
    if not STEPS[act].able(hearing, by):
        return False
    return not rule.on_seat or any(_doable(hearing, act, by, seat) for seat in hearing.seats.values())


def _doable(hearing: Hearing, act: Act, by: Seat, seat: Seat) -> bool:
    try:
        STEPS[act].require(hearing, seat)
    except Refused:
        return False
    return fits(hearing, act, by, seat)


def _rule(hearing: Hearing, act: Act, by: Seat, standing: Standing) -> Rule:
    """Who is shut out of a closed session takes no part in it by words either (Rules ¶6)."""
    rule = acts.check(act, by.role, standing, hearing.state)
    row = states.TABLE[hearing.state]
    if by.role not in CONDUCTING and states.joining(hearing.state, by.place, by.role) is None:
        raise Refused(row.closed, row.paragraph or rule.paragraph, act=act)
    return rule


def _require_current(hearing: Hearing, act: Act, by: Seat, version: int | None) -> None:
    rule = acts.TABLE[act]
    if rule.to and version is not None and version < hearing.state_changed:
        raise Refused("changed", rule.paragraph, state=hearing.state)
    if not STEPS[act].able(hearing, by):
        raise Refused("wrong-state", rule.paragraph, state=hearing.state)


def _target(hearing: Hearing, act: Act, by: Seat, code: str | None, version: int | None) -> Seat:
    rule = acts.TABLE[act]
    if not code:
        raise Refused("bad-request", field="seat")
    if code not in hearing.seats:
        raise Refused("not-found", rule.paragraph, seat=code)
    seat = hearing.seats[code]
    # Who was looked at must be who is admitted (Rules ¶9): another device may have come in the meantime.
    if not fits(hearing, act, by, seat) or (version is not None and version < seat.changed):
        raise Refused("changed", rule.paragraph, seat=code, standing=seat.standing)
    STEPS[act].require(hearing, seat)
    return seat


def _reason(rule: Rule, reason: str | None) -> str | None:
    text = (reason or "").strip() if rule.reason != "none" else ""
    if len(text) > REASON or not is_text(text) or (rule.reason == "must" and not text):
        raise Refused("bad-request", rule.paragraph, field="reason")
    return text or None


def _measured(hearing: Hearing, ask: Ask) -> list[Event]:
    """What the machine says beside the participant's own answer (Rules ¶36)."""
    if ask.rule.event != "check_confirmed" or ask.receives is None:
        return []
    data = {"seat": ask.by.code, "receives": dict(ask.receives)}
    return [Event("check_measured", hearing.version + 2, ask.at, SYSTEM, data)]
