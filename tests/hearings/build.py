"""A hearing to try things on, and random histories of one."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import strategies as st

from hearings import attendance, creation, entry_check, presence
from hearings.creation import NewSeat
from hearings.decide import allowed, decide, fits
from hearings.hearing import Event, Hearing, fold
from hearings.problems import Refused
from hearings.terms import ACTS, ROLES, Act

AT = "2026-11-21T09:00:00.000Z"
SEATS = {role.replace("_", "-"): role for role in sorted(ROLES)} | {"party-2": "party", "witness-2": "witness"}


def new_log(*codes: str, capacity: int = 32) -> list[Event]:
    seats = [
        NewSeat(
            code, SEATS[code], f"Name of {code}", photo=code.startswith("party"),
            place="receiving_court" if code == "expert" else None,
        )
        for code in codes or SEATS
    ]  # fmt: skip
    return creation.create("h", "c", "The court", "7204-25/15", "A hearing", AT, seats, AT, capacity)


def new_hearing(*codes: str, capacity: int = 32) -> Hearing:
    return fold(new_log(*codes, capacity=capacity))


DECLARED = {"in_person": True, "under_sixteens": True, "recording": True}


def enter(hearing: Hearing, seat: str, device: str = "", occupied: bool = False, declares: bool = True) -> Hearing:
    hearing = fold(attendance.enter(hearing, seat, device or f"{seat}'s phone", AT, occupied=occupied), hearing)
    return fold(attendance.declare(hearing, seat, DECLARED, AT), hearing) if declares else hearing


def act(hearing: Hearing, name: Act, seat: str | None = None, by: str = "judge", **options: Any) -> Hearing:
    options.setdefault("reason", REASONS.get(name))
    options.setdefault("data", DATA)
    return fold(decide(hearing, name, by, AT, seat=seat, sitting=f"s{hearing.version}", **options), hearing)


REASONS = {
    "refuse": "not the person in the photo", "remove": "disorder", "start": "all are heard",
    "close_session": "a ruling",
    "reopen": "a ruling", "postpone": "the expert is ill",
}  # fmt: skip


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
        if hearing.seats[seat].standing == "waiting":
            hearing = act(hearing, "admit", seat)
    hearing = act(hearing, "start")
    for seat in participants:
        if hearing.seats[seat].standing == "held":
            hearing = act(hearing, "call_witness", seat)
    return hearing


PEOPLE = [
    "party",
    "party",
    "party-2",
    "witness",
    "witness",
    "expert",
    "observer",
    "judge",
    "clerk",
    "technician",
    "site-clerk",
]
DATA = {
    **DECLARED, "scheduled_at": "2026-12-01T10:00+05:00", "item": "courtroom_ready", "hears": True, "sees": True,
    "asks": True, "answers": True, "kind": "sound", "text": "I hear nothing", "problem": 1, "minutes": 5, "request": 1,
    "opinion": "agree", "attended": True, "identity": True, "credentials": False, "remark": "",
}  # fmt: skip
"""What each act needs, all in one."""
RARE = {"conclude", "postpone", "end_test", "remove", "dismiss_witness"}


def history(seed: int) -> list[Event]:
    """The log after 60 things that people tried in a random order, with the court in the room; what made no sense was
    refused and left no trace."""
    chance = random.Random(seed)
    log = new_log()
    for seat in ("judge", "clerk", "technician", "site-clerk"):
        log += attendance.enter(fold(log), seat, "phone", AT, occupied=False)
    hearing = fold(log)
    for _ in range(100):
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
    match chance.choice(
        ["enter", "enter", "leave", "gone", "wrong_words", "silence", "check", *["order"] * 8, "nonsense"]
    ):
        case "enter":
            entered = attendance.enter(hearing, seat, device, AT, occupied=chance.random() < 0.3)
            declares = entered and chance.random() < 0.7
            return [*entered, *attendance.declare(fold(entered, hearing), seat, DECLARED, AT)] if declares else entered
        case "leave":
            return attendance.leave(hearing, seat, device, AT)
        case "gone":
            return attendance.gone(hearing, seat, AT)
        case "wrong_words":
            return attendance.wrong_words(hearing, seat, 3, AT)
        case "check":
            word = chance.choice(["on", "denied"])
            return entry_check.decide(hearing, seat, device, {"camera": entry_check.WORDS["camera"][word]}, AT)
        case "silence":
            return presence.watch(
                hearing, {seat: chance.choice([0.0, 9.0])}, {}, AT, auto_adjourn=chance.random() < 0.5
            )
        case "order":
            return _order(hearing, chance.choice(["judge"] * 4 + PEOPLE), chance)
    return decide(hearing, chance.choice(ACTS), seat, AT, seat=chance.choice(PEOPLE), reason="because", sitting="s")


def _order(hearing: Hearing, by: str, chance: random.Random) -> list[Event]:
    """An act that somebody can do now, on a seat that it makes sense for; the ends only rarely."""
    able = [name for name in allowed(hearing, by) if name not in RARE or chance.random() < 0.05]
    if not able:
        return []
    # Those who decide who is in come first, so that there is somebody whom the rest is about.
    urgent = [name for name in able if name in ("admit", "call_witness", "open", "start", "opinion")]
    name = chance.choice(urgent if urgent and chance.random() < 0.5 else able)
    seats = [code for code, seat in hearing.seats.items() if fits(hearing, name, hearing.seats[by], seat)]
    data = {**DATA, "problem": len(hearing.faults), "request": len(hearing.requests)}
    receives = {"judge": {"audio": True, "video": False}}
    return decide(
        hearing, name, by, AT, seat=chance.choice(seats or ["party"]), reason="because", sitting="s", data=data,
        receives=receives,
    )  # fmt: skip
