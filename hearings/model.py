"""A hearing's parts, as data. `hearing.fold` makes them from events; nothing else does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal

from hearings.terms import PRESENT, Place, Position, Role, Standing, State

SYSTEM: Final = "system"
"""The actor of what no seat did: the program itself, or its command line."""

Item = Literal["courtroom_ready", "participants_present", "link_started"]
"""What the clerk checks before the start (Rules ¶16)."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. ``version`` counts from 1 without gaps; ``at`` is ISO 8601 in UTC; ``actor`` a seat code
    or `SYSTEM`; ``data`` is plain JSON, whose keys per kind are read where the kind is folded."""

    kind: str
    version: int
    at: str
    actor: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mark:
    """Who decided something, and when."""

    by: str
    at: str


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What the clerk of the receiving court or the institution's administration reports of one person (Rules ¶26)."""

    by: str
    at: str
    attended: bool
    identity: bool
    credentials: bool
    remark: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One verdict of the check before entry; ``cause`` is a word for what helps, empty where there is none."""

    verdict: Literal["good", "poor", "bad", "unmeasured"]
    cause: str = ""


@dataclass(frozen=True, slots=True)
class EntryCheck:
    """The last check before entry of the device ``attendance`` (Rules ¶28, ¶35–38), by part; ``times``: how many."""

    at: str
    attendance: str
    findings: Mapping[str, Finding]
    times: int = 1


@dataclass(frozen=True, slots=True)
class Seat:
    """A role's place in the hearing. ``attendance`` is the device that holds it or held it last, ``claim`` the second
    device that asks for it, ``reason`` why it was refused or removed, ``changed`` the version that last touched who is
    there. ``photo``: one was submitted (Rules ¶9); ``necessary``: the hearing cannot go on without (¶19);
    ``declared`` is when the three declarations were made, ``identified`` who admitted, ``called`` when a witness was,
    ``named_at_entry``: the order named nobody, and the name is that of who came; ``lost`` since when
    nothing comes from a necessary seat."""

    code: str
    role: Role
    name: str
    photo: bool = False
    named_at_entry: bool = False
    place: Place = "personal_device"
    necessary: bool = False
    under_sixteen: bool = False
    standing: Standing = "absent"
    attendance: str | None = None
    claim: str | None = None
    reason: str | None = None
    wrong_words: int = 0
    changed: int = 0
    muted: bool = False
    declared: str | None = None
    identified: Mark | None = None
    called: str | None = None
    report: SiteReport | None = None
    lost: str | None = None
    entry_check: EntryCheck | None = None

    @property
    def taken(self) -> bool:
        """A device has the seat, whether or not the court has admitted it."""
        return self.standing in PRESENT

    @property
    def position(self) -> Position:
        return Position(self.place, self.role, self.standing)

    @property
    def title(self) -> str:
        return f"{self.code} — {self.name}" if self.name else self.code

    def standing_of(self, attendance: str | None) -> Standing:
        """What a device is in this seat; "left" when another one has taken its place."""
        if attendance is not None and attendance == self.claim:
            return "claiming"
        return self.standing if attendance == self.attendance else "left"


@dataclass(frozen=True, slots=True)
class Sitting:
    """One day's sitting, to which an AVR belongs. ``number`` counts from 1."""

    sitting: str
    number: int
    started_at: str
    ended_at: str | None = None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One participant's answers in the mutual check (Rules ¶36)."""

    at: str
    hears: bool
    sees: bool
    asks: bool
    answers: bool

    @property
    def good(self) -> bool:
        return self.hears and self.sees and self.asks and self.answers


@dataclass(frozen=True, slots=True)
class Check:
    """The mutual check (Rules ¶36): what each confirmed, and what the machine measured, per listener and source, as
    ``{"audio": bool, "video": bool}``."""

    begun: Mark
    confirmed: Mapping[str, Confirmed] = field(default_factory=lambda: MappingProxyType({}))
    measured: Mapping[str, Mapping[str, Mapping[str, bool]]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Fault:
    """A technical problem that somebody reported (Rules ¶14). ``link`` are the seat's figures of that moment;
    ``restored_by`` is the time that the technician gave (¶24)."""

    number: int
    seat: str
    at: str
    kind: str
    text: str
    link: Mapping[str, Any] | None = None
    acknowledged: Mark | None = None
    restored_by: str | None = None
    resolved: Mark | None = None


@dataclass(frozen=True, slots=True)
class RecordingRequest:
    """A participant's request to record (Rules ¶33): the others' opinions, and the court's decision."""

    number: int
    seat: str
    at: str
    opinions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    permitted: bool | None = None
    decided: Mark | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Tested:
    """A test session that is over (Rules ¶15): who ended it, when, and what was measured of each seat."""

    by: str
    at: str
    seats: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Hearing:
    """``capacity`` is how many seats may be held at once; ``state_changed`` the version of the last change of state;
    ``reason`` what was given for it; ``queue`` who asks for the floor, in order; ``items`` what the clerk ticked."""

    id: str
    court: str
    court_name: str
    number: str
    title: str
    scheduled_at: str
    capacity: int
    version: int
    state: State = "scheduled"
    state_changed: int = 1
    reason: str | None = None
    seats: Mapping[str, Seat] = field(default_factory=lambda: MappingProxyType({}))
    sittings: tuple[Sitting, ...] = ()
    floor: str | None = None
    queue: tuple[str, ...] = ()
    items: Mapping[str, Mark] = field(default_factory=lambda: MappingProxyType({}))
    check: Check | None = None
    faults: tuple[Fault, ...] = ()
    requests: tuple[RecordingRequest, ...] = ()
    tests: tuple[Tested, ...] = ()

    @property
    def appointed_at(self) -> str | None:
        """When it is held, ISO 8601; a postponed hearing has no day yet."""
        return None if self.state == "postponed" else self.scheduled_at

    @property
    def sitting(self) -> Sitting | None:
        """The last sitting, over or not."""
        return self.sittings[-1] if self.sittings else None

    @property
    def open_sitting(self) -> Sitting | None:
        """The sitting that is being recorded, or would be if the state allowed it."""
        return self.sitting if self.sitting and self.sitting.ended_at is None else None

    def role(self, seat: str) -> Role | None:
        return self.seats[seat].role if seat in self.seats else None
