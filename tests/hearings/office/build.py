"""An application to try things on."""

from __future__ import annotations

from typing import Any

from hearings.hearing import Event
from hearings.office import courtrooms
from hearings.office.application import Application, fold
from hearings.office.courtrooms import NEEDED, Courtroom
from hearings.office.procedure import Actor, Around, decide
from hearings.office.submission import Enclosed, submit

AT = "2026-11-20T05:00:00.000Z"
DETAILS: dict[str, Any] = {
    "case": "7204-25-00-2/15", "means": "personal_device", "name": "A party", "role": "party",
    "phone": "+7 701 1234567", "email": "party@example.org", "reason": "I live 800 km away",
}  # fmt: skip
ENCLOSED = Enclosed({"identity": "doc-1", "photo": "doc-2"}, "hash")
JUDGE = Actor("judge-id", frozenset({("judge", "hearing")}))
CLERK = Actor("clerk-id", frozenset({("clerk", "hearing")}))
ORGANISER = Actor("organiser-id", frozenset({("organiser", "hearing")}))
THERE = Actor("other-organiser-id", frozenset({("organiser", "receiving")}))
APPLICANT = Actor("applicant", frozenset({("applicant", "hearing")}))
ELSEWHERE = {"means": "other_court", "receiver": "other-court", "provider": "The other court"}

ADDRESSEES = [{"kind": kind, "name": kind} for kind in ("administration", "provider", "provider_administration")]
GRANT = {"presiding": "Judge Ahmetova", "hearing_at": "2026-12-10T05:00:00Z"}
SEND = {"addressees": ADDRESSEES, "clerk": "Serikov, +7 7172 000000", "organiser": "Omarov"}
ANSWER = {"side": "hearing", "feasible": True, "organiser": "Omarov, +7 7172 000001", "clerk": "Serikov"}
SCHEDULE = {"scheduled_at": "2026-12-10T05:00:00Z"}


def room(*equipment: str, endpoints: tuple[str, ...] = ("codec",)) -> Courtroom:
    fittings = {"number": "3", "equipment": list(equipment or sorted(NEEDED)), "endpoints": list(endpoints)}
    return courtrooms.fold(courtrooms.register("room-id", "court", fittings, "admin", AT))


AROUND = Around(courtroom=room(), hearing="hearing-id", number="7204-25-00-2/15", seat="party-1")


def submitted(**details: Any) -> Application:
    return fold(submit("id", "court", "A-2026-1", DETAILS | details, ENCLOSED, "applicant", AT, "participant"))


def events(
    application: Application, act: str, actor: Actor, data: dict[str, Any] | None = None, at: str = AT,
    around: Around = AROUND, seen: int | None = None,
) -> list[Event]:  # fmt: skip
    seen = application.version if seen is None else seen
    return decide(application, act, actor, data or {}, at, around, seen=seen)


def act(application: Application, *request: Any, **options: Any) -> Application:
    return fold(events(application, *request, **options), application)


def granted(**details: Any) -> Application:
    return act(submitted(**details), "grant", JUDGE, GRANT)


def sent(**details: Any) -> Application:
    return act(granted(**details), "send", CLERK, SEND)


def feasible(**details: Any) -> Application:
    return act(sent(**details), "answer", ORGANISER, ANSWER)


def infeasible() -> Application:
    return act(sent(), "answer", ORGANISER, {**ANSWER, "feasible": False, "remark": "The line is down"})


def scheduled() -> Application:
    return act(feasible(), "schedule", CLERK, SCHEDULE)


STATES = {
    "submitted": submitted,
    "granted": granted,
    "refused": lambda: act(submitted(), "refuse", JUDGE, {"reason": "In person"}),
    "sent": sent,
    "feasible": feasible,
    "infeasible": infeasible,
    "acknowledged": lambda: act(infeasible(), "acknowledge", JUDGE),
    "scheduled": scheduled,
    "withdrawn": lambda: act(submitted(), "withdraw", APPLICANT),
}
"""An application in each state."""
