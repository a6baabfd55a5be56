"""A sandbox may refuse recvmmsg(2) and sendmmsg(2): then datagrams are read and sent one by one."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]

REFUSED = """
import ctypes, socket, struct
from gateway.datagrams import OneByOne, source
from gateway.outbox import Outbox, Target

# seccomp(2): load the call's number; 299 (recvmmsg) and 307 (sendmmsg) end in {error}, all others go through
steps = [(0x20, 0, 0, 0), (0x15, 2, 0, 299), (0x15, 1, 0, 307)]
steps += [(0x06, 0, 0, 0x7FFF0000), (0x06, 0, 0, 0x00050000 | {error})]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
program = ctypes.create_string_buffer(struct.pack("H6xP", len(steps), ctypes.addressof(code)))
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0  # PR_SET_NO_NEW_PRIVS
assert libc.prctl(22, 2, ctypes.c_void_p(ctypes.addressof(program)), 0, 0) == 0  # PR_SET_SECCOMP

ours = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
ours.bind(("127.0.0.1", 0))
ours.setblocking(False)
reader, box = source(ours), Outbox(ours)
assert type(reader) is OneByOne
box.buffer.view[:5] = b"hello"
box.put(5, Target(ours.family, ours.getsockname()))
box.flush()
assert reader.read() == 1
print(bytes(reader.buffers[0].view[: reader.length(0)]).decode())
"""


@pytest.mark.skipif(platform.machine() != "x86_64" or sys.platform != "linux", reason="the calls' numbers are x86-64's")
@pytest.mark.parametrize("error", [38, 1], ids=["ENOSYS", "EPERM"])
def test_where_the_calls_for_many_are_refused_datagrams_go_one_by_one(error: int) -> None:
    run = subprocess.run(
        [sys.executable, "-c", REFUSED.format(error=error)], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert (run.stdout.strip(), run.stderr) == ("hello", "")
