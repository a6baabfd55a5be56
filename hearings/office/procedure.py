"""What is done with an application, from the judge's resolution to the scheduled hearing. The answer is a list of
events; nothing is changed here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, get_args

from hearings.hearing import Event
from hearings.office import application_acts, courtrooms
from hearings.office.application import Application
from hearings.office.application_states import SIDES, Position
from hearings.office.calendar import Calendar
from hearings.office.courtrooms import Courtroom
from hearings.office.streams import REASON, a_text, one_of, optional_text, require, unchanged
from hearings.office.terms import ACTS, Act, Addressee, Side
from hearings.problems import Refused
from hearings.texts import is_email
from hearings.times import ZONE, iso, seconds

APPENDIX_1_DAYS: Final = 3
"""Working days after the resolution (Rules ¶12)."""
ANSWER_DAYS: Final = 1
"""Working days after the application's receipt (Rules ¶21)."""
ADDRESSEES: Final = 10


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts (a staff member's id, or ``applicant``), and as what."""

    id: str
    positions: frozenset[Position]


@dataclass(frozen=True, slots=True)
class Around:
    """What an act needs besides the application: the court's calendar; the courtroom that was named; of the hearing
    that is being scheduled its id, its number and the applicant's seat."""

    calendar: Calendar = field(default_factory=Calendar)
    courtroom: Courtroom | None = None
    hearing: str = ""
    number: str = ""
    seat: str = ""


def decide(
    application: Application, act: str, actor: Actor, data: Mapping[str, Any], at: str, around: Around, *, seen: int
) -> list[Event]:
    """The events of ``act`` at the time ``at`` by somebody who saw version ``seen``. Raises `Refused`."""
    named = one_of({"act": act}, "act", ACTS)
    rule = application_acts.check(named, actor.positions, application.state)
    unchanged(seen, application.version, rule.paragraph)
    fields = _FIELDS[named](_Request(application, actor, data, at, around))
    return [Event(rule.event, application.version + 1, at, actor.id, fields)]


@dataclass(frozen=True, slots=True)
class _Request:
    application: Application
    actor: Actor
    data: Mapping[str, Any]
    at: str
    around: Around


def court_day(at: str) -> date:
    """The day in the court's time of a time in ISO 8601."""
    return datetime.fromtimestamp(seconds(at), ZONE).date()


def out_late(application: Application, signed_at: str | None, now: str) -> bool:
    """Rules ¶12: what is sent is Appendix 1, signed off. It is late where sending and signature were not both there on
    the last day of the term, and while it is unsigned after that day."""
    resolution, sent = application.resolution, application.sent
    if resolution is None or not resolution.granted or sent is None:
        return False
    out = max(sent.at, signed_at or application.ended_at or now)
    return court_day(out).isoformat() > resolution.due


def _grant(request: _Request) -> dict[str, Any]:
    due = request.around.calendar.due(court_day(request.at), APPENDIX_1_DAYS)
    return {
        "presiding": a_text(request.data, "presiding", paragraph="12"),
        "hearing_at": _time_to_come(request, "hearing_at"),
        "reason": optional_text(request.data, "reason", REASON, "12"),
        "due": due.isoformat(),
    }


def _refuse(request: _Request) -> dict[str, Any]:
    return {"reason": a_text(request.data, "reason", REASON, "12")}


def _send(request: _Request) -> dict[str, Any]:
    resolution = request.application.resolution
    assert resolution is not None  # no state but `granted` leads here
    today, addressees = court_day(request.at), _addressees(request)
    return {
        "addressees": addressees,
        "clerk": a_text(request.data, "clerk", paragraph="12"),
        "organiser": a_text(request.data, "organiser", paragraph="12"),
        "late": today.isoformat() > resolution.due,
        "due": request.around.calendar.due(today, ANSWER_DAYS).isoformat(),
    }


def _addressees(request: _Request) -> list[dict[str, str]]:
    """Rules ¶12: the administration where the case is considered; and, without a personal device, whoever provides the
    link and the administration of that region."""
    given = request.data.get("addressees")
    require(isinstance(given, list) and len(given) <= ADDRESSEES, "addressees", "12")
    assert isinstance(given, list)
    found = [_addressee(one) for one in given]
    needed = {"administration"}
    if request.application.means != "personal_device":
        needed |= {"provider", "provider_administration"}
    require({one["kind"] for one in found} >= needed, "addressees", "12")
    return found


def _addressee(data: Any) -> dict[str, str]:
    require(isinstance(data, dict), "addressees", "12")
    return {
        "kind": one_of(data, "kind", get_args(Addressee), "12"),
        "name": a_text(data, "name", paragraph="12"),
        "address": optional_text(data, "address", paragraph="12"),
        "email": _email(data),
    }


def _email(data: Mapping[str, Any]) -> str:
    """Where Appendix 1 is sent by the program; empty where it goes by other ways."""
    email = optional_text(data, "email", paragraph="12")
    require(not email or is_email(email), "email", "12")
    return email


def _answer(request: _Request) -> dict[str, Any]:
    side, sent = _side(request), request.application.sent
    assert sent is not None  # no state before `sent` leads here
    feasible = request.data.get("feasible")
    require(isinstance(feasible, bool), "feasible", "30")
    registered = request.around.courtroom
    # A court of this system has a register, in which the room must be (Rules ¶5).
    if feasible and (registered or (side == "receiving" and request.application.receiver)):
        courtrooms.require_equipped(registered)
    room = registered.number if registered else optional_text(request.data, "courtroom", 100, "15")
    return {
        "side": side, "feasible": feasible, "courtroom": room,
        # Footnote 1 of Appendix 2: these are given where feasibility is confirmed.
        "clerk": optional_text(request.data, "clerk", paragraph="15"),
        "organiser": a_text(request.data, "organiser", paragraph="15"),
        "remark": optional_text(request.data, "remark", REASON) if feasible else a_text(request.data, "remark", REASON),
        "late": court_day(request.at).isoformat() > sent.due,
    }  # fmt: skip


def _side(request: _Request) -> Side:
    """For which side an organiser speaks. A court of this system answers for itself (Rules ¶21); for an institution the
    organiser who asked it does (Rules ¶15)."""
    application = request.application
    side = one_of(request.data, "side", SIDES[application.means], "15")
    speaker: Side = "receiving" if side == "receiving" and application.receiver else "hearing"
    if ("organiser", speaker) not in request.actor.positions:
        raise Refused("not-permitted", "21" if speaker == "receiving" else "15")
    return side


def _inform(request: _Request) -> dict[str, Any]:
    return {"side": _side(request), "technician": optional_text(request.data, "technician", paragraph="15")}


def _acknowledge(request: _Request) -> dict[str, Any]:
    return {}


def _schedule(request: _Request) -> dict[str, Any]:
    room, around = courtrooms.require_equipped(request.around.courtroom), request.around
    return {
        "hearing": around.hearing, "number": around.number, "seat": around.seat, "courtroom": room.number,
        "scheduled_at": _time_to_come(request, "scheduled_at"),
    }  # fmt: skip


def _credentials(request: _Request) -> dict[str, Any]:
    """Once. Again only with a reason: what was shown is lost, and a new word takes the place of the old."""
    reason = optional_text(request.data, "reason", REASON, "15")
    if request.application.credentials_at is not None and not reason:
        raise Refused("already-issued", "15")
    return {"reason": reason}


def _withdraw(request: _Request) -> dict[str, Any]:
    return {"reason": optional_text(request.data, "reason", REASON, "8")}


def _time_to_come(request: _Request, name: str) -> str:
    text = a_text(request.data, name, 40, "10")
    try:
        when = iso(seconds(text))
    except (ValueError, OverflowError, OSError):
        raise Refused("bad-request", "10", field=name) from None
    require(when > request.at, name, "10")
    return when


_FIELDS: Final[Mapping[Act, Callable[[_Request], dict[str, Any]]]] = {
    "grant": _grant,
    "refuse": _refuse,
    "send": _send,
    "answer": _answer,
    "inform_technician": _inform,
    "acknowledge": _acknowledge,
    "schedule": _schedule,
    "issue_credentials": _credentials,
    "withdraw": _withdraw,
}
