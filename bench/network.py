"""Network namespaces of the benchmark: its own, in which the servers are, and one behind a bad link for each client.

They need root and end with the processes that hold them; nothing of the machine's own network is touched.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bench.shaper import CLONE_NEWNET
from bench.shaping import HTTPS, Shape
from tests.client.through import lead

ADDRESS, RELAY, API = "10.77.0.1", "10.77.0.2", "10.77.0.3"
"""Of the servers, as every client sees them; of the relay and of the peer's API where port 443 alone is open."""
DEVICE = "bad"


def isolate() -> None:
    """This process and its children go to a namespace of their own; to be called before any thread is made."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET):
        raise SystemExit(f"network namespaces need root: {os.strerror(ctypes.get_errno())}")
    _run("ip", "link", "set", "lo", "up")
    _run("ip", "tuntap", "add", "court", "mode", "tun")  # Janus does not offer what is of the loopback device
    _run("ip", "address", "add", f"{ADDRESS}/32", "dev", "court")
    _run("ip", "link", "set", "court", "up")
    for address in (RELAY, API):
        _run("ip", "address", "add", f"{address}/32", "dev", "lo")


@dataclass
class BadLink:
    """``enter`` is the command prefix that runs a program behind the link."""

    number: int
    enter: tuple[str, ...]
    process: asyncio.subprocess.Process

    @property
    def near(self) -> str:
        """The address of the link's end here."""
        return f"10.77.{self.number}.1"

    async def shape(self, up: Shape, down: Shape) -> dict[str, Any]:
        """From now on; returns the counters, which go on."""
        return await self._ask({"up": asdict(up), "down": asdict(down)})

    async def counters(self) -> dict[str, Any]:
        """Since the last time that they were asked for."""
        return await self._ask({})

    async def _ask(self, shapes: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(shapes).encode() + b"\n")
        told: dict[str, Any] = json.loads(await self.process.stdout.readline())
        return told

    def program(self, path: Path, program: str) -> Path:
        """An executable at ``path`` that runs the program behind the link."""
        path.write_text(f'#!/bin/sh\nexec {" ".join(self.enter)} {program} "$@"\n')
        path.chmod(0o700)
        return path


@contextlib.asynccontextmanager
async def door(address: str, host: str, port: int) -> AsyncIterator[None]:
    """Port 443 of the address leads to another one."""

    server = await asyncio.start_server(partial(lead, host=host, port=port), address, HTTPS)
    try:
        yield
    finally:
        server.close()


@contextlib.asynccontextmanager
async def bad_link(number: int) -> AsyncIterator[BadLink]:
    """A namespace behind a link that is good until it is shaped."""
    holder = await asyncio.create_subprocess_exec("unshare", "--net", "sh", "-c", "echo; read _", stdin=-1, stdout=-1)
    assert holder.stdout
    await holder.stdout.readline()
    enter = ("nsenter", "--target", str(holder.pid), "--net")
    name = f"{DEVICE}{number}"
    command = [sys.executable, "-m", "bench.shaper", str(holder.pid), name]
    shaper = await asyncio.create_subprocess_exec(*command, stdin=-1, stdout=-1)
    try:
        assert shaper.stdout
        await shaper.stdout.readline()
        _connect(name, number, enter)
        yield BadLink(number, enter, shaper)
    finally:
        for process in (shaper, holder):
            process.kill()
            await process.wait()


def _connect(name: str, number: int, enter: tuple[str, ...]) -> None:
    near, far = f"10.77.{number}.1", f"10.77.{number}.2"
    for prefix, own, peer in (((), near, far), (enter, far, near)):
        _run(*prefix, "ip", "link", "set", "lo", "up")
        _run(*prefix, "ip", "address", "add", own, "peer", peer, "dev", name)
        _run(*prefix, "ip", "link", "set", name, "up", "mtu", "1500", "txqueuelen", "5000")
    _run(*enter, "ip", "route", "add", "default", "dev", name)


def _run(*command: str) -> None:
    subprocess.run(command, check=True)
