"""`courtroom serve`: the supervisor and its two processes, or one of them alone."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import errno
import json
import os
import resource
import signal
import sys
from collections.abc import Coroutine, Mapping
from typing import Any

import structlog
import uvloop

from courtroom import logs, supervisor
from courtroom.claim import Claim, claimed
from courtroom.errors import Mistake
from courtroom.folders import prepare
from courtroom.ports import require_free
from courtroom.settings import PREFIX, Settings, without_settings
from courtroom.supervisor import Child

log = structlog.get_logger()


def serve(arguments: argparse.Namespace, settings: Settings) -> int:
    """Raises Mistake."""
    logs.configure(settings.log)
    if arguments.only == "media":
        _prefer_me()
    if arguments.supervised:
        supervisor.die_with(arguments.supervised)
        return alone(arguments.only, settings, arguments.boot)
    names = [arguments.only] if arguments.only else PROCESSES
    with claimed(settings, names) as claim:
        require_free(settings, names)
        if arguments.only:
            return alone(arguments.only, settings, claim.boot)
        asyncio.run(supervise(settings, claim))
        return 0


async def supervise(settings: Settings, claim: Claim) -> None:
    """Both processes, until SIGTERM or SIGINT. Raises `supervisor.Unusable`."""
    environment = child_environment(settings, os.environ)
    command = [
        sys.executable,
        "-m",
        "courtroom",
        "serve",
        "--supervised",
        str(os.getpid()),
        "--boot",
        claim.boot,
        "--only",
    ]
    await supervisor.run(
        [Child(name, [*command, name], environment, (claim.locks[name],)) for name in PROCESSES]
    )  # fmt: skip


PROCESSES = ("media", "app")
MEDIA_PRIORITY = -10


def child_environment(settings: Settings, inherited: Mapping[str, str]) -> dict[str, str]:
    """The environment that gives a child exactly these settings, wherever ours came from."""
    values = settings.model_dump(mode="json", exclude_none=True)
    sections = {name: value for name, value in values.items() if name != "data"}
    own = {PREFIX + name.upper(): json.dumps(value) for name, value in sections.items()}
    return {**without_settings(inherited), **own, f"{PREFIX}DATA": str(settings.data.absolute())}


def alone(name: str, settings: Settings, boot: str = "") -> int:
    """Run one process here until it is told to end; the exit code. The app tells ``boot`` at /healthz."""
    prepare(settings)
    structlog.contextvars.bind_contextvars(process=name)
    _allow_many_connections()
    try:
        uvloop.run(until_signalled(_main_of(name, settings, boot)))
    except Mistake as error:
        print(f"courtroom {name}: {error}", file=sys.stderr)
        return supervisor.UNUSABLE
    except OSError as error:
        if error.errno not in _MACHINE:
            raise
        print(f"courtroom {name}: {_MACHINE[error.errno]} ({error.strerror})", file=sys.stderr)
        return supervisor.UNUSABLE
    except Exception:
        log.exception("process.failed")
        return 1
    return 0


async def until_signalled(work: Coroutine[Any, Any, None]) -> None:
    """Run `work`; SIGTERM and SIGINT cancel it, and it ends by itself in order."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()


def _allow_many_connections() -> None:
    """As many files as the system lets this account have: where they run out, nobody comes in any more."""
    with contextlib.suppress(OSError, ValueError):
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _prefer_me() -> None:
    """Sound must not wait for an AVR being built: ask the system to run this process first, where it lets us."""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, MEDIA_PRIORITY)


def _main_of(name: str, settings: Settings, boot: str) -> Coroutine[Any, Any, None]:
    """Each process imports only what it runs."""
    if name == "media":
        from courtroom.media import media

        return media(settings)
    from courtroom.app import app

    return app(settings, boot)


_MACHINE = {
    errno.EADDRINUSE: "a port of the settings is taken by another program",
    errno.EADDRNOTAVAIL: "an address of the settings is not one of this machine",
    errno.EACCES: "this account may not open a port or file of the settings",
}
