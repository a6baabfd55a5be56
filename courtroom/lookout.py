"""The worker that looks at light and noise during hearings: ``python -m courtroom.lookout SOCKET SHARE PARENT``.

It reads samples from the media process's socket and writes what it finds, a line of JSON each, to its standard output.
It decodes what strangers send, apart from everybody else: it may crash or hang, ends then, and is started again.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import selectors
import signal
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from courtroom.breath import Breath
from courtroom.supervisor import die_with
from gateway.samples import Splitter
from quality.thrift import Thrift

if TYPE_CHECKING:
    from courtroom.looks import Looks

RETRY_S: Final = 0.5
LASTS_S: Final = 15
"""A worker that says nothing for so long of its own processor time, as a decoder never came back, ends: another is put
in its place. Where others have the processor, that is no fault of its."""
STUCK_S: Final = 120
"""The same where it waits for something."""
MOST_OCTETS: Final = 4 << 30
"""Of address space: thirty participants take a quarter."""
_READ: Final = 1 << 16


def confine() -> None:
    """Whatever strangers' pictures make of this process, the machine's memory stays the others'."""
    with contextlib.suppress(OSError, ValueError):  # ValueError: the account has less
        resource.setrlimit(resource.RLIMIT_AS, (MOST_OCTETS, MOST_OCTETS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what it has seen and heard goes to no file, should it crash
    with contextlib.suppress(OSError):  # proc(5): the first to be ended where memory runs out
        Path("/proc/self/oom_score_adj").write_text("1000")


def step_aside() -> None:
    """It has the processor while nobody else wants it, and gives it up at once (sched(7)): a nice value alone lets it
    finish its turn while packets wait. Before what is dear to import."""
    try:
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    except (AttributeError, OSError):  # not Linux, or a sandbox that forbids it
        os.nice(10)


def main(path: str, share: float) -> None:
    """For ever, or until nobody reads what is found."""
    _alive()
    thrift = Thrift(share)
    with contextlib.suppress(BrokenPipeError):
        while True:
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as media:
                media.connect(path)
                _converse(media, thrift)
            _tell({"status": _status(None, thrift)})
            time.sleep(RETRY_S)


def _converse(media: socket.socket, thrift: Thrift) -> None:
    """Until the media process goes away: with it goes what was sampled."""
    from courtroom.looks import Looks

    media.setblocking(False)
    splitter, looks = Splitter(), Looks(thrift, Breath())
    told, spent, left_out = time.monotonic(), time.process_time(), looks.left_out
    _tell({"status": _status(looks, thrift)})
    with selectors.DefaultSelector() as ready:
        ready.register(media, selectors.EVENT_READ)
        while True:
            soonest = min(told + 1.0, looks.next_due() or told + 1.0)
            if ready.select(max(0.0, soonest - time.monotonic())) and not _read(media, splitter, looks):
                return
            now = time.monotonic()
            for found in looks.due(now):
                _tell(found)
            if now - told >= 1.0:
                cpu = time.process_time()
                thrift.spend(cpu - spent, now - told, looks.left_out > left_out)
                told, spent, left_out = now, cpu, looks.left_out
                _tell({"status": _status(looks, thrift)})


def _read(media: socket.socket, splitter: Splitter, looks: Looks) -> bool:
    data = media.recv(_READ)
    for sample in splitter.feed(data):
        track = looks.take(sample, time.monotonic())
        if track is not None:
            with contextlib.suppress(BlockingIOError):  # it is asked for again
                media.send(f"{track}\n".encode())
    return bool(data)


def _status(looks: Looks | None, thrift: Thrift) -> dict[str, Any]:
    """``looks`` None: media is not there."""
    return {
        "cpu": round(thrift.spent, 4), "look_s": thrift.step.look_s, "thrifty": thrift.thrifty,
        "participants": looks.participants if looks else 0, "left_out": looks.left_out if looks else 0,
        "sampled": looks is not None,
    }  # fmt: skip


def _tell(message: dict[str, Any]) -> None:
    print(json.dumps(message), flush=True)
    _alive()


def _alive() -> None:
    signal.setitimer(signal.ITIMER_PROF, LASTS_S)
    signal.alarm(STUCK_S)


if __name__ == "__main__":
    step_aside()
    die_with(int(sys.argv[3]))
    confine()
    main(sys.argv[1], float(sys.argv[2]))
