"""Keeps the worker that looks at light and noise alive, beside the app, and passes on what it finds."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol, cast, get_args

import structlog

from courtroom.settings import without_settings
from courtroom.supervisor import delay
from quality.models import missing
from quality.surroundings import PARTS, Verdict

log = structlog.get_logger(__name__)

_STEADY_S = 30.0
_LINE = 1 << 16
_LOOK: Final = {"hearing": str, "seat": str, "every_s": dict}
_STATUS: Final = {
    "cpu": (int, float), "look_s": (int, float), "thrifty": bool, "participants": int, "left_out": int, "sampled": bool,
}  # fmt: skip
VERDICTS: Final = get_args(Verdict)


ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""The worker's sums are small: more threads than one wait for each other, and for packets' processors."""


class Listener(Protocol):
    """What is told of looks: the app."""

    def looked(self, found: Mapping[str, Any]) -> None: ...

    def lookout_status(self, status: Mapping[str, Any] | None) -> None:
        """Each second; None: there is no worker, and nothing that it found holds any more."""


def command(socket: Path, share: float) -> list[str]:
    """``share`` of one core that the worker may take."""
    return [sys.executable, "-m", "courtroom.lookout", str(socket), str(share), str(os.getpid())]


def read(line: bytes) -> Mapping[str, Any]:
    """A message of the worker's, which strangers' media may have taken over. Raises ValueError where it is none."""
    message = json.loads(line)
    status = message.get("status") if isinstance(message, dict) else None
    if not (_fits(status, _STATUS) if status is not None else _is_look(message)):
        raise ValueError("not a message of the lookout's")
    return cast(Mapping[str, Any], message)


def _is_look(message: Any) -> bool:
    if not _fits(message, _LOOK) or not _fits(message["every_s"], dict.fromkeys(PARTS, (int, float))):
        return False
    found = [message[part] for part in PARTS if part in message]
    return all(map(_is_finding, found)) and _fits({"faces": 0, "voices": 1, **message}, {"faces": int, "voices": int})


def _is_finding(found: Any) -> bool:
    return isinstance(found, list) and len(found) == 2 and found[0] in VERDICTS and isinstance(found[1], str)


def _fits(message: Any, fields: Mapping[str, Any]) -> bool:
    return isinstance(message, dict) and all(isinstance(message.get(name), kind) for name, kind in fields.items())


class Lookout:
    """Needs ``run`` as a task."""

    def __init__(self, command: Sequence[str], listener: Listener) -> None:
        self._command = command
        self._listener = listener

    async def run(self) -> None:
        if lacking := await asyncio.to_thread(missing):
            log.warning("lookout.models_missing", models=lacking)
        deaths = 0
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            code = None
            try:
                code = await self._once()
            except Exception as error:
                log.error("lookout.failed", error=type(error).__name__, exc_info=error)
            deaths = 1 if clock() - began >= _STEADY_S else deaths + 1
            log.warning("lookout.died", code=code, deaths=deaths, again_s=delay(deaths))
            await asyncio.sleep(delay(deaths))

    async def _once(self) -> int:
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, limit=_LINE,
            env=without_settings(os.environ) | ONE_THREAD,
        )  # fmt: skip
        assert process.stdout is not None
        try:
            with contextlib.suppress(ValueError):  # a line beyond the limit, or no message: it is out of its mind
                async for line in process.stdout:
                    self._tell(read(line))
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
