"""One server on one data folder: the locks of its processes, and this start's id.

A lock belongs to all who have its open file (flock(2)). The supervisor passes a process its lock, so that the folder
stays in use until the last of them has ended, however the supervisor did.
"""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from courtroom.errors import Mistake
from courtroom.folders import prepare
from courtroom.settings import Settings


@dataclass(frozen=True, slots=True)
class Claim:
    """``locks`` are file descriptors by process name; ``boot`` tells this start from all others."""

    locks: Mapping[str, int]
    boot: str


@contextmanager
def claimed(settings: Settings, names: Sequence[str]) -> Iterator[Claim]:
    """The data folder, made where there is none, for these processes alone. Raises Mistake where another has one."""
    prepare(settings)
    locks: dict[str, int] = {}
    try:
        for name in names:
            locks[name] = os.open(settings.control_socket.with_name(f"{name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
            _lock(locks[name], settings.data)
        yield Claim(locks, uuid.uuid4().hex)
    finally:
        for lock in locks.values():
            os.close(lock)


def _lock(descriptor: int, data: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Mistake(f"{data} is in use: a server runs on it, or is still ending") from None
