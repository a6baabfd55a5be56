"""A Unix socket of the media process's own, which only this account may open."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class LocalServer:
    """At ``path``, in the place of whatever an earlier server has left there; a line has ``limit`` octets at most."""

    def __init__(self, path: Path, serve: Serve, limit: int) -> None:
        self._path = path
        self._serve = serve
        self._limit = limit
        self._server: asyncio.Server | None = None
        self._inode = 0

    async def start(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()
        before = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(self._serve, str(self._path), limit=self._limit)
            self._inode = self._path.stat().st_ino
        finally:
            os.umask(before)

    def close(self) -> None:
        """No more connections are taken; those that stand are not closed."""
        if self._server is not None:
            self._server.close()

    def remove(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            if self._path.stat().st_ino == self._inode:  # another server's is not ours to remove
                self._path.unlink()
