"""Appendix 1 and 2 of an application: what the office knows, in the papers' words. Times are the court's."""

from __future__ import annotations

from datetime import datetime

from hearings.documents.language import Phrases, phrases
from hearings.documents.model import Addressee, ApplicationForm, Language, OrganiserAnswer, Person
from hearings.office.application import Application, Resolution
from hearings.office.terms import Side
from hearings.problems import Refused
from hearings.times import ZONE, seconds


def application_form(application: Application, court: str, language: Language) -> ApplicationForm:
    """Appendix 1 of the court named ``court``. `Refused`: there is none without the judge's resolution (Rules ¶12)."""
    resolution, sent, words = _granted(application, "12"), application.sent, phrases(language)
    role = application.applicant.role
    return ApplicationForm(
        addressees=tuple(Addressee(one["name"], one["address"]) for one in sent.addressees) if sent else (),
        court=court,
        case_number=application.case,
        action=words[f"action.{role}"],
        status=words[f"status.{role}"],
        participant=application.applicant.name,
        providing="" if application.means == "personal_device" else application.provider,
        at=_moment(resolution.hearing_at),
        clerk=Person(sent.clerk if sent else ""),
        organiser=Person(sent.organiser if sent else ""),
        judge=resolution.presiding,
    )


def organiser_answer(application: Application, side: Side, court: str, language: Language) -> OrganiserAnswer:
    """Appendix 2 of one side to the court named ``court``. `Refused` before that side has decided (Rules ¶15, ¶21)."""
    resolution, answer = _granted(application, "15"), application.answers.get(side)
    if answer is None:
        raise Refused("wrong-state", "15", state=application.state)
    return OrganiserAnswer(
        addressees=(Addressee(court),),
        court=court,
        subject=_subject(application, phrases(language)),
        case_number=application.case,
        feasible=answer.feasible,
        reason=answer.remark,
        at=_moment(resolution.hearing_at),
        providing=court if side == "hearing" else application.provider,
        clerk=Person(answer.clerk),
        courtroom=answer.courtroom,
        organiser=Person(answer.organiser),
        judge=resolution.presiding if side == "hearing" else "",
    )


def _granted(application: Application, paragraph: str) -> Resolution:
    resolution = application.resolution
    if resolution is None or not resolution.granted:
        raise Refused("wrong-state", paragraph, state=application.state)
    return resolution


def _subject(application: Application, words: Phrases) -> str:
    return f"{words[f'status.{application.applicant.role}']}, {application.applicant.name}"


def _moment(at: str) -> datetime:
    return datetime.fromtimestamp(seconds(at), ZONE)
