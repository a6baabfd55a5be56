from __future__ import annotations

import pytest

from hearings.documents.fill import fill
from hearings.documents.from_hearing import FIGURES, technical_act
from hearings.documents.language import phrases
from hearings.documents.model import LANGUAGES
from hearings.hearing import Event, Hearing, fold
from hearings.problems import Refused
from hearings.procedure.faults import KINDS
from tests.hearings.build import AT, new_hearing

LINK = {"up": {"kbps": 140.4, "loss": 37.5, "rtt_ms": None, "verdict": "bad"}, "down": {"loss": 2}}


def reported(**more: object) -> Hearing:
    hearing = new_hearing("judge", "clerk", "technician", "party")
    data = {"problem": 1, "seat": "party", "problem_kind": "sound", "text": "No sound", "link": LINK, **more}
    hearing = fold([Event("problem_reported", hearing.version + 1, AT, "party", data)], hearing)
    return fold([Event("problem_acknowledged", hearing.version + 1, AT, "technician", {"problem": 1})], hearing)


def test_there_is_no_act_without_a_problem() -> None:
    with pytest.raises(Refused, check=lambda refused: refused.paragraph == "18"):
        technical_act(new_hearing(), "3", AT, "en")


def test_the_act_says_who_when_and_what_was_measured() -> None:
    filled = fill(technical_act(reported(), "3", AT, "en"), "en")
    assert filled["problems"] == (("14:00:00", "Name of party", "personal device", "Sound: No sound"),)
    assert [row[2:] for row in filled["measurements"]] == [
        ("Bit rate, from the participant", "140 kbit/s"),
        ("Packet loss, from the participant", "37.5 %"),
        ("Packet loss, to the participant", "2.0 %"),
    ]
    assert filled["informed"] == "14:00:00 – Name of technician"
    assert (filled["judge"], filled["clerk"], filled["courtroom"]) == ("Name of judge", "Name of clerk", "3")


def test_the_act_is_drawn_up_where_nothing_was_measured() -> None:
    assert fill(technical_act(reported(link=None), "", AT, "kk"), "kk")["measurements"] == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_problem_and_every_figure_has_words(language: str) -> None:
    words = phrases(language)  # type: ignore[arg-type]
    assert all(words[f"fault.{kind}"] for kind in KINDS)
    assert all(words[f"figure.{figure}"] for figure in FIGURES)
