"""One hearing through all states, by acts alone, with something for every act to be about."""

from __future__ import annotations

from tests.matrix.matrix import COURTROOM, ROLES, Column
from tests.matrix.stage import STAFFED, Seated, Theatre

_COURT = [Column(role, role in COURTROOM).seat for role in ROLES if role in STAFFED]


async def drive(theatre: Theatre) -> None:
    hearing = await theatre.new()
    seats = {seat: await theatre.enter(hearing, seat) for seat in _COURT if seat != "panel"}
    judge, clerk = seats["judge"], seats["clerk"]
    await _do(seats["technician"], "report_problem")
    await _do(clerk, "begin_test")
    await _come(theatre, hearing, seats, test=True)
    for seat in ("removed", "removed-here"):
        await _do(judge, "remove", seat)
    await theatre.keep("test_session", hearing)
    await _do(clerk, "end_test")
    await theatre.keep("scheduled", hearing)
    await _do(judge, "open")
    await _come(theatre, hearing, seats)
    for row in theatre.rows:
        if row.role not in STAFFED and row.code not in ("comer", "comer-here", "waiting", "waiting-here", "on-site"):
            await _do(judge, "admit", row.code)
    await _do(judge, "begin_check")
    await _do(seats["asker"], "request_recording")
    await _furnish(judge)
    await theatre.keep("ready", hearing)
    await _do(judge, "start")
    for row in theatre.rows:
        if row.role == "witness" and not row.code.startswith("held"):
            await _do(judge, "call_witness", row.code)
    await theatre.keep("in_session", hearing)
    await _branches(theatre, hearing, judge)


async def _branches(theatre: Theatre, hearing: str, judge: Seated) -> None:
    for act, state in (
        ("adjourn", "technical_adjournment"), ("recess", "recess"), ("resume", "in_session"),
        ("close_session", "closed_session"), ("reopen", "in_session"), ("conclude", "concluded"),
    ):  # fmt: skip
        await _do(judge, act)
        await theatre.keep(state, hearing)
    another = await theatre.copy("in_session")
    await _do(await theatre.sit("in_session", another, "judge"), "postpone")
    await theatre.keep("postponed", another)


async def _come(theatre: Theatre, hearing: str, seats: dict[str, Seated], test: bool = False) -> None:
    """All who are not there yet, and second devices where one is to be agreed to."""
    for row in theatre.rows:
        if (row.role not in STAFFED or row.code not in seats) and not (test and row.role == "observer"):
            seats[row.code] = await theatre.enter(hearing, row.code)
    for seat in ("claimed", "claimed-here"):
        await theatre.enter(hearing, seat)


async def _furnish(judge: Seated) -> None:
    for seat in ("muted", "muted-here"):
        await _do(judge, "mute", seat)
    for seat in ("removed", "removed-here"):
        await _do(judge, "remove", seat)


async def _do(device: Seated, act: str, seat: str | None = None) -> None:
    status, answer = await device.act(act, seat)
    assert status == 200, (act, seat, answer)
