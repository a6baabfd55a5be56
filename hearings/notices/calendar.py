"""A hearing as iCalendar (RFC 5545): the invitation of an e-mail (iTIP, RFC 5546), and the feed (Rules ¶31)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from hearings.notices.notice import CALLED_OFF, Announced, Kind, public_state
from hearings.notices.reminders import facts
from hearings.notices.texts import ZONE

_PRODUCT: Final = "-//Courtroom//Hearings//EN"
# How long a hearing takes nobody knows; an entry without an end is shown by many calendars as nothing.
_LENGTH: Final = timedelta(hours=1)
_METHODS: Final[Mapping[Kind, str]] = {
    "scheduled": "REQUEST",
    "rescheduled": "REQUEST",
    "postponed": "CANCEL",
    "cancelled": "CANCEL",
}


def invitation(
    kind: Kind, data: Mapping[str, Any], summary: str, organizer: str, attendee: str, link: str
) -> tuple[str, bytes] | None:
    """iTIP's method and the file, for the kinds that change a calendar; ``data`` as `reminders.facts` gives it.

    The same hearing has the same UID for ever, and each schedule of it a higher SEQUENCE.
    """
    method = _METHODS.get(kind)
    if method is None:
        return None
    event = _event(data, summary)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("organizer", vCalAddress(f"mailto:{organizer}"))
    person = vCalAddress(f"mailto:{attendee}")
    person.params["RSVP"] = vText("FALSE")
    event.add("attendee", person)
    if link:
        event.add("url", link)
    calendar = _calendar()
    calendar.add("method", method)
    return method, _bytes(calendar, [event])


def published(hearings: Iterable[Announced]) -> bytes:
    """The feed: nothing of it is personal."""
    calendar = _calendar()
    calendar.add("method", "PUBLISH")
    events = []
    for hearing in hearings:
        event = _event(facts(hearing), hearing.number)
        event.add("status", "CANCELLED" if hearing.state in CALLED_OFF else "CONFIRMED")
        event.add("categories", [hearing.technology, public_state(hearing.state)])
        events.append(event)
    return _bytes(calendar, events)


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add_component(Timezone.from_tzinfo(ZONE, str(ZONE), datetime(2024, 1, 1), datetime(2038, 1, 1)))
    return calendar


def _event(data: Mapping[str, Any], summary: str) -> Event:
    start = datetime.fromisoformat(data["at"]).astimezone(ZONE)
    event = Event()
    event.add("uid", data["hearing"])
    event.add("sequence", data["sequence"])
    event.add("dtstamp", datetime.fromtimestamp(data["changed"], UTC))
    event.add("dtstart", start)
    event.add("dtend", start + _LENGTH)
    event.add("summary", summary)
    event.add("location", ", ".join(filter(None, [data["court"], data["courtroom"]])))
    return event


def _bytes(calendar: Calendar, events: Iterable[Event]) -> bytes:
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())
