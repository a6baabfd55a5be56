from __future__ import annotations

from dataclasses import replace

import pytest

from hearings import minutes as material
from hearings.documents.fill import fill
from hearings.documents.from_minutes import minutes
from hearings.documents.model import LANGUAGES, Audibility, Language
from hearings.documents.pages import page
from hearings.hearing import Event, fold
from hearings.model import SiteReport
from hearings.problems import Refused
from hearings.terms import Place
from tests.hearings.build import AT, new_log
from tests.hearings.documents.examples import draft

REPORT = SiteReport("site-clerk", AT, attended=True, identity=True, credentials=True, remark="")
NAMES = {"judge": "Name of judge", "clerk": "Name of clerk", "party": "Name of party"}


def a_log() -> list[Event]:
    log = new_log("judge", "clerk", "party")
    for kind, actor, data in [
        ("entered", "judge", {"seat": "judge", "attendance": "j", "standing": "admitted"}),
        ("opened", "judge", {}),
        ("entered", "party", {"seat": "party", "attendance": "p", "standing": "waiting"}),
        ("admitted", "judge", {"seat": "party", "attendance": "p", "standing": "admitted"}),
        ("started", "judge", {"sitting": "s1"}),
        ("session_closed", "judge", {"reason": "A secret"}),
        ("session_reopened", "judge", {"reason": "Heard"}),
        ("concluded", "judge", {}),
    ]:
        log.append(Event(kind, len(log) + 1, AT, actor, data))
    fold(log)
    return log


def test_a_hearing_that_never_began_has_no_minutes() -> None:
    with pytest.raises(Refused, check=lambda refused: refused.paragraph == "32"):
        minutes(material.minutes(new_log("judge")), "", NAMES, "en")


def test_a_sitting_that_goes_on_has_no_minutes_yet() -> None:
    with pytest.raises(Refused, check=lambda refused: refused.code == "not-held"):
        minutes(material.minutes(a_log()[:-1]), "", NAMES, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_log_becomes_minutes(language: Language) -> None:
    made = minutes(material.minutes(a_log()), "3", NAMES, language)
    filled = fill(made, language)
    assert filled["judge"] == "Name of judge"
    assert filled["participants"][0][0] == "Name of party"
    assert [row[1] for row in filled["rulings"]] == ["A secret", "Heard"]
    assert made.entries[0].who == "Name of judge"
    assert "A secret" in page(draft(made, language))


def test_the_minutes_say_who_received_and_played_whom_as_it_was_measured_whatever_is_edited() -> None:
    worst = Audibility("Name of party", "Name of judge", 20, 59, 7, 1, 61)
    unknown = Audibility("Name of judge", "Name of party", 9, None, 0, 0, 98)
    made = minutes(material.minutes(a_log()), "3", NAMES, "en", [worst, unknown])
    first, second = fill(made, "en")["audibility"]
    assert (first[3], first[5]) == ("59\N{NO-BREAK SPACE}%", "1")
    assert second[3] == "not known; 98 % delivered"
    html = page(draft(made, "en"))
    assert 'width="118"' in html  # two a per cent
    assert html.count("<rect") == 2


@pytest.mark.parametrize(
    ("place", "photo", "report", "means"),
    [
        ("personal_device", True, None, "photo"), ("personal_device", False, None, "face"),
        ("courtroom", False, None, "document"), ("receiving_court", False, REPORT, "site_report"),
        ("receiving_court", False, None, "face"), ("institution", False, replace(REPORT, identity=False), "face"),
    ],
)  # fmt: skip
def test_the_minutes_say_by_what_somebody_was_identified_and_nothing_that_was_not(
    place: Place, photo: bool, report: SiteReport | None, means: str
) -> None:
    known = material.minutes(a_log())
    party = next(who for who in known.people if who.seat == "party")
    known = replace(known, people=(replace(party, place=place, photo=photo, report=report),))
    identified = minutes(known, "", NAMES, "en").participants[0].identified
    assert identified is not None
    assert identified.how == means
