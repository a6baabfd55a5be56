"""Carries IP packets between two network namespaces through a bad link: ``python -m bench.shaper PID NAME``.

A process of its own, so that nothing else delays packets. A TUN device here and one in the namespace of ``PID`` are the
ends; ``up`` leads from there to here. Each line of stdin is a JSON object of shapes by direction, answered by the
counters; they begin again after an empty one. Needs root; where the kernel has netem it is not needed.
"""

from __future__ import annotations

import asyncio
import ctypes
import fcntl
import json
import os
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from time import monotonic
from typing import Any

from bench.shaping import Count, Link, Shape

CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
MTU = 1500
BATCH = 64
SEED = 7


def setns(path: str) -> None:
    """This thread joins the namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    handle = os.open(path, os.O_RDONLY)
    try:
        if libc.setns(handle, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"setns {path}")
    finally:
        os.close(handle)


def tun(name: str) -> int:
    handle = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(handle, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return handle


@dataclass
class Way:
    """One direction, with the timer of its next arrival."""

    source: int
    target: int
    link: Link
    timer: asyncio.TimerHandle | None = None
    late_ms: float = 0.0
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)

    def readable(self) -> None:
        for _ in range(BATCH):
            try:
                packet = os.read(self.source, MTU + 100)
            except BlockingIOError:
                break
            if packet[0] >> 4 == 4:  # the kernel's own IPv6 router solicitations stay here
                self.link.put(packet, monotonic())
        self.deliver()

    def deliver(self) -> None:
        now = monotonic()
        due = self.link.next()
        if due is not None and due < now:
            self.late_ms = max(self.late_ms, (now - due) * 1000)
        for packet in self.link.take(now):
            with suppress(OSError):
                os.write(self.target, packet)
        if self.timer:
            self.timer.cancel()
        due = self.link.next()
        self.timer = None if due is None else self.loop.call_later(max(0.0, due - monotonic()), self.deliver)

    def told(self) -> dict[str, Any]:
        count = self.link.count
        return {
            "offered": count.offered, "lost": count.lost, "dropped": count.dropped, "delivered": count.delivered,
            "octets": count.octets, "queue_p50_ms": round(count.queue_ms(0.5), 1),
            "queue_p95_ms": round(count.queue_ms(0.95), 1), "standing_queue_ms": round(count.standing_ms(), 1),
            "late_ms": round(self.late_ms, 1),
        }  # fmt: skip

    def reset(self) -> None:
        self.link.count, self.late_ms = Count(), 0.0


async def carry(here: int, there: int) -> None:
    ways = {"up": Way(there, here, Link(Shape(), Random(SEED))), "down": Way(here, there, Link(Shape(), Random(SEED)))}
    loop = asyncio.get_running_loop()
    for way in ways.values():
        loop.add_reader(way.source, way.readable)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    print("{}", flush=True)
    while line := await reader.readline():
        shapes = json.loads(line)
        for name, shape in shapes.items():
            ways[name].link.shape = Shape(**shape)
        print(json.dumps({name: way.told() for name, way in ways.items()}), flush=True)
        if not shapes:
            for way in ways.values():
                way.reset()


def main(pid: int, name: str) -> None:
    here = tun(name)
    home = f"/proc/{os.getppid()}/ns/net"
    setns(f"/proc/{pid}/ns/net")
    there = tun(name)
    setns(home)
    asyncio.run(carry(here, there))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
