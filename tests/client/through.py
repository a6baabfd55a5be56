"""TCP connections led on into others, byte by byte; and a way of them that can be cut."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Self


async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, port: int) -> None:
    """What comes in goes on to ``host`` and ``port``, and back, until both ends are done."""
    there, back = await asyncio.open_connection(host, port)
    await asyncio.gather(_copy(reader, back), _copy(there, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


class Way:
    """From a port of its own, on this machine, to ``port``.

    While it is ``down`` it is as where the network has gone: at the near end every connection breaks and none is made;
    the far end is told nothing, and what it sends gets lost.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self._down = False
        self._near: set[asyncio.StreamWriter] = set()
        self._far: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()
        for writer in (*self._near, *self._far):
            writer.transport.abort()

    @property
    def down(self) -> bool:
        return self._down

    @down.setter
    def down(self, down: bool) -> None:
        self._down = down
        for writer in self._near if down else ():
            writer.transport.abort()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._down:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        self._near.add(writer)
        self._far.add(back)
        await asyncio.gather(self._carry(reader, back), self._carry(there, writer))
        self._near.discard(writer)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
        if not self._down:
            self._far.discard(writer)
            writer.close()
