"""From what is known to what a draft says in one language. Nothing here decides anything: it only writes down."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from hearings.documents.forms import Kind, Rows, Section
from hearings.documents.language import Phrases, phrases
from hearings.documents.model import (
    Addressee,
    ApplicationForm,
    Audibility,
    Language,
    Minutes,
    MinutesParticipant,
    OrganiserAnswer,
    Paper,
    Person,
    RecordingPermission,
    Span,
    TechnicalAct,
)

Filled = dict[str, Section]

AUDIBLE: Final = 100
"""Rows of who received and played whom: the worst. All are beside the AVR."""


def kind_of(paper: Paper) -> Kind:
    match paper:
        case ApplicationForm():
            return "application"
        case OrganiserAnswer():
            return "answer"
        case TechnicalAct():
            return "act"
        case Minutes():
            return "minutes"


def fill(paper: Paper, language: Language) -> Filled:
    """The sections of the paper's form, all of them."""
    words = phrases(language)
    match paper:
        case ApplicationForm():
            return _application(paper, words)
        case OrganiserAnswer():
            return _answer(paper, words)
        case TechnicalAct():
            return _act(paper, words)
        case Minutes():
            return _minutes(paper, words)


def _application(form: ApplicationForm, words: Phrases) -> Filled:
    return {
        "addressees": _addressees(form.addressees),
        "court": form.court,
        "case_number": form.case_number,
        "action": form.action,
        "participant": _joined(form.status, form.participant),
        "providing": form.providing or words["application.personal"],
        "at": words.moment(form.at),
        "clerk": _person(form.clerk),
        "organiser": _person(form.organiser),
        "judge": form.judge,
    }


def _answer(answer: OrganiserAnswer, words: Phrases) -> Filled:
    feasible = answer.feasible
    return {
        "addressees": _addressees(answer.addressees),
        "court": answer.court,
        "subject": answer.subject,
        "case_number": answer.case_number,
        "answer": words["answer.confirm" if feasible else "answer.refuse"],
        "reason": "" if feasible else answer.reason,
        "at": words.moment(answer.at),
        "providing": answer.providing,
        "clerk": _person(answer.clerk) if feasible else "",
        "courtroom": answer.courtroom if feasible else "",
        "organiser": _person(answer.organiser) if feasible else "",
        "judge": answer.judge,
    }


def _act(act: TechnicalAct, words: Phrases) -> Filled:
    return {
        "court": act.court,
        "courtroom": act.courtroom,
        "case_number": act.case_number,
        "scheduled_at": words.moment(act.scheduled_at),
        "drawn_up_at": words.moment(act.drawn_up_at),
        "judge": act.judge,
        "administrator": act.administrator,
        "clerk": act.clerk,
        "problems": tuple((words.clock(each.at), each.who, each.place, each.what) for each in act.problems),
        "measurements": tuple((words.clock(each.at), each.who, each.figure, each.value) for each in act.measurements),
        "informed": act.informed,
        "measures": act.measures,
        "decision": act.decision,
    }


def _minutes(minutes: Minutes, words: Phrases) -> Filled:
    return {
        "court": minutes.court,
        "courtroom": minutes.courtroom,
        "case_number": minutes.case_number,
        "title": minutes.title,
        "day": words.day(minutes.day),
        "held": words.span(minutes.held),
        "judge": minutes.judge,
        "panel": _joined(*minutes.panel),
        "clerk": minutes.clerk,
        "conferencing": _conferencing(minutes, words),
        "participants": tuple(_participant(each, words) for each in minutes.participants),
        "entries": tuple((words.clock(each.at), each.who, each.text) for each in minutes.entries),
        "rulings": tuple((words.clock(each.at), each.text) for each in minutes.rulings),
        "pauses": tuple((words[f"pause.{each.kind}"], words.span(each.span), each.reason) for each in minutes.pauses),
        "outages": tuple((each.who, words.span(each.span), each.measured) for each in minutes.outages),
        "permissions": tuple(_permission(each, words) for each in minutes.permissions),
        "audibility": tuple(_audible(each, words) for each in minutes.audibility[:AUDIBLE]),
        "recording": minutes.recording,
    }


def _conferencing(minutes: Minutes, words: Phrases) -> str:
    """That video conferencing was used, when and with what (Rules ¶32)."""
    if not minutes.conferencing:
        return words["conferencing.unused"]
    return words["conferencing.used"].format(technology=minutes.technology, times=_spans(minutes.conferencing, words))


def _participant(who: MinutesParticipant, words: Phrases) -> tuple[str, ...]:
    identified = words["identified.not"]
    if who.identified:
        how = words[f"identified.{who.identified.how}"]
        identified = _joined(how, who.identified.by, words.clock(who.identified.at))
    place = _joined(words[f"place.{who.place}"], who.where)
    checked = words["yes" if who.checked else "no"]
    return who.name, who.status, place, identified, checked, _spans(who.present, words)


def _permission(asked: RecordingPermission, words: Phrases) -> tuple[str, ...]:
    if asked.granted is None:
        ruling = words["permission.open"]
    else:
        ruling = words["permission.granted" if asked.granted else "permission.refused"]
    decided = words.clock(asked.decided_at) if asked.decided_at else ""
    return asked.who, words.clock(asked.asked_at), asked.opinions, _joined(ruling, decided)


def _audible(one: Audibility, words: Phrases) -> tuple[str, ...]:
    share = words["audibility.not-known" if one.share is None else "audibility.share"].format(
        share=one.share, delivered=one.delivered
    )
    speech, longest = (words["audibility.seconds"].format(seconds=each) for each in (one.seconds, one.longest))
    return one.speaker, one.listener, speech, share, longest, str(one.contradictions or words["no"])


def _addressees(addressees: Iterable[Addressee]) -> Rows:
    return tuple((each.name, each.address) for each in addressees)


def _person(person: Person) -> str:
    return _joined(person.name, person.contact)


def _spans(spans: Iterable[Span], words: Phrases) -> str:
    return "; ".join(words.span(span) for span in spans)


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
