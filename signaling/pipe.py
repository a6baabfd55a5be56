"""The bounds of one socket: what waits to go out, and how fast messages may come in."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from aiohttp import web

from signaling.session import MAX_MESSAGES

FOLLOWING_MOST = 400
"""Messages that may wait for a slow socket, beside what it missed; then it is closed and the client resumes."""
_AROUND = 3
"""Welcome, goodbye and the end."""
_WAITING_MOST = _AROUND + MAX_MESSAGES + FOLLOWING_MOST
"""What a client missed comes all at once: were it too much, each return would end as the one before."""
_RATE, _BURST = 20.0, 60.0
_CLOSE_WITHIN_S = 2.0
_EMPTY_WITHIN_S = 5.0


class SocketPipe:
    """The way out of one socket: a bounded queue and a task that empties it. ``hang_up`` ends the connection of a
    client that does not even take the goodbye."""

    def __init__(self, socket: web.WebSocketResponse, hang_up: Callable[[], None]) -> None:
        self._socket = socket
        self._hang_up = hang_up
        self._queue: asyncio.Queue[str | None] = asyncio.Queue(_WAITING_MOST)
        self._task = asyncio.create_task(self._send())

    def put(self, text: str) -> None:
        try:
            self._queue.put_nowait(text)
        except asyncio.QueueFull:
            self._task.cancel()

    def finish(self) -> None:
        with contextlib.suppress(asyncio.QueueFull):
            self._queue.put_nowait(None)
            return
        self._task.cancel()

    async def __aenter__(self) -> SocketPipe:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Finish, and wait until everything is out or the client has had its time."""
        self.finish()
        try:
            await asyncio.wait({self._task}, timeout=_EMPTY_WITHIN_S)
        finally:
            self._task.cancel()

    async def _send(self) -> None:
        try:
            while (text := await self._queue.get()) is not None:
                await self._socket.send_str(text)
        except (ConnectionError, RuntimeError):
            return  # The socket is gone; the reading side notices too.
        finally:
            try:
                await asyncio.wait_for(self._socket.close(), _CLOSE_WITHIN_S)
            except (Exception, asyncio.CancelledError):
                self._hang_up()


class Allowance:
    """A token bucket: so many messages a second, and a burst. A flooding client gets ``slow-down``."""

    def __init__(self, now: float) -> None:
        self._left, self._at = _BURST, now

    def take(self, now: float) -> bool:
        self._left = min(_BURST, self._left + (now - self._at) * _RATE)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
