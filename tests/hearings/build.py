"""A hearing to try things on, and random histories of one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from hearings import attendance, creation
from hearings.acts import TABLE
from hearings.creation import NewSeat
from hearings.decide import decide, fits
from hearings.hearing import Event, Hearing, fold
from hearings.problems import Refused
from hearings.terms import ACTS, ROLES, Act

AT = "2026-11-21T09:00:00.000Z"
SEATS = {role: role for role in sorted(ROLES)} | {"party-2": "party", "witness-2": "witness"}


def new_log(*codes: str, capacity: int = 32) -> list[Event]:
    seats = [NewSeat(code, SEATS[code], f"Name of {code}", photo=code.startswith("party")) for code in codes or SEATS]
    return creation.create("h", "c", "The court", "7204-25/15", "A hearing", AT, seats, AT, capacity)


def new_hearing(*codes: str, capacity: int = 32) -> Hearing:
    return fold(new_log(*codes, capacity=capacity))


def enter(hearing: Hearing, seat: str, device: str = "", occupied: bool = False) -> Hearing:
    return fold(attendance.enter(hearing, seat, device or f"{seat}'s phone", AT, occupied=occupied), hearing)


def act(hearing: Hearing, name: Act, seat: str | None = None, by: str = "judge", **options: Any) -> Hearing:
    if name in ("refuse", "remove"):
        options.setdefault("reason", "not the person in the photo")
    return fold(decide(hearing, name, by, AT, seat=seat, sitting=f"s{hearing.version}", **options), hearing)


def opened(*participants: str) -> Hearing:
    """A ready hearing, the judge and the clerk in it, and the participants in the waiting room."""
    hearing = act(enter(enter(new_hearing(), "judge"), "clerk"), "open")
    for seat in participants:
        hearing = enter(hearing, seat)
    return hearing


def in_session(*participants: str) -> Hearing:
    """A sitting with the judge, the clerk and the participants admitted."""
    hearing = opened(*participants)
    for seat in participants:
        hearing = act(hearing, "admit", seat)
    return act(hearing, "start")


_seats = st.sampled_from(["party", "witness", "observer", "technician", "judge"])
_devices = st.sampled_from(["phone", "tablet"])
_by = st.sampled_from(["judge", "judge", "judge", "clerk", "party", "technician"])
# Rarer: what ends a history or sends it back to its beginning.
_usual = st.sampled_from([name for name in ACTS if name != "conclude"])
_moves = [
    st.tuples(st.just("enter"), _seats, _devices, st.booleans()),
    st.tuples(st.just("admit"), _by, _seats, st.booleans()),
    st.tuples(_usual, _by, _seats, st.booleans()),
    st.tuples(_usual, _by, _seats, st.booleans()),
    st.tuples(st.sampled_from(["conclude", "leave", "gone", "wrong_words"]), _seats, _devices, st.booleans()),
]
_openings = [(), (("open", "clerk", "", True),), (("open", "clerk", "", True), ("start", "judge", "", True))]
moves = st.builds(
    lambda opening, tried: [*opening, *tried],
    st.sampled_from(_openings),
    st.lists(st.one_of(_moves), min_size=10, max_size=60),
)
"""Things that people try, in any order, many of which make no sense; some histories begin with the doors open or with
the sitting."""


def histories(tried: Iterable[tuple[Any, ...]]) -> list[Event]:
    """The log after everything that was tried from a hearing with the court in it; what was refused left no trace."""
    log = new_log()
    for move in [("enter", "judge", "phone", False), ("enter", "clerk", "phone", False), *tried]:
        try:
            log.extend(_try(fold(log), move))
        except Refused:
            continue
    return log


def _try(hearing: Hearing, move: tuple[Any, ...]) -> list[Event]:
    what, first, second, flag = move
    if what == "enter":
        return attendance.enter(hearing, first, second, AT, occupied=flag)
    if what == "leave":
        return attendance.leave(hearing, first, second, AT)
    if what == "gone":
        return attendance.gone(hearing, first, AT)
    if what == "wrong_words":
        return attendance.wrong_words(hearing, first, 3, AT)
    rule, fitting = TABLE[what], second
    if flag and rule.on_seat:  # half of the acts are on a seat that they make sense for, where there is one
        fitting = next((code for code, seat in hearing.seats.items() if fits(rule, seat)), second)
    return decide(hearing, what, first, AT, seat=fitting, reason="because", version=hearing.version, sitting="s")
