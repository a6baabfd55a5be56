"""A whole server for tests: `courtroom demo` in a folder of its own, on free ports, with its cast."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import tomllib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from tests.client.participant import Participant, enter, enter_as_staff

START_TIMEOUT = 60.0


@dataclass
class Court:
    """The running demonstration: ``hearing`` is its number; ``words`` by seat, ``passwords`` by staff name."""

    url: str
    data: Path
    hearing: str
    words: dict[str, str]
    passwords: dict[str, str]
    process: asyncio.subprocess.Process

    async def participant(self, seat: str, **options: Any) -> Participant:
        return await enter(self.url, self.hearing, seat, self.words[seat], **options)

    async def judge(self, seat: str = "judge", **options: Any) -> Participant:
        """Judge or clerk."""
        return await enter_as_staff(self.url, self.hearing, seat, seat, self.passwords[seat], **options)

    def children(self) -> dict[str, int]:
        """Process ids of ``app`` and ``media``."""
        found: dict[str, int] = {}
        for child in _children(self.process.pid):
            command = Path(f"/proc/{child}/cmdline").read_bytes().decode().split("\0")
            found.update({name: child for name in ("app", "media") if name in command})
        return found

    def kill(self, name: str) -> None:
        """SIGKILL to ``app`` or ``media``; the supervisor starts it again."""
        os.kill(self.children()[name], signal.SIGKILL)

    def takes(self) -> list[Path]:
        return sorted(self.data.glob("courts/*/*/*/takes/*.mkv"))


@contextlib.asynccontextmanager
async def court(folder: Path) -> AsyncIterator[Court]:
    data, web, local = folder / "data", free_port(), free_port()
    command = [
        sys.executable, "-m", "courtroom", "demo", "--no-qr", "--data", str(data), "--port", str(web),
        "--localhost-port", str(local), "--udp-port", str(free_port(socket.SOCK_DGRAM)),
    ]  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COURTROOM_")}
    environment["COURTROOM_MEDIA__ADVERTISED"] = '["127.0.0.1"]'
    with (folder / "server.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=log, stderr=log)
    try:
        url = f"http://localhost:{local}"
        await asyncio.wait_for(up(url, process, folder / "server.log"), START_TIMEOUT)
        cast = tomllib.loads((data / "demo.txt").read_text())
        yield Court(url, data, cast["hearing"], cast["words"], cast["passwords"], process)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def up(url: str, process: asyncio.subprocess.Process, log: Path) -> None:
    async with aiohttp.ClientSession() as http:
        while True:
            if process.returncode is not None:
                raise RuntimeError(f"the server stopped at once: {log.read_text()[-1000:]}")
            with contextlib.suppress(aiohttp.ClientError, OSError):
                async with http.get(f"{url}/healthz") as answer:
                    if (await answer.json())["media"] == "ok":
                        return
            await asyncio.sleep(0.1)


def _children(pid: int) -> list[int]:
    threads = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for thread in threads for child in (thread / "children").read_text().split()]


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with socket.socket(type=kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
