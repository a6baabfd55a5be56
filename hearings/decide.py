"""What an act of the court leads to. The answer is a list of events; nothing is changed here."""

from __future__ import annotations

from typing import Any, Final

from hearings import acts, states
from hearings.acts import Rule
from hearings.hearing import Event, Hearing, Seat
from hearings.problems import Refused
from hearings.terms import ACTS, Act
from hearings.texts import is_text

REASON: Final = 500
"""Characters of a reason, at most."""


def decide(
    hearing: Hearing, act: Act, actor: str, at: str, *, seat: str | None = None, reason: str | None = None,
    version: int | None = None, sitting: str | None = None,
) -> list[Event]:  # fmt: skip
    """The events of ``act`` done by the seat ``actor`` at the time ``at`` (ISO 8601).

    ``seat`` and ``reason`` belong to acts on a seat; ``version`` is the hearing's version that the actor saw;
    ``sitting`` is the UUIDv7 that a sitting gets if the act starts one. Raises `Refused`.
    """
    if act not in ACTS:
        raise Refused("bad-request", field="act")
    if actor not in hearing.seats:
        raise Refused("not-permitted", acts.TABLE[act].paragraph, act=act)
    by = hearing.seats[actor]
    rule = acts.check(act, by.role, by.standing, hearing.state)
    data = _of_seat(hearing, rule, seat, reason, version) if rule.on_seat else _of_hearing(hearing, rule, version)
    if rule.event == "started":
        if sitting is None:
            raise ValueError("a sitting that starts needs an id")
        data = {"sitting": sitting}
    return [Event(rule.event, hearing.version + 1, at, actor, data)]


def allowed(hearing: Hearing, seat: str, attendance: str | None = None) -> list[Act]:
    """The acts that the device in ``seat`` may do now; acts on seats only where there is a seat for them."""
    by = hearing.seats[seat]
    standing = by.standing if attendance is None else by.standing_of(attendance)
    return [act for act in ACTS if _may(hearing, act, by, standing)]


def _may(hearing: Hearing, act: Act, by: Seat, standing: Any) -> bool:
    try:
        rule = acts.check(act, by.role, standing, hearing.state)
    except Refused:
        return False
    return not rule.on_seat or any(fits(rule, seat) for seat in hearing.seats.values())


def fits(rule: Rule, seat: Seat) -> bool:
    """Whether an act on a seat makes sense for this one now."""
    if rule.claim:
        return seat.claim is not None
    # The presiding judge leads the hearing (Rules ¶28-1): nobody removes that seat, its holder included.
    return seat.standing in rule.of and not (rule.event == "removed" and seat.role == "judge")


def _of_hearing(hearing: Hearing, rule: Rule, version: int | None) -> dict[str, Any]:
    if version is not None and version < hearing.state_changed:
        raise Refused("changed", rule.paragraph, state=hearing.state)
    return {}


def _of_seat(hearing: Hearing, rule: Rule, code: str | None, reason: str | None, version: int | None) -> dict[str, Any]:
    if not code:
        raise Refused("bad-request", field="seat")
    if code not in hearing.seats:
        raise Refused("not-found", rule.paragraph, seat=code)
    seat = hearing.seats[code]
    # Who was looked at must be who is admitted (Rules ¶9): another device may have come in the meantime.
    if not fits(rule, seat) or (version is not None and version < seat.changed):
        raise Refused("changed", rule.paragraph, seat=code, standing=seat.standing)
    if rule.claim:
        return _of_claim(hearing, rule, seat)
    data: dict[str, Any] = {"seat": code, "attendance": seat.attendance}
    return data | {"reason": _reason(rule, reason)} if rule.reason else data


def _of_claim(hearing: Hearing, rule: Rule, seat: Seat) -> dict[str, Any]:
    data = {"seat": seat.code, "attendance": seat.claim}
    if rule.event == "device_refused":
        return data
    # A new device is looked at again (Rules ¶9).
    standing = states.TABLE[hearing.state].join.get(seat.role)
    if standing is None:
        raise Refused("wrong-state", rule.paragraph, state=hearing.state)
    return data | {"standing": standing, "replaced": seat.attendance}


def _reason(rule: Rule, reason: str | None) -> str:
    text = (reason or "").strip()
    if not text or len(text) > REASON or not is_text(text):
        raise Refused("bad-request", rule.paragraph, field="reason")
    return text
