"""An application to take part by a link (Rules ¶7-¶15, ¶20-¶21, ¶30), as its events tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from hearings.hearing import Event
from hearings.office.application_acts import STATE_AFTER
from hearings.office.application_states import SIDES
from hearings.office.streams import in_order, unknown
from hearings.office.terms import ApplicantRole, DocumentKind, Initiator, Means, Side, State
from hearings.problems import BrokenLog


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who will take part. ``phone`` and ``email`` may be empty, not both; ``language`` of what is sent to them."""

    name: str
    role: ApplicantRole
    phone: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """The judge's (Rules ¶12). ``presiding``: the presiding judge's name; ``due``: the last day on which Appendix 1 is
    sent; ``hearing_at``: about when the case is considered, ISO 8601."""

    granted: bool
    by: str
    at: str
    reason: str
    presiding: str = ""
    hearing_at: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """Appendix 1 was sent to ``addressees`` (kind, name, address, email); ``late``: after its term; ``due``: the last
    day for the answer (Rules ¶21)."""

    at: str
    by: str
    addressees: tuple[Mapping[str, str], ...]
    clerk: str
    organiser: str
    late: bool
    due: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Appendix 2 of one side. ``courtroom`` is a number, empty for a personal device."""

    feasible: bool
    at: str
    by: str
    remark: str
    courtroom: str
    clerk: str
    organiser: str
    late: bool


@dataclass(frozen=True, slots=True)
class Appointment:
    """The hearing that was scheduled and the applicant's seat in it."""

    hearing: str
    number: str
    seat: str
    courtroom: str
    at: str


@dataclass(frozen=True, slots=True)
class Application:
    """``receiver`` is the court of this system that provides the link, ``provider`` the name of whoever does;
    ``documents`` are vault ids by kind; ``word_hash`` the code word's (Rules ¶9)."""

    id: str
    court: str
    receipt: str
    initiator: Initiator
    case: str
    means: Means
    applicant: Applicant
    reason: str
    receiver: str | None
    provider: str
    documents: Mapping[DocumentKind, str]
    word_hash: str | None
    submitted_at: str
    version: int
    state: State = "submitted"
    resolution: Resolution | None = None
    sent: Sent | None = None
    answers: Mapping[Side, Answer] = field(default_factory=lambda: MappingProxyType({}))
    informed: Mapping[Side, str] = field(default_factory=lambda: MappingProxyType({}))
    appointment: Appointment | None = None
    credentials_at: str | None = None
    ended_at: str | None = None

    @property
    def due(self) -> str | None:
        """The day on which the present state must be left, ISO 8601."""
        if self.state == "granted" and self.resolution:
            return self.resolution.due
        return self.sent.due if self.state == "sent" and self.sent else None


def fold(events: Iterable[Event], application: Application | None = None) -> Application:
    """The application after ``events``. Raises `BrokenLog`."""
    for event in in_order(events, application.version if application else 0):
        application = _apply(application, event)
    if application is None:
        raise BrokenLog("no events")
    return application


def _apply(application: Application | None, event: Event) -> Application:
    if (application is None) != (event.kind == "submitted"):
        raise unknown(event)
    if application is None:
        return _submitted(event)
    if event.kind not in _ON:
        raise unknown(event)
    state = STATE_AFTER.get(event.kind, application.state)
    return _ON[event.kind](replace(application, version=event.version, state=state), event)


def _submitted(event: Event) -> Application:
    data = event.data
    return Application(
        data["application"], data["court"], data["receipt"], data["initiator"], data["case"], data["means"],
        Applicant(**data["applicant"]), data["reason"], data["receiver"], data["provider"],
        MappingProxyType(dict(data["documents"])), data["word_hash"], event.at, event.version,
    )  # fmt: skip


def _on_granted(application: Application, event: Event) -> Application:
    data = event.data
    resolution = Resolution(
        True, event.actor, event.at, data["reason"], data["presiding"], data["hearing_at"], data["due"]
    )
    # After infeasibility the judge resolves anew, and all is asked anew (Rules ¶13).
    none: Mapping[Side, Any] = MappingProxyType({})
    return replace(application, resolution=resolution, sent=None, answers=none, informed=none)


def _on_refused(application: Application, event: Event) -> Application:
    resolution = Resolution(False, event.actor, event.at, event.data["reason"])
    return replace(application, resolution=resolution, ended_at=event.at)


def _on_sent(application: Application, event: Event) -> Application:
    data = event.data
    addressees = tuple(MappingProxyType(dict(one)) for one in data["addressees"])
    sent = Sent(event.at, event.actor, addressees, data["clerk"], data["organiser"], data["late"], data["due"])
    return replace(application, sent=sent)


def _on_answered(application: Application, event: Event) -> Application:
    data = event.data
    answer = Answer(
        data["feasible"], event.at, event.actor, data["remark"], data["courtroom"], data["clerk"], data["organiser"],
        data["late"],
    )  # fmt: skip
    answers = MappingProxyType({**application.answers, data["side"]: answer})
    return replace(application, answers=answers, state=_after_answers(application.means, answers))


def _after_answers(means: Means, answers: Mapping[Side, Answer]) -> State:
    """Feasible once every side says so, infeasible as soon as one denies it (Rules ¶7)."""
    if not all(answer.feasible for answer in answers.values()):
        return "infeasible"
    return "feasible" if set(answers) >= set(SIDES[means]) else "sent"


def _on_informed(application: Application, event: Event) -> Application:
    informed = MappingProxyType({**application.informed, event.data["side"]: event.at})
    return replace(application, informed=informed)


def _on_acknowledged(application: Application, event: Event) -> Application:
    return application


def _on_scheduled(application: Application, event: Event) -> Application:
    data = event.data
    appointment = Appointment(
        data["hearing"], data["number"], data["seat"], data["courtroom"], data["scheduled_at"]
    )  # fmt: skip
    return replace(application, appointment=appointment)


def _on_credentials(application: Application, event: Event) -> Application:
    return replace(application, credentials_at=event.at)


def _on_withdrawn(application: Application, event: Event) -> Application:
    return replace(application, ended_at=event.at)


_ON: Final[Mapping[str, Callable[[Application, Event], Application]]] = {
    "granted": _on_granted,
    "refused": _on_refused,
    "sent": _on_sent,
    "answered": _on_answered,
    "technician_informed": _on_informed,
    "acknowledged": _on_acknowledged,
    "scheduled": _on_scheduled,
    "credentials_issued": _on_credentials,
    "withdrawn": _on_withdrawn,
}
