"""What the court's papers are filled with. All times are aware, in the zone in which the paper shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, get_args

Language = Literal["kk", "ru", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

Identification = Literal["photo", "document", "site_report", "face"]
"""By the photo of the application (Rules ¶9), by an identity document in the courtroom, or by the receiving court's
or institution's report (Rules ¶26)."""
PauseKind = Literal["technical_adjournment", "recess", "closed_session"]
Place = Literal["courtroom", "receiving_court", "institution", "personal_device"]


@dataclass(frozen=True, slots=True)
class Person:
    """Surname, name, patronymic, and contact details where the form asks for them."""

    name: str
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Addressee:
    name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class ApplicationForm:
    """Appendix 1 (Rules ¶12). ``providing`` is the court or institution that gives the link; empty when the
    participant uses a device of their own. ``status`` is the participant's procedural status in words."""

    addressees: tuple[Addressee, ...]
    court: str
    case_number: str
    action: str
    status: str
    participant: str
    providing: str
    at: datetime
    clerk: Person
    organiser: Person
    judge: str


@dataclass(frozen=True, slots=True)
class OrganiserAnswer:
    """Appendix 2 (Rules ¶15, ¶21). ``subject`` is whom the hearing's link is for; ``reason`` says why it is not
    feasible. ``clerk``, ``courtroom`` and ``organiser`` are shown only if it is, as the form's footnote asks."""

    addressees: tuple[Addressee, ...]
    court: str
    subject: str
    case_number: str
    feasible: bool
    reason: str
    at: datetime
    providing: str
    clerk: Person
    courtroom: str
    organiser: Person
    judge: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One report or loss: who was hit, where, and what was the matter."""

    at: datetime
    who: str
    place: str
    what: str


@dataclass(frozen=True, slots=True)
class Measurement:
    """A figure of a link as it was then, with its unit: ``"Loss", "12.5 %"``."""

    at: datetime
    who: str
    figure: str
    value: str


@dataclass(frozen=True, slots=True)
class TechnicalAct:
    """The act of Rules ¶18. ``informed`` says who was told, ``measures`` what was tried, ``decision`` what the court
    decided on the case. ``administrator`` is the head of the court's administrator, who signs with the clerk."""

    court: str
    courtroom: str
    case_number: str
    scheduled_at: datetime
    drawn_up_at: datetime
    judge: str
    administrator: str
    clerk: str
    problems: tuple[Problem, ...]
    measurements: tuple[Measurement, ...]
    informed: str
    measures: str
    decision: str


@dataclass(frozen=True, slots=True)
class Identified:
    how: Identification
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """From a time to a time; ``until`` is None where it has not ended."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class MinutesParticipant:
    """``status`` in words; ``place`` with ``where`` (the court's or institution's name, if it is one); ``present``
    when they took part. ``checked``: heard, saw, asked and answered before the start (Rules ¶36)."""

    name: str
    status: str
    place: Place
    where: str
    identified: Identified | None
    checked: bool
    present: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the minutes: when, who (empty for the court's own acts), what."""

    at: datetime
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Ruling:
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Pause:
    kind: PauseKind
    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which a participant was cut off, with what was measured."""

    who: str
    span: Span
    measured: str


@dataclass(frozen=True, slots=True)
class RecordingPermission:
    """A participant's request to record (Rules ¶33), what the others thought of it, and what the court ruled."""

    who: str
    asked_at: datetime
    opinions: str
    granted: bool | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Audibility:
    """Of ``seconds`` of the speaker's speech, the per cent that the listener received and played (None: not known), the
    ``longest`` run of seconds with less than nine tenths, how often the listener's reports parted from what was
    delivered, and the per cent that was ``delivered`` to its device (Rules ¶35)."""

    speaker: str
    listener: str
    seconds: int
    share: int | None
    longest: int
    contradictions: int
    delivered: int


@dataclass(frozen=True, slots=True)
class Minutes:
    """The minutes of a court hearing. ``conferencing`` is when video conferencing was used (Rules ¶32), ``technology``
    with what; ``recording`` names the AVR."""

    court: str
    courtroom: str
    case_number: str
    title: str
    day: date
    held: Span
    judge: str
    panel: tuple[str, ...]
    clerk: str
    technology: str
    conferencing: tuple[Span, ...]
    participants: tuple[MinutesParticipant, ...]
    entries: tuple[Entry, ...]
    rulings: tuple[Ruling, ...]
    pauses: tuple[Pause, ...]
    outages: tuple[Outage, ...]
    permissions: tuple[RecordingPermission, ...]
    recording: str
    audibility: tuple[Audibility, ...] = ()


Paper = ApplicationForm | OrganiserAnswer | TechnicalAct | Minutes
