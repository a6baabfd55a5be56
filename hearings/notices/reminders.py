"""Which notices a hearing's schedule asks for by now (Rules ¶10). Pure: who asks twice gets the same keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hearings.notices.notice import CALLED_OFF, Announced, Contact, Kind, Notice, addressed
from hearings.times import seconds

DAY_S: Final = 86_400
NOT_BEGUN: Final[frozenset[str]] = frozenset({"scheduled", "test_session", "ready"})


@dataclass(frozen=True, slots=True)
class Policy:
    """A court's: ``reminders`` are how long before the hearing each goes out, in seconds; none: no reminders."""

    reminders: tuple[int, ...] = (DAY_S, 3600)


def due(announced: Announced, contacts: Mapping[str, Contact], now: float, policy: Policy) -> list[Notice]:
    """All notices of the hearing's present schedule that should be in the outbox by ``now``, also those that are;
    ``contacts`` by seat code."""
    kinds = [*_announcements(announced, now), *_reminders(announced, now, policy)]
    return [
        notice for kind, name in kinds for seat, contact in contacts.items()
        for notice in _notices(announced, seat, contact, kind, name, now)
    ]  # fmt: skip


def _announcements(announced: Announced, now: float) -> Sequence[tuple[Kind, str]]:
    """Nobody is told that something begins which has begun; that it does not take place, everybody was promised."""
    if announced.state in CALLED_OFF:
        kind: Kind = "cancelled" if announced.state == "cancelled" else "postponed"
        return [(kind, kind)]
    if announced.state not in NOT_BEGUN or now >= seconds(announced.scheduled_at):
        return []
    kind = "rescheduled" if announced.sequence else "scheduled"
    return [(kind, kind)]


def _reminders(announced: Announced, now: float, policy: Policy) -> Sequence[tuple[Kind, str]]:
    """The latest reminder whose time has come, unless the schedule became known after that time: after a standstill
    nobody gets the day's and the hour's together."""
    begins = seconds(announced.scheduled_at)
    if announced.state not in NOT_BEGUN or now >= begins:
        return []
    come = [before for before in policy.reminders if announced.changed < begins - before <= now]
    return [("reminder", f"reminder-{min(come)}")] if come else []


def _notices(
    announced: Announced, seat: str, contact: Contact, kind: Kind, name: str, now: float
) -> Sequence[Notice]:  # fmt: skip
    begins = seconds(announced.scheduled_at)
    expires = begins if kind not in CALLED_OFF else max(begins, announced.changed + DAY_S)
    if expires <= now:
        return []
    key, data = f"{announced.hearing}/{seat}/{name}/{announced.sequence}", facts(announced) | {"seat": seat}
    return addressed(kind, key, announced.court, contact, data, expires, hearing=announced.hearing, seat=seat)


def facts(announced: Announced) -> dict[str, Any]:
    """What a notice's text and its calendar file say of the hearing."""
    return {
        "hearing": announced.hearing, "number": announced.number, "court": announced.court_name,
        "courtroom": announced.courtroom, "technology": announced.technology, "at": announced.scheduled_at,
        "sequence": announced.sequence, "changed": announced.changed,
    }  # fmt: skip
