from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from courtroom.workers import Workers
from hearings.documents.fill import kind_of
from hearings.documents.model import LANGUAGES, Entry, Language, Paper
from hearings.documents.pages import page
from hearings.documents.paper import LARGEST, TooLarge, pdf
from hearings.texts import is_text
from tests.hearings.documents.examples import APPLICATION, LETTERS, MINUTES, PAPERS, draft, moment


def reader(made: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(made))


def text(made: bytes) -> str:
    """What the file says, without the spaces that lines and kerning put into it."""
    return "".join("".join(page.extract_text() for page in reader(made).pages).split())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", PAPERS, ids=kind_of)
def test_every_paper_becomes_a_file_of_a_few_pages(paper: Paper, language: Language) -> None:
    made = pdf(page(draft(paper, language)))
    assert 1 <= len(reader(made).pages) <= 3
    assert "7527-26-00-2/1184" in text(made)


def test_every_kazakh_letter_can_be_taken_out_of_the_file_again() -> None:
    made = pdf(page(draft(replace(APPLICATION, judge=LETTERS))))
    assert LETTERS.replace(" ", "") in text(made)


def test_the_file_is_tagged_in_its_language_and_is_for_archives() -> None:
    root = reader(pdf(page(draft(MINUTES, "kk")))).root_object
    assert root["/Lang"] == "kk"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert 'part="2"' in metadata
    assert 'conformance="A"' in metadata


def test_the_font_with_kazakh_letters_is_inside_the_file() -> None:
    fonts = reader(pdf(page(draft(APPLICATION)))).pages[0]["/Resources"]["/Font"]
    inside = [font.get_object()["/DescendantFonts"][0].get_object() for font in fonts.values()]
    assert inside
    for font in inside:
        assert "Noto-Serif" in font["/BaseFont"]
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(font["/FontDescriptor"])


def test_the_same_draft_is_the_same_file() -> None:
    html = page(draft(MINUTES))
    assert pdf(html) == pdf(html)


def test_long_minutes_run_over_many_numbered_pages() -> None:
    entries = tuple(Entry(moment(10, n // 60, n % 60), "", "Оспанов: ештеңе айтпады. " * 5) for n in range(120))
    made = reader(pdf(page(draft(replace(MINUTES, entries=entries), "en"))))
    assert 5 <= len(made.pages) <= 25
    assert f"Page 2 of {len(made.pages)}" in made.pages[1].extract_text()


def test_a_cell_that_is_longer_than_a_page_goes_on_on_the_next() -> None:
    entry = Entry(moment(10, 0), "", "сөз " * 2000 + "соңы")
    assert "соңы" in text(pdf(page(draft(replace(MINUTES, entries=(entry,))))))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=200).filter(is_text))
def test_whatever_is_typed_can_be_set(typed: str) -> None:
    assert pdf(page(draft(replace(APPLICATION, judge=typed)))).startswith(b"%PDF-")


def test_an_absurd_page_is_refused() -> None:
    with pytest.raises(TooLarge):
        pdf("x" * (LARGEST + 1))


def test_setting_ends_at_its_time_limit() -> None:
    with pytest.raises(TooLarge):
        pdf("<p>" + "сөз " * 200_000, limit=0.05)


def test_a_file_is_made_in_a_worker_process() -> None:
    with Workers(1) as workers:
        assert workers.submit(pdf, page(draft(APPLICATION))).result().startswith(b"%PDF-")
        with pytest.raises(TooLarge):
            workers.submit(pdf, "<p>" + "сөз " * 200_000, 0.05).result()


def test_nothing_outside_is_opened() -> None:
    made = pdf('<html lang="en"><title>t</title><img alt="x" src="file:///etc/hostname"><p>text')
    assert "text" in text(made)
