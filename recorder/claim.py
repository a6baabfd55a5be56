"""Who builds in a folder builds there alone, and takes away what a build that died left unfinished."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from recorder.errors import RecordError

LOCK: Final = ".lock"
UNFINISHED: Final = ".part"


@contextlib.contextmanager
def claimed(folder: Path, wait: bool = False) -> Iterator[None]:
    """Raises `RecordError` while another process builds there; with ``wait`` its end is waited for instead."""
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _lock(descriptor, wait)
        for left in unfinished(folder):
            left.unlink(missing_ok=True)
        yield
    finally:
        os.close(descriptor)


def unfinished(folder: Path) -> list[Path]:
    return list(folder.glob(f"*.mkv{UNFINISHED}"))


def _lock(descriptor: int, wait: bool) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError as error:
        raise RecordError("the AVR is being built by another process; try again when it is done") from error
