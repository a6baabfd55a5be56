"""The media process's end of the samples' socket: one reader at a time, which nobody waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from gateway.local_server import LocalServer

log = structlog.get_logger()

UNSENT_LIMIT: Final = 1 << 20
"""Octets that the reader may leave unread before samples are left out: about a second of a hearing of thirty."""
_LINE: Final = 256


class SampleSocket:
    """``gateway.sampling.Outlet``; ``want_keyframe`` is called with the track that the reader names."""

    def __init__(self, path: Path, want_keyframe: Callable[[str], None]) -> None:
        self._want_keyframe = want_keyframe
        self._reader: asyncio.StreamWriter | None = None
        self._server = LocalServer(path, self._serve, _LINE)

    @property
    def open(self) -> bool:
        return self._reader is not None and not self._reader.is_closing()

    def send(self, message: bytes) -> bool:
        reader = self._reader
        if reader is None or reader.is_closing() or reader.transport.get_write_buffer_size() > UNSENT_LIMIT:
            return False
        reader.write(message)
        return True

    async def start(self) -> None:
        await self._server.start()

    async def stop(self) -> None:
        self._server.close()
        if self._reader is not None:
            self._reader.close()
        self._server.remove()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        older, self._reader = self._reader, writer
        if older is not None:
            older.close()
        log.info("samples_wanted")
        try:
            while line := await reader.readline():
                self._want_keyframe(line.decode("ascii", "replace").strip())
        except (ConnectionError, ValueError) as error:  # ValueError: a line beyond the limit
            log.warning("samples_reader_lost", error=type(error).__name__)
        finally:
            if self._reader is writer:
                self._reader = None
            writer.close()
