from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearings.documents.drafts import Draft, edit, fold, sign
from hearings.documents.fill import kind_of
from hearings.documents.forms import FORMS
from hearings.documents.model import LANGUAGES, Language, Paper
from hearings.documents.pages import page
from hearings.texts import is_text
from tests.hearings.documents.examples import ACT, AT, PAPERS, draft


class Read(HTMLParser):
    """The tags of a page, and what its text says."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def with_everywhere(written: Draft, text: str) -> Draft:
    """The draft with the text in every field and cell."""
    sections = {
        name: [[text] * len(columns)] if columns else text for name, columns in FORMS[written.kind].fields.items()
    }
    return fold(edit(written, written.form.owner, sections, written.version, AT, "x"), written)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", PAPERS, ids=kind_of)
def test_a_page_shows_everything_that_its_draft_says(paper: Paper, language: Language) -> None:
    written = draft(paper, language)
    text = Read(page(written)).text
    for section in written.sections.values():
        cells = [section] if isinstance(section, str) else [cell for row in section for cell in row]
        assert all(line in text for cell in cells for line in cell.splitlines())


@pytest.mark.parametrize("paper", PAPERS, ids=kind_of)
def test_a_page_has_the_same_parts_in_every_language(paper: Paper) -> None:
    kk, ru, en = (Read(page(draft(paper, language))).tags[1:] for language in LANGUAGES)
    assert kk == ru == en


@pytest.mark.parametrize("paper", PAPERS, ids=kind_of)
@given(text=st.text(min_size=1).filter(lambda text: is_text(text) and text.strip() and len(text.splitlines()) == 1))
def test_any_text_survives_and_is_never_markup(paper: Paper, text: str) -> None:
    written = with_everywhere(draft(paper, "en"), text)
    harmless = with_everywhere(draft(paper, "en"), "harmless")
    read = Read(page(written))
    assert read.text.count(text) >= len(written.sections) - 1
    assert read.tags == Read(page(harmless)).tags


def test_markup_that_somebody_typed_is_shown_as_typed() -> None:
    html = page(with_everywhere(draft(ACT), "</style><script src=//evil.example>{{ 7*7 }}</script>"))
    assert "<script" not in html
    assert "&lt;script" in html
    assert "{{ 7*7 }}" in html


@pytest.mark.parametrize("paper", PAPERS, ids=kind_of)
def test_a_paper_is_marked_as_a_draft_until_all_have_signed(paper: Paper) -> None:
    written = draft(paper, "en")
    for place, role in enumerate(written.form.signatories):
        assert "DRAFT" in Read(page(written)).text
        written = fold(sign(written, role, f"Signatory {place}", written.version, AT, f"staff-{place}"), written)
    text = Read(page(written)).text
    assert "DRAFT" not in text
    assert all(f"Signatory {place}" in text for place in range(len(written.form.signatories)))


def test_a_page_asks_for_nothing_from_elsewhere() -> None:
    for paper in PAPERS:
        html = page(draft(paper))
        assert not re.search(r"""(src|href)=|url\(|@import|https?://""", html)
