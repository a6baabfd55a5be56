"""A network that lets TCP to port 443 through and drops everything else in silence, as a namespace.

Whoever runs inside has one interface, behind which nothing answers, and addresses at which port 443 leads, byte by
byte, to a port outside. ``python -m tests.relay.only_https NAMESPACE ADDRESS=PORT…`` is the way through, until it
is ended.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import fcntl
import os
import socket
import struct
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from functools import partial
from pathlib import Path

from tests.client.through import lead

OWN = "10.77.0.9"
HTTPS = 443
_CLONE_NEWNET = 0x40000000
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000


def can_make() -> bool:
    return os.geteuid() == 0 and Path("/dev/net/tun").exists()


@contextlib.asynccontextmanager
async def only_https(ways: Mapping[str, int]) -> AsyncIterator[list[str]]:
    """The command that runs a command inside. ``ways``: by address inside, the port of this machine where it leads."""
    name = f"https-{os.getpid()}"
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        arguments = [f"{address}={port}" for address, port in ways.items()]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", __spec__.name, name, *arguments, stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        try:
            assert await asyncio.wait_for(process.stdout.readline(), 10) == b"ready\n"
            yield ["nsenter", f"--net=/run/netns/{name}"]
        finally:
            process.terminate()
            await process.wait()
    finally:
        subprocess.run(["ip", "netns", "delete", name], check=True)


@contextlib.contextmanager
def _inside(name: str) -> Iterator[None]:
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/proc/self/ns/net") as outside, open(f"/run/netns/{name}") as inside:
        assert libc.setns(inside.fileno(), _CLONE_NEWNET) == 0
        yield
        assert libc.setns(outside.fileno(), _CLONE_NEWNET) == 0


def _wan() -> int:
    """An interface whose packets nobody reads; it is there for as long as the file is open."""
    wan = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(wan, _TUNSETIFF, struct.pack("16sH22x", b"wan", _IFF_TUN | _IFF_NO_PI))
    return wan


def _door(address: str) -> socket.socket:
    subprocess.run(["ip", "address", "add", f"{address}/32", "dev", "lo"], check=True)
    # A browser takes no relay that it reaches from another address than its interface's.
    route = ["local", address, "dev", "lo", "table", "local", "src", OWN]
    subprocess.run(["ip", "route", "replace", *route], check=True)
    return socket.create_server((address, HTTPS))


async def _through(doors: Mapping[socket.socket, int]) -> None:
    servers = [
        await asyncio.start_server(partial(lead, host="127.0.0.1", port=port), sock=door)
        for door, port in doors.items()
    ]
    print("ready", flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


def main(name: str, *ways: str) -> None:
    with _inside(name):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        wan = _wan()
        for command in (f"address add {OWN}/24 dev wan", "link set wan up", "route add default dev wan"):
            subprocess.run(["ip", *command.split()], check=True)
        doors = {_door(address): int(port) for address, port in (way.split("=") for way in ways)}
    asyncio.run(_through(doors))
    os.close(wan)


if __name__ == "__main__":
    main(*sys.argv[1:])
