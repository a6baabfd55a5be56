"""The minutes' draft (Rules ¶32) from the minutes' material: seats by name, times in the court's, kinds in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from hearings import minutes as material
from hearings import spans
from hearings.documents.from_hearing import figures
from hearings.documents.language import Phrases, phrases
from hearings.documents.model import (
    Audibility,
    Entry,
    Identification,
    Identified,
    Language,
    Minutes,
    MinutesParticipant,
    Outage,
    Pause,
    RecordingPermission,
    Ruling,
    Span,
)
from hearings.documents.sentences import sentence
from hearings.model import RecordingRequest
from hearings.outages import Outage as Loss
from hearings.problems import Refused
from hearings.terms import TRIAL_PARTICIPANTS, Role
from hearings.times import ZONE, seconds

Names = Mapping[str, str]


def minutes(
    of: material.Minutes, courtroom: str, names: Names, language: Language, audible: Iterable[Audibility] = ()
) -> Minutes:
    """``names`` of all seats; ``audible``: who received and played whom, the worst first. `Refused`: there are none of
    a hearing that never began, or of a sitting that goes on."""
    words = phrases(language)
    if not of.sittings or of.sittings[-1].ended_at is None:
        raise Refused("not-held", "32")
    held = Span(_moment(of.sittings[0].started_at), _moment_or_none(of.sittings[-1].ended_at))
    return Minutes(
        court=of.court,
        courtroom=courtroom,
        case_number=of.number,
        title=of.title,
        day=held.since.date(),
        held=held,
        judge=", ".join(_named(of, "judge")),
        panel=tuple(_named(of, "panel")),
        clerk=", ".join(_named(of, "clerk")),
        technology=words["conferencing.technology"],
        conferencing=tuple(_span(span) for span in of.conferencing),
        participants=tuple(_participant(who, names, words) for who in of.people if who.role in TRIAL_PARTICIPANTS),
        entries=tuple(_entries(of, names, language)),
        rulings=tuple(Ruling(_moment(each.at), each.text) for each in of.rulings),
        pauses=tuple(Pause(each.kind, _span(each.span), each.reason) for each in of.pauses),
        outages=tuple(_outage(each, names, words) for each in of.outages),
        permissions=tuple(_permission(each, names, words) for each in of.recordings),
        recording="\n".join(f"{of.number} – {sitting.number}" for sitting in of.sittings),
        audibility=tuple(audible),
    )


def _named(of: material.Minutes, role: Role) -> Iterable[str]:
    return (who.name for who in of.people if who.role == role)


def _participant(who: material.Person, names: Names, words: Phrases) -> MinutesParticipant:
    identified = None
    if who.identified:
        by = names.get(who.identified.by, who.identified.by)
        identified = Identified(_means(who), by, _moment(who.identified.at))
    present = tuple(_span(span) for span in who.present)
    return MinutesParticipant(who.name, words[f"status.{who.role}"], who.place, "", identified, who.checked, present)


def _means(who: material.Person) -> Identification:
    """By the photo (Rules ¶9), in the courtroom by a document, elsewhere by the site's report (¶26), where there was
    one; else nobody had more than the living face."""
    if who.place == "courtroom":
        return "document"
    if who.photo:
        return "photo"
    return "site_report" if who.report and who.report.identity else "face"


def _entries(of: material.Minutes, names: Names, language: Language) -> Iterable[Entry]:
    for each in of.entries:
        said = sentence(each.kind, each.data, names, language)
        if said is not None:
            yield Entry(_moment(each.at), names.get(each.by, ""), said)


def _outage(loss: Loss, names: Names, words: Phrases) -> Outage:
    measured = "; ".join(f"{label}: {value}" for label, value in figures(loss.measured.get("link"), words))
    return Outage(names.get(loss.seat, loss.seat), _span(loss.span), measured)


def _permission(asked: RecordingRequest, names: Names, words: Phrases) -> RecordingPermission:
    told = ((names.get(seat, seat), words[f"opinion.{said}"]) for seat, said in asked.opinions.items())
    opinions = "; ".join(f"{name}: {said}" for name, said in told)
    decided = _moment(asked.decided.at) if asked.decided else None
    return RecordingPermission(
        names.get(asked.seat, asked.seat), _moment(asked.at), opinions, asked.permitted, decided
    )  # fmt: skip


def _span(span: spans.Span) -> Span:
    return Span(_moment(span.start), _moment_or_none(span.end))


def _moment(at: str) -> datetime:
    return datetime.fromtimestamp(seconds(at), ZONE)


def _moment_or_none(at: str | None) -> datetime | None:
    return _moment(at) if at else None
