from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearings import creation
from hearings.creation import NewSeat, normal_number, normal_seat
from hearings.hearing import fold
from hearings.problems import Refused
from tests.hearings.build import AT, act, in_session, new_hearing

JUDGE = NewSeat("judge", "judge", "A judge")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"number": " "}, "number"),
        ({"number": "1" * 65}, "number"),
        ({"number": "1\x00"}, "number"),
        ({"title": "x" * 301}, "title"),
        ({"capacity": 0}, "capacity"),
        ({"seats": [JUDGE, JUDGE]}, "seats"),
        ({"seats": [NewSeat("Судья", "judge", "")]}, "seat"),
        ({"seats": [NewSeat("../x", "judge", "")]}, "seat"),
        ({"seats": [NewSeat("judge", "king", "")]}, "role"),
        ({"seats": [NewSeat("judge", "judge", "x" * 301)]}, "name"),
        ({"seats": [NewSeat("judge", "judge", "half a letter \udcff")]}, "name"),
        ({"title": "half a letter \ud83d"}, "title"),
    ],
)
def test_a_hearing_that_cannot_be_made_names_the_field(wrong: dict[str, Any], field: str):
    good = {"number": "7204/15", "title": "T", "seats": [JUDGE], "capacity": 10}
    with pytest.raises(Refused) as refused:
        creation.create("h", "c", "C", scheduled_at=AT, at=AT, **{**good, **wrong})
    assert (refused.value.code, refused.value.params["field"]) == ("bad-request", field)


def test_numbers_and_seats_are_found_as_people_type_them():
    assert normal_number(" 7204-25-00-2 / 15а ") == "7204-25-00-2/15А"
    assert normal_seat(" Party-1") == "party-1"


@given(st.text(st.characters(max_codepoint=0x52F)))
def test_what_is_normal_stays_so(text: str):
    assert normal_number(normal_number(text)) == normal_number(text)
    assert normal_seat(normal_seat(text)) == normal_seat(text)


def test_a_seat_can_be_added_to_a_hearing_that_is_not_over():
    hearing = new_hearing("judge")
    hearing = fold(creation.add_seat(hearing, NewSeat("expert", "expert", "An expert"), AT), hearing)
    assert hearing.seats["expert"].standing == "absent"


@pytest.mark.parametrize(
    ("hearing", "code"), [(new_hearing(), "bad-request"), (act(in_session(), "conclude"), "ended")]
)
def test_a_seat_that_is_there_or_a_hearing_that_is_over_takes_no_new_one(hearing, code):
    with pytest.raises(Refused) as refused:
        creation.add_seat(hearing, NewSeat("judge", "judge", ""), AT)
    assert refused.value.code == code
