"""What the operating system says about a process and all its descendants (proc(5))."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Usage:
    """CPU seconds since the start, resident bytes, and CPU seconds of the whole machine."""

    cpu_s: float
    rss: int
    machine_s: float


def usage(pid: int) -> Usage:
    """Of the tree whose root is ``pid``; CPU includes that of descendants already waited for."""
    total, rss = 0.0, 0
    for member in _tree(pid):
        try:
            fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        user, system, waited_user, waited_system = (int(field) for field in fields[11:15])
        total += (user + system + waited_user + waited_system) * TICK
        rss += int(fields[21]) * PAGE
    return Usage(total, rss, _machine())


def _machine() -> float:
    """All busy time; idle, waiting for disks and what hypervisors took are not."""
    user, nice, system, _, _, irq, softirq = Path("/proc/stat").read_text().split()[1:8]
    return sum(int(ticks) for ticks in (user, nice, system, irq, softirq)) * TICK


def _tree(pid: int) -> Iterator[int]:
    yield pid
    try:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text().split():
                yield from _tree(int(child))
    except OSError:
        return
