"""What an applicant is told of an application, kept together with the act behind it (Rules ¶10, ¶12, ¶13)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from hearings.hearing import Event
from hearings.notices.notice import Contact, Kind, addressed, reachable
from hearings.notices.outbox import Outbox
from hearings.office.application import Application
from hearings.store.events import Also
from hearings.store.office_also import new_notices
from hearings.times import seconds

_EXPIRES_S: Final = 7 * 86_400
Facts = dict[str, Any]


class OfficeNotices:
    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def told(self, application: Application, event: Event, court_name: str) -> Also:
        """``application`` is as ``event`` left it."""
        contact = _contact(application)
        notice = _NOTICES.get(event.kind, _nothing)(application)
        rows = []
        if notice:
            kind, facts = notice
            facts |= {"application": application.receipt, "court": court_name}
            key, expires = f"{application.id}/{event.version}", seconds(event.at) + _EXPIRES_S
            notices = addressed(
                kind, key, application.court, contact, facts, expires, application=application.id
            )  # fmt: skip
            rows = [self._outbox.row(one) for one in notices]
        reached = self._reached(application, contact) if event.kind == "scheduled" else None
        return new_notices(rows, reached)

    def sent(self) -> None:
        """The act is on disk: its notices may go."""
        self._outbox.woken()

    def _reached(self, application: Application, contact: Contact) -> dict[str, Any] | None:
        """From now on the hearing's own notices go to the applicant."""
        place = application.appointment
        if place is None or not contact.addresses():
            return None
        return self._outbox.contact_row(place.hearing, place.seat, application.court, contact)


def _contact(application: Application) -> Contact:
    applicant = application.applicant
    return reachable(applicant.language, applicant.email, applicant.phone)


def _nothing(application: Application) -> None:
    return None


def _resolution(application: Application) -> tuple[Kind, Facts] | None:
    resolution = application.resolution
    return ("resolution", {"granted": resolution.granted, "reason": resolution.reason}) if resolution else None


def _infeasible(application: Application) -> tuple[Kind, Facts] | None:
    if application.state != "infeasible":
        return None
    remarks = [answer.remark for answer in application.answers.values() if not answer.feasible]
    return "infeasible", {"reason": " ".join(remarks)}


def _credentials(application: Application) -> tuple[Kind, Facts] | None:
    place = application.appointment
    return ("credentials_ready", {"number": place.number, "seat": place.seat}) if place else None


_NOTICES: Final[dict[str, Callable[[Application], tuple[Kind, Facts] | None]]] = {
    "granted": _resolution,
    "refused": _resolution,
    "answered": _infeasible,
    "credentials_issued": _credentials,
}
