"""Work that only a few can do at once, shared out by turns, so that a crowd from one place delays nobody elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from signaling.crowd import Path
from signaling.line import Line


class Turns:
    """``at_once`` are let in at a time. How many may wait is the caller's to bound."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._line: Line[asyncio.Future[None]] = Line()

    @contextlib.asynccontextmanager
    async def turn(self, path: Path) -> AsyncIterator[None]:
        await self._enter(path)
        try:
            yield
        finally:
            self._next()

    async def _enter(self, path: Path) -> None:
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        place = self._line.join(path, turn)
        try:
            await turn
        except asyncio.CancelledError:
            self._line.leave(place)
            if turn.done() and not turn.cancelled():  # it was ours at the moment when we went
                self._next()
            raise

    def _next(self) -> None:
        while (turn := self._line.next()) is not None:
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
