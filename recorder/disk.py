"""The disk, behind two threads: one writes and hashes, one makes it last, so that a sync never delays a write.

The media loop only puts into a queue, which is bounded in bytes. In the threads nearly everything (``write``,
``sha256``, ``fdatasync``) runs without the interpreter's lock. A file that fails takes no more data until `revive`;
it is cut back to its last whole write, and nobody else is disturbed.
"""

from __future__ import annotations

import errno
import hashlib
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

import structlog

log = structlog.get_logger(__name__)
LIMIT = 32 << 20
GATHER_S = 0.05
Job = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Extent:
    """Bytes ``start`` … ``end`` of a file and their SHA-256 in hex; no digest where there are none."""

    start: int
    end: int
    sha256: str | None


class DiskFile:
    """An append-only file of ``written`` bytes. ``failed``: ``disk-full``, ``disk-slow``, ``disk-error`` or None."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.failed: str | None = None
        self.written = 0
        self.fd = -1
        self.dirty = False
        self.new = False
        self.marked = 0
        self.digest = hashlib.sha256()


class Disk:
    """``limit``: bytes that may wait in memory. ``write`` is `os.write`, or a test's failing one. ``gather``: for how
    many seconds a thread that wakes waits for more to do; each waking costs the media loop its turn with the lock."""

    def __init__(
        self, limit: int = LIMIT, write: Callable[[int, bytes], int] = os.write, gather: float = GATHER_S
    ) -> None:
        self._limit = limit
        self._write = write
        self._submitted = 0  # by the loop's thread only
        self._done = 0  # by the writing thread only
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._syncs: SimpleQueue[Job | None] = SimpleQueue()
        self._threads = [Thread(target=_run, args=(queue, gather), daemon=True) for queue in (self._jobs, self._syncs)]
        for thread in self._threads:
            thread.start()

    @property
    def pending(self) -> int:
        """Bytes waiting for the disk."""
        return self._submitted - self._done

    def append(self, file: DiskFile, data: bytes) -> bool:
        """Queue ``data``; False where the file has failed, or fails now because the disk is too slow."""
        if file.failed is None and self.pending + len(data) > self._limit:
            file.failed = "disk-slow"
        if file.failed is not None:
            return False
        self._submitted += len(data)
        self._jobs.put(lambda: self._append(file, data))
        return True

    def mark(self, files: Sequence[DiskFile], done: Callable[[list[Extent]], None]) -> None:
        """Sync ``files`` and give ``done``, in the syncing thread, what was appended to each since its last mark."""

        def job() -> None:
            extents = [_extent(file) for file in files]
            self._syncs.put(lambda: _sync_all(files, lambda: done(extents)))

        self._jobs.put(job)

    def sync(self, file: DiskFile, done: Callable[[str | None], None]) -> None:
        """``done(None)``, in the syncing thread, once all that was appended lasts; ``done(reason)`` where it failed."""
        self._jobs.put(lambda: self._syncs.put(lambda: _sync_all([file], lambda: done(file.failed))))

    def revive(self, file: DiskFile, size: int) -> None:
        """Let a failed file take data again from ``size`` bytes on, after the writes that failed with it."""
        self._jobs.put(lambda: _revive(file, size))

    def close_file(self, file: DiskFile, done: Job = lambda: None) -> None:
        """Sync and close; ``done`` in the syncing thread."""
        self._jobs.put(lambda: self._syncs.put(lambda: _close(file, done)))

    def stop(self) -> None:
        """Finish everything queued and end the threads. Blocks."""
        self._jobs.put(None)
        self._threads[0].join()
        self._syncs.put(None)
        self._threads[1].join()

    def _append(self, file: DiskFile, data: bytes) -> None:
        try:
            if file.failed is None:
                _open(file)
                self._write_all(file, data)
                file.digest.update(data)
                file.written += len(data)
                file.dirty = True
        except OSError as error:
            _fail(file, error)
        finally:
            self._done += len(data)

    def _write_all(self, file: DiskFile, data: bytes) -> None:
        count = self._write(file.fd, data)
        while count < len(data):
            count += self._write(file.fd, data[count:])


def _run(queue: SimpleQueue[Job | None], gather: float) -> None:
    while (job := queue.get()) is not None:
        if queue.empty():
            time.sleep(gather)
        try:
            job()
        except Exception:  # the thread outlives a bug in one job: all other files depend on it
            log.exception("disk_job_failed")


def _open(file: DiskFile) -> None:
    """Open at the first write. The journal is opened and locked elsewhere; a take is always new."""
    if file.fd >= 0:
        return
    file.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.fd = os.open(file.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
    file.new = True


def _fail(file: DiskFile, error: OSError) -> None:
    file.failed = "disk-full" if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else "disk-error"
    if file.fd >= 0:
        try:
            os.ftruncate(file.fd, file.written)
        except OSError:
            file.failed = "disk-error"


def _revive(file: DiskFile, size: int) -> None:
    try:
        _open(file)
        os.ftruncate(file.fd, size)
    except OSError:
        return
    file.written, file.failed = size, None


def _extent(file: DiskFile) -> Extent:
    start, file.marked = file.marked, file.written
    digest, file.digest = file.digest, hashlib.sha256()
    return Extent(start, file.written, digest.hexdigest() if file.written > start else None)


def _sync_all(files: Sequence[DiskFile], done: Job) -> None:
    for file in files:
        try:
            _sync(file)
        except OSError as error:
            file.failed = "disk-full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "disk-error"
    done()


def _sync(file: DiskFile) -> None:
    if not file.dirty or file.fd < 0:
        return
    file.dirty = False
    os.fdatasync(file.fd)
    if file.new:
        file.new = False
        sync_folder(file.path.parent)


def sync_folder(folder: Path) -> None:
    """Make a new or renamed file's name last."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _close(file: DiskFile, done: Job) -> None:
    try:
        _sync(file)
    except OSError:
        file.failed = "disk-error"
    finally:
        if file.fd >= 0:
            os.close(file.fd)
        file.fd = -1
        done()
