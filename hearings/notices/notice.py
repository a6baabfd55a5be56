"""What a notice is, and whom it can reach. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from hearings.problems import Refused
from hearings.texts import is_email

Kind = Literal[
    "scheduled", "rescheduled", "reminder", "postponed", "cancelled",
    "test_session", "resolution", "infeasible", "credentials_ready", "appendix_1",
    "technician_informed", "problem",
]  # fmt: skip
Channel = Literal["email", "sms"]
Language = Literal["kk", "ru", "en"]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
CHANNELS: Final[tuple[Channel, ...]] = get_args(Channel)
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
CALLED_OFF: Final[frozenset[str]] = frozenset({"postponed", "cancelled"})
"""The hearing's states in which it will not be held at the time that was announced."""
OF_THE_SCHEDULE: Final[tuple[Kind, ...]] = ("scheduled", "rescheduled", "reminder", "postponed", "cancelled")
"""The kinds that a newer schedule makes void while they wait."""

_PHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")  # ITU-T E.164


_IN_PUBLIC: Final[Mapping[str, str]] = {
    "test_session": "scheduled",
    "ready": "scheduled",
    "technical_adjournment": "in_session",
    "recess": "in_session",
    "closed_session": "in_session",
}


def public_state(state: str) -> str:
    """What everybody may know of a hearing's state: scheduled, in_session, concluded, postponed or cancelled."""
    return _IN_PUBLIC.get(state, state)


@dataclass(frozen=True, slots=True)
class Contact:
    """How somebody is reached; without both addresses, not at all. Raises `Refused` (``bad-request``)."""

    language: Language = "kk"
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise Refused("bad-request", field="language")
        if self.email and not is_email(self.email):
            raise Refused("bad-request", field="email")
        if self.phone and not _PHONE.fullmatch(self.phone):
            raise Refused("bad-request", field="phone")

    def addresses(self) -> dict[Channel, str]:
        """The address per channel, of those that there are."""
        both: dict[Channel, str] = {"email": self.email, "sms": self.phone}
        return {channel: address for channel, address in both.items() if address}


@dataclass(frozen=True, slots=True)
class File:
    """A PDF of the vault that goes with a notice, under a ``name``; its content is what had this SHA-256."""

    id: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one recipient. ``key`` is what makes it the same notice when it is put in twice; ``to`` the
    e-mail address or telephone number; ``data`` plain JSON for the text (`texts.Texts`), never a code word or a
    password; ``file`` goes along with an e-mail; after ``expires``, in seconds since the epoch, it is not sent."""

    key: str
    court: str
    channel: Channel
    kind: Kind
    language: Language
    to: str = field(repr=False)
    data: Mapping[str, Any] = field(repr=False)
    expires: float
    hearing: str | None = None
    application: str | None = None
    seat: str | None = None
    file: File | None = None


def reachable(language: str, email: str = "", phone: str = "") -> Contact:
    """A contact of what people write: a number as it is dialled in Kazakhstan becomes an international one; what cannot
    be used is left out, for a notice over the other channel is better than none."""
    digits = re.sub(r"[\s()\u00a0.-]", "", phone)
    number = "+7" + digits[1:] if re.fullmatch(r"[78][0-9]{10}", digits) else digits
    return Contact(
        next((one for one in LANGUAGES if one == language), "kk"),
        email if is_email(email) else "",
        number if _PHONE.fullmatch(number) else "",
    )


def addressed(
    kind: Kind, key: str, court: str, contact: Contact, data: Mapping[str, Any], expires: float, *,
    hearing: str | None = None, application: str | None = None, seat: str | None = None, file: File | None = None,
) -> list[Notice]:  # fmt: skip
    """One notice for each channel over which the contact is reached; each with a key of its own."""
    return [
        Notice(
            f"{key}/{channel}", court, channel, kind, contact.language, address, data, expires,
            hearing=hearing, application=application, seat=seat, file=file,
        )
        for channel, address in contact.addresses().items()
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notice in the hands of who sends it; ``attempts`` with this one."""

    id: str
    kind: Kind
    language: Language
    to: str = field(repr=False)
    data: Mapping[str, Any] = field(repr=False)
    attempts: int
    file: File | None = None


@dataclass(frozen=True, slots=True)
class Announced:
    """A hearing as it is published (Rules ¶31). ``sequence`` counts its schedules from 0, ``changed`` is when the last
    one became known, in seconds since the epoch; ``position`` orders all changes of all hearings."""

    hearing: str
    court: str
    court_name: str
    number: str
    scheduled_at: str
    state: str
    sequence: int
    changed: float
    position: int
    courtroom: str = ""
    technology: str = "videoconference"
