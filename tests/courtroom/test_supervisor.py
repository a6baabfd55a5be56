from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from courtroom import supervisor
from courtroom.supervisor import Child

WRITES_ITS_PID = "import os, sys, signal; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); signal.pause()"


def child(name: str, code: str, *arguments: str) -> Child:
    return Child(name, [sys.executable, "-c", code, *arguments])


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


def pids(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().splitlines()] if path.exists() else []


def alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


def test_the_first_restart_is_quick_and_later_ones_are_bounded() -> None:
    delays = [supervisor.delay(deaths) for deaths in range(1, 20)]
    assert delays[0] <= 1
    assert delays == sorted(delays)
    assert delays[-1] == 10


async def test_a_killed_child_is_started_again_and_the_other_is_left_alone(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    stop = asyncio.Event()
    children = [child("one", WRITES_ITS_PID, str(one)), child("two", WRITES_ITS_PID, str(two))]
    running = asyncio.create_task(supervisor.supervise(children, stop))
    await until(lambda: len(pids(one)) == 1 and len(pids(two)) == 1)
    os.kill(pids(one)[0], signal.SIGKILL)
    await until(lambda: len(pids(one)) == 2)
    assert len(pids(two)) == 1
    stop.set()
    await running
    assert not any(alive(pid) for pid in pids(one) + pids(two))


async def test_a_child_that_cannot_start_ends_the_program(tmp_path: Path) -> None:
    other = tmp_path / "other"
    children = [child("one", WRITES_ITS_PID, str(other)), child("two", f"raise SystemExit({supervisor.UNUSABLE})")]
    with pytest.raises(supervisor.Unusable, match="two"):
        await supervisor.supervise(children, asyncio.Event())
    assert not any(alive(pid) for pid in pids(other))


async def test_a_child_dies_with_its_supervisor(tmp_path: Path) -> None:
    path = tmp_path / "child"
    orphan = (
        "import os, sys; from courtroom.supervisor import die_with; die_with(int(sys.argv[2]));"
        "import signal; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); signal.pause()"
    )
    parent = (
        "import os, subprocess, sys;"
        "subprocess.Popen([sys.executable, '-c', sys.argv[1], sys.argv[2], str(os.getpid())]).wait()"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", parent, orphan, str(path))
    await until(lambda: len(pids(path)) == 1)
    process.kill()
    await process.wait()
    await until(lambda: not alive(pids(path)[0]))
    assert pids(path)
