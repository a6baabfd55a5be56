"""An application as each may see it. Neither the code word's hash nor a vault id leaves the server."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from typing import Any, Final, cast

from hearings.model import Hearing
from hearings.office.application import Application, Sent
from hearings.office.application_acts import allowed
from hearings.office.application_states import TABLE, Position
from hearings.office.streams import Projection
from hearings.office.terms import State

READERS: Final[frozenset[Position]] = frozenset({("judge", "hearing"), ("clerk", "hearing")})
"""Who sees the documents (Rules ¶8)."""
HERE: Final = ("judge", "clerk", "organiser")
THERE: Final = ("organiser", "site_clerk")


def projection(application: Application) -> Projection:
    hearing = application.appointment.hearing if application.appointment else None
    # The receiving court sees it from Appendix 1 on (Rules ¶12).
    receiver = application.receiver if application.sent else None
    state, key, due = application.state, application.receipt, application.due
    return Projection(state, key, receiver, due, hearing, _summary(application))


def positions(application: Application, roles: Collection[tuple[str, str]]) -> frozenset[Position]:
    """As what somebody with these (court, role) pairs meets an application; nothing for strangers."""
    return positions_in(application.court, application.receiver if application.sent else None, roles)


def positions_in(court: str, receiver: str | None, roles: Collection[tuple[str, str]]) -> frozenset[Position]:
    here: set[Position] = {(role, "hearing") for where, role in roles if where == court and role in HERE}
    there: set[Position] = {(role, "receiving") for where, role in roles if where == receiver and role in THERE}
    return frozenset(here | there)


def is_turn(state: str, whose: Collection[Position]) -> bool:
    """Whether somebody in these positions is who an application in this state waits for."""
    return bool(TABLE[cast(State, state)].inbox & frozenset(whose))


def _summary(application: Application) -> dict[str, Any]:
    return {
        "application": application.id, "receipt": application.receipt, "state": application.state,
        "case": application.case, "means": application.means, "initiator": application.initiator,
        "name": application.applicant.name, "role": application.applicant.role, "due": application.due,
        "submitted_at": application.submitted_at, "version": application.version,
    }  # fmt: skip


def for_staff(application: Application, whose: frozenset[Position], *, late: bool = False) -> dict[str, Any]:
    """``late``: Appendix 1 went out after its term, as `procedure.out_late` has it."""
    resolution, sent, appointment = application.resolution, application.sent, application.appointment
    return {
        **_summary(application),
        "applicant": asdict(application.applicant), "reason": application.reason,
        "receiver": application.receiver, "provider": application.provider,
        "documents": sorted(application.documents) if READERS & whose else [],
        "resolution": asdict(resolution) if resolution else None,
        "sent": _sent(sent, whose, late) if sent else None,
        "answers": {side: asdict(answer) for side, answer in application.answers.items()},
        "informed": dict(application.informed),
        "appointment": asdict(appointment) if appointment else None,
        "credentials_at": application.credentials_at,
        "yours": is_turn(application.state, whose), "acts": allowed(whose, application.state),
    }  # fmt: skip


def for_applicant(application: Application, hearing: Hearing | None = None) -> dict[str, Any]:
    """What the applicant is told with receipt and code word: never more than they gave, and the court's answer. The
    ``hearing`` that came of it may be another day by now, or have none."""
    resolution, appointment = application.resolution, application.appointment
    refused = resolution is not None and not resolution.granted
    at = hearing.appointed_at if hearing else None
    return {
        "receipt": application.receipt, "state": application.state, "case": application.case,
        "means": application.means, "submitted_at": application.submitted_at,
        "reason": resolution.reason if refused and resolution else None,
        "hearing": {"number": appointment.number, "seat": appointment.seat, "scheduled_at": at}
        if appointment else None,
        "version": application.version,
    }  # fmt: skip


def _sent(sent: Sent, whose: frozenset[Position], late: bool) -> dict[str, Any]:
    """E-mail addresses are for those who send Appendix 1 and answer for it."""
    hidden = frozenset() if READERS & whose else frozenset({"email"})
    addressees = [{name: text for name, text in one.items() if name not in hidden} for one in sent.addressees]
    plain = {name: getattr(sent, name) for name in sent.__dataclass_fields__ if name != "addressees"}
    return {**plain, "addressees": addressees, "late": sent.late or late}
