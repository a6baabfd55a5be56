from __future__ import annotations

import re

import pytest

from hearings.notices.notice import KINDS, LANGUAGES
from hearings.notices.texts import Texts, local
from tests.hearings.notices.conftest import NUMBER, START

LINK = "https://court.example"
DATA = {"number": NUMBER, "court": "Суд <№ 1>", "courtroom": "", "at": START, "seat": "party-1", "application": "17"}
ALL = [(kind, language) for kind in KINDS for language in LANGUAGES]


@pytest.mark.parametrize(("kind", "language"), ALL)
def test_every_notice_has_words_and_no_gap_in_them(kind, language):
    texts = Texts(LINK)
    letter = texts.letter(kind, language, DATA)
    for text in (letter.subject, letter.text, texts.sms(kind, language, DATA)):
        assert text.strip()
        assert not re.search(r"[{}]|None|Undefined| [.,]|  ", text), text


@pytest.mark.parametrize(("kind", "language"), ALL)
def test_a_text_message_fits_into_three_parts(kind, language):
    """In Cyrillic a part has 67 characters (3GPP TS 23.040)."""
    assert len(Texts(LINK).sms(kind, language, DATA)) <= 3 * 67


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["scheduled", "rescheduled", "reminder", "postponed", "cancelled"])
def test_date_and_time_are_the_courts(kind, language):
    letter = Texts(LINK).letter(kind, language, DATA)
    assert "01.12.2026" in letter.text
    assert "15:00" in letter.text


def test_the_page_says_what_the_text_says_and_is_escaped():
    letter = Texts(LINK).letter("scheduled", "ru", DATA)
    assert "Суд &lt;№ 1&gt;" in letter.html
    assert '<html lang="ru">' in letter.html
    for paragraph in letter.text.replace("<", "&lt;").replace(">", "&gt;").strip().split("\n\n"):
        assert f"<p>{paragraph}</p>" in letter.html


def test_a_subject_is_one_line_whatever_the_data():
    letter = Texts().letter("scheduled", "en", DATA | {"number": "1\nBcc: x@y"})
    assert "\n" not in letter.subject


def test_the_whole_country_has_one_time():
    assert local("2026-12-01T20:30:00.000Z") == ("02.12.2026", "01:30")


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize(("granted", "shown"), [(True, {"ru": "удовлетворено", "kk": "қанағаттандырылды"}), (False, {"ru": "отказано", "kk": "бас тартыл"})])  # fmt: skip  # noqa: E501
def test_a_resolution_says_which_way_it_went(language, granted, shown):
    assert shown[language] in Texts().letter("resolution", language, DATA | {"granted": granted}).text
