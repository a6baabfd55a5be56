from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearings.documents.language import phrases
from hearings.documents.model import LANGUAGES, Language
from hearings.documents.sentences import sentence
from hearings.entry_check import HOLDING

NAMES = {"witness-1": "Іңкәрбаева Һ. Ұ."}
KINDS = [key.removeprefix("entry.") for key in phrases("en") if key.startswith("entry.")]


def test_a_witness_is_called_by_name() -> None:
    assert sentence("witness_called", {"seat": "witness-1"}, NAMES, "kk") == "Куә шақырылды: Іңкәрбаева Һ. Ұ."


def test_a_ruling_comes_with_its_reason() -> None:
    said = sentence("session_closed", {"reason": "Commercial secret"}, NAMES, "en")
    assert said is not None
    assert said.startswith("The court ruled on proceedings in a closed hearing")
    assert said.endswith("Reason: Commercial secret.")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("kk", "Құрылғы кірер алдындағы тексеруден өтпеді (камерасы, айналадағы шу); соған қарамастан жіберілді. "
               "Негіз: Жолда."),
        ("ru", "Проверка устройства перед входом не пройдена (камера, посторонний шум); "
               "допуск разрешён несмотря на это. Основание: Жолда."),
        ("en", "The check of the device before entry had failed (camera, noise around the participant); "
               "admitted all the same. Reason: Жолда."),
    ],
)  # fmt: skip
def test_who_was_admitted_after_a_failed_check_is_told_with_what_failed_and_the_reason(
    language: Language, told: str
) -> None:
    data = {"seat": "witness-1", "failing": ["camera", "noise"], "reason": "Жолда"}
    said = sentence("admitted", data, NAMES, language)
    assert said == f"{phrases(language)['entry.admitted'].format(name=NAMES['witness-1'])} {told}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", HOLDING)
def test_whatever_part_of_the_check_failed_has_its_word(language: Language, part: str) -> None:
    said = sentence("admitted", {"seat": "witness-1", "failing": [part], "reason": "Known"}, NAMES, language)
    assert said is not None
    assert phrases(language)[f"failing.{part}"] in said


def test_minutes_have_no_line_for_a_wrong_code_word() -> None:
    assert sentence("wrong_words", {"seat": "witness-1", "count": 1}, NAMES, "en") is None


@pytest.mark.parametrize("language", LANGUAGES)
@given(kind=st.sampled_from(KINDS), name=st.text(), reason=st.text(min_size=1), text=st.text(min_size=1))
def test_whatever_people_typed_stands_in_the_line(
    language: Language, kind: str, name: str, reason: str, text: str
) -> None:
    said = sentence(kind, {"seat": "s", "reason": reason, "text": text}, {"s": name}, language)
    assert said is not None
    assert reason in said
    assert text in said
    assert name in said or "{name}" not in phrases(language)[f"entry.{kind}"]
