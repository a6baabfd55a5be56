"""Every act as every role in every state, through HTTP and the WebSocket, on both databases."""

from __future__ import annotations

from typing import Any

from hearings import terms
from tests.matrix.matrix import ACTS, ROLES, STATES, Answer, Column, cells
from tests.matrix.shows import shows
from tests.matrix.stage import Seated, Theatre, told


def target(act: str, who: Column, state: str) -> str | None:
    """Whom the act is about; in a closed session somebody in the courtroom."""
    of = ACTS[act].get("of")
    if of is None or of == "on_site":
        return of and "on-site"
    return f"{of}-here" if STATES[state].get("only_here") else of


class Tried:
    """A hearing in a state, on which everything that is refused is tried, as nothing comes of it."""

    def __init__(self, theatre: Theatre, state: str) -> None:
        self._theatre, self._state = theatre, state
        self._hearing = ""
        self._devices: dict[str, Seated] = {}

    async def answer(self, act: str, who: Column) -> Answer:
        if not self._hearing:
            self._hearing = await self._theatre.copy(self._state)
        if who.seat not in self._theatre.devices[self._state]:  # cannot have come before
            return refusal(await self._theatre.knock(self._hearing, who.seat))
        if who.seat not in self._devices:
            self._devices[who.seat] = await self._theatre.sit(self._state, self._hearing, who.seat)
        status, answer = await self._devices[who.seat].act(act, target(act, who, self._state))
        if status == 200:
            self._hearing, self._devices = "", {}
            return Answer(None)
        return refusal(answer)


def refusal(problem: Any) -> Answer:
    return Answer(problem["code"], problem["params"].get("paragraph"))


async def done(theatre: Theatre, state: str, act: str, who: Column) -> dict[str, Any] | Answer:
    """The snapshot that the act led to, as the judge is told of it; or why it was refused."""
    hearing = await theatre.copy(state)
    actor = await theatre.sit(state, hearing, who.seat)
    if "after" in ACTS[act]:
        await prepare(actor, who, state, **ACTS[act]["after"])
    judge = await theatre.sit(state, hearing, "judge")
    socket = await judge.watch()
    status, answer = await actor.act(act, target(act, who, state))
    try:
        if status != 200:
            return refusal(answer)
        return await told(socket, answer["version"], "bye" in ACTS[act]["shows"])
    finally:
        await socket.close()


async def prepare(actor: Seated, who: Column, state: str, act: str) -> None:
    status, answer = await actor.act(act, target(act, who, state))
    assert status == 200, answer


def test_the_matrix_has_every_state_role_and_act_of_the_program() -> None:
    assert (set(STATES), set(ROLES), set(ACTS)) == (set(terms.STATES), set(terms.ROLES), set(terms.ACTS))


async def test_every_cell_answers_as_the_matrix_says(driven: Theatre) -> None:
    wrong = []
    for state in STATES:
        tried = Tried(driven, state)
        for act, who, expected in cells(state):
            if expected.code:
                found: Any = await tried.answer(act, who)
                if found != expected:
                    wrong.append(f"{state} {who.seat} {act}: {tuple(expected)}, but {tuple(found)}")
                continue
            found = await done(driven, state, act, who)
            if isinstance(found, Answer):
                wrong.append(f"{state} {who.seat} {act}: allowed, but {tuple(found)}")
            elif not shows(found, act, who.seat, target(act, who, state)):
                wrong.append(f"{state} {who.seat} {act}: does not show")
    assert not wrong, "\n".join(wrong)
