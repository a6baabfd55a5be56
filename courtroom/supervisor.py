"""`courtroom serve`: keeps the media and the app process alive, each on its own, and takes both down with itself."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from courtroom.errors import Mistake

UNUSABLE = 78
"""Exit code (sysexits.h EX_CONFIG) of a child that no restart can help: the settings or the machine must change."""

_FIRST_DELAY_S = 0.2
_LAST_DELAY_S = 10.0
_STEADY_S = 30.0
_PATIENCE_S = 15.0
_PR_SET_PDEATHSIG = 1

log = structlog.get_logger()


class Unusable(Mistake):
    """A child could not start at all; the text, for the terminal, says which."""


@dataclass(frozen=True, slots=True)
class Child:
    name: str
    command: Sequence[str]
    environment: Mapping[str, str] | None = None
    """None: ours."""
    files: Sequence[int] = ()
    """File descriptors that it gets."""


def delay(deaths: int) -> float:
    """Seconds before the next start, after `deaths` quick deaths in a row (1, 2, …)."""
    return min(_FIRST_DELAY_S * 2.0 ** (deaths - 1), _LAST_DELAY_S)


def die_with(parent: int) -> None:
    """Called by a child: the kernel ends it when the supervisor dies, however that happens (prctl(2)). Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked
        raise SystemExit(1)


async def supervise(children: Sequence[Child], stop: asyncio.Event) -> None:
    """Run `children` until `stop` is set; then end them, in reverse order. Raises Unusable."""
    keepers = [Keeper(child) for child in children]
    tasks = [asyncio.create_task(keeper.run()) for keeper in keepers]
    waiting = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait([*tasks, waiting], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {waiting}:
            task.result()
    finally:
        waiting.cancel()
        for keeper, task in reversed(list(zip(keepers, tasks, strict=True))):
            await keeper.end(task)


async def run(children: Sequence[Child]) -> None:
    """`supervise` until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await supervise(children, stop)


class Keeper:
    """Starts one child again and again."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._process: asyncio.subprocess.Process | None = None

    async def run(self) -> None:
        deaths = 0
        steady = False
        while True:
            began = time.monotonic()
            code = await self._once()
            if code == UNUSABLE and not steady and deaths == 0:
                raise Unusable(f"The {self._child.name} process cannot start; it has said why.")
            steady = time.monotonic() - began >= _STEADY_S
            deaths = 1 if steady else deaths + 1
            log.warning("process.died", process=self._child.name, code=code, deaths=deaths, again_s=delay(deaths))
            await asyncio.sleep(delay(deaths))

    async def _once(self) -> int:
        # Its own session: Ctrl-C reaches the supervisor alone, which ends the children in order.
        self._process = await asyncio.create_subprocess_exec(
            *self._child.command, env=self._child.environment, start_new_session=True, pass_fds=self._child.files
        )
        log.info("process.started", process=self._child.name, pid=self._process.pid)
        return await self._process.wait()

    async def end(self, task: asyncio.Task[None]) -> None:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Unusable):
            await task
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), _PATIENCE_S)
        except TimeoutError:
            log.error("process.killed", process=self._child.name)
            self._process.kill()
            await self._process.wait()
        log.info("process.ended", process=self._child.name, code=self._process.returncode)
