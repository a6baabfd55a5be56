"""What a court's staff are told by e-mail, each at the address that an administrator entered (Rules ¶15, ¶17)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from hearings.hearing import Event, Hearing
from hearings.notices.notice import Contact, Kind, Notice, addressed
from hearings.notices.outbox import Outbox
from hearings.notices.reminders import NOT_BEGUN
from hearings.office.application import Application
from hearings.office.procedure import court_day
from hearings.store import Staff, Store
from hearings.store.events import Also
from hearings.store.office_also import new_notices
from hearings.times import seconds
from signaling.problems import unexpected

_EXPIRES_S: Final = 86_400


class StaffNotices:
    def __init__(self, store: Store, outbox: Outbox) -> None:
        self._store = store
        self._outbox = outbox

    async def informed(self, application: Application, event: Event) -> Also | None:
        """The technicians of the side's court, with the organiser's act (Rules ¶15); ``application`` is as ``event``
        left it."""
        if event.kind != "technician_informed":
            return None
        there = event.data["side"] == "receiving" and application.receiver
        people = await self._people(there or application.court, "technician")
        facts = {"number": application.case, "court": await self._name(application.court), "at": _when(application)}
        notices = [
            notice
            for person in people
            for notice in _to(
                person, "technician_informed", f"{application.id}/{event.version}", application.court, facts,
                event.at, application=application.id,
            )
        ]  # fmt: skip
        return new_notices([self._outbox.row(one) for one in notices], None)

    async def reported(self, hearing: Hearing, events: Sequence[Event]) -> Also | None:
        """The organisers, with the event: a problem before the sitting (Rules ¶17), of each seat once a day for each
        kind, so that nobody fills their mailboxes. The sender finds it at its next turn. Our own mistake here takes
        nothing from the hearing, in which the problem is told at once (¶14)."""
        problems = [event for event in events if event.kind == "problem_reported" and hearing.state in NOT_BEGUN]
        if not problems:
            return None
        try:
            return await self._problems(hearing, problems)
        except Exception as error:
            unexpected(error, "staff_notice_failed")
            return None

    async def _problems(self, hearing: Hearing, problems: Sequence[Event]) -> Also:
        organisers = await self._people(hearing.court, "organiser")
        found = {
            notice.key: notice
            for event in problems for person in organisers for notice in _problem(hearing, event, person)
        }  # fmt: skip
        known = await self._store.notice_keys(found)
        return new_notices([self._outbox.row(one) for key, one in found.items() if key not in known], None)

    async def _people(self, court: str, role: str) -> list[Staff]:
        found = await self._store.staff_of_court(court)
        return [one for one in found if one.email and not one.disabled and one.may_take(court, role)]

    async def _name(self, court: str) -> str:
        return (await self._store.courts())[court]


def _problem(hearing: Hearing, event: Event, person: Staff) -> list[Notice]:
    seat, day = event.data["seat"], court_day(event.at).isoformat()
    key = f"{hearing.id}/problem/{seat}/{event.data['problem_kind']}/{day}"
    facts = {"number": hearing.number, "court": hearing.court_name, "at": hearing.scheduled_at, "seat": seat}
    return _to(person, "problem", key, hearing.court, facts, event.at, hearing=hearing.id)


def _to(
    person: Staff, kind: Kind, key: str, court: str, facts: dict[str, Any], at: str, **about: str
) -> list[Notice]:  # fmt: skip
    contact = Contact(email=person.email)
    expires = seconds(at) + _EXPIRES_S
    return addressed(
        kind, f"{key}/{person.id}", court, contact, facts, expires,
        hearing=about.get("hearing"), application=about.get("application"),
    )  # fmt: skip


def _when(application: Application) -> str:
    place, resolution = application.appointment, application.resolution
    return place.at if place else resolution.hearing_at if resolution else ""
