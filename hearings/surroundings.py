"""Whose light and noise are looked at, and whose picture should show a face (Rules ¶28; pure)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from hearings.hearing import Hearing, Seat
from hearings.terms import SPEAKERS, Role

Look = Literal["face", "witness", "scene"]
"""Of a witness's place a face is expected as of others', and the voices there are compared (Rules ¶28-1)."""

HANDS: Final[frozenset[Role]] = frozenset({"interpreter"})
"""Whose picture may rightly show no face: an interpreter of sign language is seen by the hands."""


def sampled(hearing: Hearing, links: Mapping[str, Any]) -> dict[str, Look]:
    """Of those whom somebody hears or sees by ``links`` (`hearings.policy`): who is not forwarded is not looked at."""
    seats = (hearing.seats[code] for code in links if code in hearing.seats)
    return {seat.code: look(seat) for seat in seats if seat.standing == "admitted" and seat.role in SPEAKERS}


def look(seat: Seat) -> Look:
    """The camera of a courtroom or an institution shows a room, and people in it who are far away."""
    if seat.place != "personal_device" or seat.role in HANDS:
        return "scene"
    return "witness" if seat.role == "witness" else "face"
