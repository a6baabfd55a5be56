"""Keeps the worker that looks at light and noise alive, beside the app, and passes on what it finds."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import structlog

from courtroom.supervisor import delay

log = structlog.get_logger(__name__)

_STEADY_S = 30.0
_LINE = 1 << 16


class Listener(Protocol):
    """What is told of looks: the app."""

    def looked(self, found: Mapping[str, Any]) -> None: ...

    def lookout_status(self, status: Mapping[str, Any] | None) -> None:
        """Each second; None: there is no worker, and nothing that it found holds any more."""


def command(socket: Path, share: float) -> list[str]:
    """``share`` of one core that the worker may take."""
    return [sys.executable, "-m", "courtroom.lookout", str(socket), str(share), str(os.getpid())]


class Lookout:
    """Needs ``run`` as a task."""

    def __init__(self, command: Sequence[str], listener: Listener) -> None:
        self._command = command
        self._listener = listener

    async def run(self) -> None:
        deaths = 0
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            code = await self._once()
            deaths = 1 if clock() - began >= _STEADY_S else deaths + 1
            log.warning("lookout.died", code=code, deaths=deaths, again_s=delay(deaths))
            await asyncio.sleep(delay(deaths))

    async def _once(self) -> int:
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, limit=_LINE
        )
        assert process.stdout is not None
        try:
            with contextlib.suppress(ValueError):  # a line beyond the limit, or no JSON: it is out of its mind
                async for line in process.stdout:
                    self._tell(json.loads(line))
        finally:
            self._listener.lookout_status(None)
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            code = await process.wait()
        return code

    def _tell(self, message: Mapping[str, Any]) -> None:
        if "status" in message:
            self._listener.lookout_status(message["status"])
        else:
            self._listener.looked(message)
