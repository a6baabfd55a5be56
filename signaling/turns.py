"""Work that only a few can do at once, shared out by turns, so that a crowd from one place delays nobody elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator


class Turns:
    """``at_once`` are let in at a time; of those who wait, one of each key after another. How many may wait is the
    caller's to bound."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    @contextlib.asynccontextmanager
    async def turn(self, key: str) -> AsyncIterator[None]:
        await self._enter(key)
        try:
            yield
        finally:
            self._next()

    async def _enter(self, key: str) -> None:
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was ours at the moment when we went
                self._next()
            raise

    def _next(self) -> None:
        while self._waiting:
            key = next(iter(self._waiting))
            queue = self._waiting.pop(key)
            turn = queue.popleft()
            if queue:
                self._waiting[key] = queue  # behind the other keys
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
