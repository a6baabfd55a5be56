"""The media process's end of the control socket (ARCHITECTURE.md, "Control protocol")."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final

import structlog

from gateway.local_server import LocalServer
from gateway.messages import LINE_LIMIT, ControlError, MessageError, check_request, decode, encode, error_reply, reply

log = structlog.get_logger()

Handle = Callable[[str, Mapping[str, Any]], Awaitable[Mapping[str, Any] | None]]

SLOW: Final = frozenset({"drop", "journal"})
"""Ops that wait for the disk. What comes after them, a policy above all, does not wait for them."""

UNSENT_LIMIT = 4 << 20
"""Bytes that an app may leave unread before it is let go: it will connect again and ask for the present state."""


class ControlServer:
    """Serves one app at a time; the newest wins. Requests are handled in order, but for the slow ones; each is answered
    once. What ``handle`` does before it returns its awaitable is in order for these too."""

    def __init__(self, path: Path, handle: Handle) -> None:
        self._handle = handle
        self._app: asyncio.StreamWriter | None = None
        self._server = LocalServer(path, self._serve, LINE_LIMIT)
        self._slow: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        await self._server.start()

    async def stop(self) -> None:
        self._server.close()
        if self._app is not None:
            self._app.close()
        self._server.remove()

    def emit(self, event: Mapping[str, Any]) -> None:
        """Send an event to the app, if there is one. Never blocks, never raises."""
        app = self._app
        if app is None:
            return
        if app.transport.get_write_buffer_size() > UNSENT_LIMIT:
            log.warning("app_too_slow")
            app.transport.abort()
            self._app = None
            return
        try:
            app.write(encode(event))
        except MessageError as error:
            log.error("event_not_sent", event_name=event.get("event"), error=str(error))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        older, self._app = self._app, writer
        if older is not None:
            older.close()
        log.info("app_connected")
        try:
            while line := await reader.readline():
                await self._line(line, writer)
        except (ConnectionError, ValueError) as error:  # ValueError: a line beyond the limit
            log.warning("app_connection_lost", error=type(error).__name__)
        finally:
            if self._app is writer:
                self._app = None
            writer.close()
            log.info("app_disconnected")

    async def _line(self, line: bytes, writer: asyncio.StreamWriter) -> None:
        request: Mapping[str, Any] = {}
        try:
            request = decode(line)
            op = check_request(request)
        except MessageError as error:
            writer.write(encode(error_reply(request, ControlError("bad-request", str(error)))))
            return
        answering = self._answer(request, self._handle(op, request), writer)
        if op not in SLOW:
            await answering
            return
        task = asyncio.ensure_future(answering)
        self._slow.add(task)
        task.add_done_callback(self._slow.discard)

    async def _answer(
        self, request: Mapping[str, Any], doing: Awaitable[Mapping[str, Any] | None], writer: asyncio.StreamWriter
    ) -> None:
        try:
            answer = reply(request, await doing)
        except MessageError as error:
            answer = error_reply(request, ControlError("bad-request", str(error)))
        except ControlError as error:
            answer = error_reply(request, error)
        except Exception as error:
            log.error("control_error", error=type(error).__name__, exc_info=True)
            answer = error_reply(request, ControlError("server-error"))
        if not writer.is_closing():
            writer.write(encode(answer))
