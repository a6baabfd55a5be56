"""Tries at words: each waits, then has its turn to be checked, and a flood keeps nobody else from it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from hearings.slowdown import Slowdown, neighbourhood, network
from signaling.crowd import AGAIN_S, Crowd
from signaling.problems import Problem
from signaling.security import client_address
from signaling.turns import Turns

Sleep = Callable[[float], Awaitable[None]]
CHECKED_AT_ONCE = 2
"""Words; each takes a core for a moment."""
PARTICIPANTS_MOST, SEAT_MOST = 128, 32
OTHERS_MOST, NAME_MOST = 32, 16
"""Tries that may wait, and of one seat or name from one network; few enough for all to be checked within the time
that a page waits for its answer."""
OTHERS_KEPT = 5_000


@dataclass(slots=True)
class Try:
    """One try at a word. ``tell`` is of how many wrong ones the clerk is to be told."""

    right: bool = False
    tell: int = 0


class Tries:
    """Those of one ``kind``, with places and turns of their own: a flood at one door leaves the others open."""

    def __init__(
        self,
        kind: str,
        slowdown: Slowdown,
        crowd: Crowd,
        turns: Turns,
        proxies: frozenset[str],
        sleep: Sleep = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kind = kind
        self._slowdown = slowdown
        self._crowd = crowd
        self._turns = turns
        self._proxies = proxies
        self._sleep = sleep
        self._monotonic = monotonic

    @contextlib.asynccontextmanager
    async def attempt(self, request: web.Request, scope: str, name: str) -> AsyncIterator[Try]:
        """Waits first. The body sets ``right``; what it leaves unset, also by an exception, was wrong. Problem
        ``slow-down`` for who belongs to a crowd that holds too many places: it was not checked and counts as nothing.
        """
        address, one = client_address(request, self._proxies), Try()
        async with self._turn(scope, name, address):
            try:
                yield one
            finally:
                one.tell = self._slowdown.done(scope, name, address, one.right, self._monotonic())

    @contextlib.asynccontextmanager
    async def _turn(self, scope: str, name: str, address: str) -> AsyncIterator[None]:
        path = neighbourhood(address), network(address), scope, name
        async with contextlib.AsyncExitStack() as turn:
            try:
                async with asyncio.timeout(None) as patience:
                    with self._crowd.stand(path, lambda: patience.reschedule(0)):
                        wait = self._slowdown.attempt(scope, name, address, self._monotonic())
                        try:
                            await self._sleep(wait)
                            await turn.enter_async_context(self._turns.turn((self._kind, *path)))
                        except BaseException:
                            self._slowdown.gone(scope, name, address)
                            raise
            except TimeoutError:
                raise Problem("slow-down", seconds=AGAIN_S) from None
            yield


@dataclass(frozen=True, slots=True)
class Doors:
    """Where words are asked for; the processor is shared by turns."""

    participants: Tries
    staff: Tries
    applicants: Tries


def doors(proxies: frozenset[str], sleep: Sleep) -> Doors:
    turns = Turns(CHECKED_AT_ONCE)

    def others(kind: str) -> Tries:
        return Tries(kind, Slowdown(OTHERS_KEPT), Crowd(OTHERS_MOST, NAME_MOST), turns, proxies, sleep)

    crowd = Crowd(PARTICIPANTS_MOST, SEAT_MOST)
    participants = Tries("participants", Slowdown(), crowd, turns, proxies, sleep)
    return Doors(participants, others("staff"), others("applicants"))
