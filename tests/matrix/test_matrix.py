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


class Copy:
    """A hearing in a state, the devices that were in its seats, and the judge's WebSocket."""

    def __init__(self, theatre: Theatre, state: str) -> None:
        self.state = state
        self._theatre = theatre
        self._hearing = ""
        self._devices: dict[str, Seated] = {}
        self._socket: Any = None

    async def device(self, seat: str) -> Seated:
        self._hearing = self._hearing or await self._theatre.copy(self.state)
        if seat not in self._devices:
            self._devices[seat] = await self._theatre.sit(self.state, self._hearing, seat)
        return self._devices[seat]

    async def refused(self, act: str, who: Column) -> Answer:
        if who.seat not in self._theatre.devices[self.state]:  # cannot have come before
            self._hearing = self._hearing or await self._theatre.copy(self.state)
            return refusal(await self._theatre.knock(self._hearing, who.seat))
        status, answer = await (await self.device(who.seat)).act(act, target(act, who, self.state))
        return Answer(None) if status == 200 else refusal(answer)

    async def done(self, act: str, who: Column) -> dict[str, Any] | Answer:
        """The snapshot that the act led to, as the judge is told of it; or why it was refused."""
        actor = await self.device(who.seat)
        if "after" in ACTS[act]:
            await prepare(actor, who, self.state, **ACTS[act]["after"])
        self._socket = self._socket or await (await self.device("judge")).watch()
        status, answer = await actor.act(act, target(act, who, self.state))
        if status != 200:
            return refusal(answer)
        return await told(self._socket, answer["version"], "bye" in ACTS[act]["shows"])

    async def close(self) -> None:
        if self._socket:
            await self._socket.close()


def refusal(problem: Any) -> Answer:
    return Answer(problem["code"], problem["params"].get("paragraph"))


async def prepare(actor: Seated, who: Column, state: str, act: str) -> None:
    status, answer = await actor.act(act, target(act, who, state))
    assert status == 200, answer


def test_the_matrix_has_every_state_role_and_act_of_the_program() -> None:
    assert (set(STATES), set(ROLES), set(ACTS)) == (set(terms.STATES), set(terms.ROLES), set(terms.ACTS))


async def test_every_cell_answers_as_the_matrix_says(driven: Theatre) -> None:
    wrong = [line for state in STATES for line in await differences(driven, state)]
    assert not wrong, "\n".join(wrong)


async def differences(driven: Theatre, state: str) -> list[str]:
    """Where the server does otherwise. Acts that "each" may do one after another are tried on one hearing."""
    wrong = []
    refused, shared = Copy(driven, state), Copy(driven, state)
    for act, who, expected in cells(state):
        copy = refused if expected.code else shared if ACTS[act].get("each") else Copy(driven, state)
        found: Any = await (copy.refused(act, who) if expected.code else copy.done(act, who))
        if isinstance(found, Answer):
            if found != expected:
                wrong.append(f"{state} {who.seat} {act}: {tuple(expected)}, but {tuple(found)}")
        elif not shows(found, act, who.seat, target(act, who, state)):
            wrong.append(f"{state} {who.seat} {act}: does not show")
        if copy is not refused and copy is not shared:
            await copy.close()
        if found == Answer(None):
            refused = Copy(driven, state)
    await shared.close()
    return wrong
