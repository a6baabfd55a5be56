"""A hearing to try things on, and random histories of one."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import strategies as st

from hearings import attendance, creation
from hearings.acts import TABLE
from hearings.creation import NewSeat
from hearings.decide import allowed, decide, fits
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


PEOPLE = ["party", "party", "witness", "observer", "technician", "judge"]


def history(seed: int) -> list[Event]:
    """The log after 60 things that people tried in a random order, with the court in the room; what made no sense was
    refused and left no trace."""
    chance = random.Random(seed)
    log = new_log()
    for seat in ("judge", "clerk"):
        log += attendance.enter(fold(log), seat, "phone", AT, occupied=False)
    hearing = fold(log)
    for _ in range(60):
        try:
            events = _try(hearing, chance)
        except Refused:
            continue
        log += events
        hearing = fold(events, hearing)
    return log


logs = st.integers(0, 1 << 32).map(history)


def _try(hearing: Hearing, chance: random.Random) -> list[Event]:
    seat, device = chance.choice(PEOPLE), chance.choice(["phone", "tablet"])
    match chance.choice(["enter", "enter", "leave", "gone", "wrong_words", "order", "order", "order", "nonsense"]):
        case "enter":
            return attendance.enter(hearing, seat, device, AT, occupied=chance.random() < 0.5)
        case "leave":
            return attendance.leave(hearing, seat, device, AT)
        case "gone":
            return attendance.gone(hearing, seat, AT)
        case "wrong_words":
            return attendance.wrong_words(hearing, seat, 3, AT)
        case "order":
            name, seat = _possible(hearing, chance)
            return decide(hearing, name, "judge", AT, seat=seat, reason="because", sitting="s")
    return decide(hearing, chance.choice(ACTS), seat, AT, seat=chance.choice(PEOPLE), reason="because", sitting="s")


def _possible(hearing: Hearing, chance: random.Random) -> tuple[Act, str]:
    """An act that the judge can do now, on a seat that it makes sense for; the end only rarely."""
    able = [name for name in allowed(hearing, "judge") if name != "conclude" or chance.random() < 0.1]
    name = chance.choice(able or ["open"])
    seats = [code for code, seat in hearing.seats.items() if fits(TABLE[name], seat)]
    return name, chance.choice(seats or ["party"])
