from __future__ import annotations

from dataclasses import replace

import pytest

from hearings.documents.fill import fill
from hearings.documents.from_office import application_form, organiser_answer
from hearings.documents.model import LANGUAGES
from hearings.documents.pages import page
from hearings.office.terms import APPLICANT_ROLES
from hearings.problems import Refused
from tests.hearings.documents.examples import draft
from tests.hearings.office.build import ELSEWHERE, feasible, granted, infeasible, sent, submitted


def test_there_is_no_appendix_1_without_the_judges_resolution() -> None:
    with pytest.raises(Refused, check=lambda refused: refused.paragraph == "12"):
        application_form(submitted(), "The court", "en")


def test_appendix_1_says_what_the_office_knows() -> None:
    filled = fill(application_form(sent(**ELSEWHERE), "The court", "en"), "en")
    assert filled == {
        "addressees": (("administration", ""), ("provider", ""), ("provider_administration", "")),
        "court": "The court",
        "case_number": "7204-25-00-2/15",
        "action": "participation in the court hearing",
        "participant": "party, A party",
        "providing": "The other court",
        "at": "10 December 2026, 10:00",
        "clerk": "Serikov, +7 7172 000000",
        "organiser": "Omarov",
        "judge": "Judge Ahmetova",
    }


def test_appendix_1_can_be_drawn_up_before_it_is_sent() -> None:
    assert fill(application_form(granted(), "The court", "kk"), "kk")["clerk"] == ""


def test_there_is_no_appendix_2_before_the_organiser_has_decided() -> None:
    with pytest.raises(Refused, check=lambda refused: refused.paragraph == "15"):
        organiser_answer(sent(), "hearing", "The court", "en")


def test_appendix_2_confirms_with_particulars_or_denies_with_a_reason() -> None:
    yes = fill(organiser_answer(feasible(), "hearing", "The court", "en"), "en")
    assert (yes["answer"], yes["organiser"], yes["courtroom"]) == ("confirm", "Omarov, +7 7172 000001", "3")
    no = fill(organiser_answer(infeasible(), "hearing", "The court", "en"), "en")
    assert (no["answer"], no["organiser"], no["reason"]) == ("don’t confirm", "", "The line is down")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", APPLICANT_ROLES)
def test_every_applicant_has_words_in_every_language(role: str, language: str) -> None:
    application = granted()
    applicant = replace(application.applicant, role=role)  # type: ignore[arg-type]
    form = application_form(replace(application, applicant=applicant), "The court", language)  # type: ignore[arg-type]
    assert form.action
    assert form.status in page(draft(form, language))  # type: ignore[arg-type]
