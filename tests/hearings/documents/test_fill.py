from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest

import hearings.documents
from hearings.documents.fill import fill, kind_of
from hearings.documents.forms import FORMS
from hearings.documents.language import phrases
from hearings.documents.model import LANGUAGES, Language, Paper
from tests.hearings.documents.examples import ANSWER, APPLICATION, MINUTES, PAPERS

PHRASES = Path(hearings.documents.__file__).parent / "phrases"


def blanks(phrase: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(phrase) if name}


def test_every_phrase_is_there_in_every_language_with_the_same_blanks() -> None:
    kk, *others = (json.loads((PHRASES / f"{language}.json").read_text("utf-8")) for language in LANGUAGES)
    for other in others:
        assert {key: blanks(phrase) for key, phrase in kk.items()} == {key: blanks(other[key]) for key in other}


def test_kazakh_phrases_are_not_russian_ones() -> None:
    kk, ru = phrases("kk"), phrases("ru")
    assert {key for key in kk if kk[key] == ru[key]} == {"signed-off.line", "act-line.informed"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", PAPERS, ids=kind_of)
def test_data_fills_every_field_of_the_form(paper: Paper, language: Language) -> None:
    form = FORMS[kind_of(paper)]
    filled = fill(paper, language)
    assert list(filled) == list(form.fields)
    assert form.checked(filled) == filled


def test_the_minutes_say_when_video_conferencing_was_used() -> None:
    said = fill(MINUTES, "en")["conferencing"]
    assert "Video conferencing was used" in said
    assert "10:00:00–11:25:00; 11:50:00–12:05:00" in said


def test_minutes_without_video_conferencing_do_not_claim_it() -> None:
    assert "not used" in fill(replace(MINUTES, conferencing=()), "en")["conferencing"]


def test_an_infeasible_answer_gives_its_reason_and_no_particulars() -> None:
    refused = fill(replace(ANSWER, feasible=False, reason="Нет свободного зала."), "ru")
    assert (refused["answer"], refused["reason"]) == ("не подтверждаем", "Нет свободного зала.")
    assert refused["clerk"] == refused["courtroom"] == refused["organiser"] == ""


def test_a_participant_with_their_own_device_needs_no_providing_court() -> None:
    assert "personal" in fill(replace(APPLICATION, providing=""), "en")["providing"]


def test_dates_are_written_as_each_language_writes_them() -> None:
    written = [fill(APPLICATION, language)["at"] for language in LANGUAGES]
    assert written == ["2026 жылғы 23 қараша, 10:00", "23 ноября 2026 года, 10:00", "23 November 2026, 10:00"]
