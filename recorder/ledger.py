"""The journal as it is being written.

Lines queue up, one chunk of them at a time goes to the disk, and whoever waits is told when it lasts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog

from recorder.disk import Disk, DiskFile
from recorder.errors import RecordError
from recorder.journal import NAME, Chain, Recovered, recover

log = structlog.get_logger(__name__)
PATIENCE = 10.0  # seconds that `lasting` waits
MAX_LINES = 200_000  # waiting for a disk that fails: hours of a hearing


class Ledger:
    """Loop's thread only. Nothing is lost while the disk fails: the same chunk is tried again at each `send`.

    ``utc``: ISO 8601 now. ``greet`` is called with what was there already, to append the first lines of this process.
    ``after`` is awaited before the file is opened.
    """

    def __init__(
        self,
        folder: Path,
        disk: Disk,
        utc: Callable[[], str],
        greet: Callable[[Ledger, Recovered], None],
        after: Coroutine[Any, Any, None] | None = None,
    ) -> None:
        self._folder, self._disk, self._utc, self._greet = folder, disk, utc, greet
        self._file = DiskFile(folder / NAME)
        self._loop = asyncio.get_running_loop()
        self._chain: Chain | None = None
        self._events: set[str] = set()
        self._lines: list[tuple[str, str, Mapping[str, Any]]] = []
        self._chunk: tuple[bytes, Chain] | None = None  # on its way, and the chain after it
        self._size = 0  # of what lasts
        self._waiting: list[asyncio.Future[None]] = []  # for lines not yet in a chunk
        self._riding: list[asyncio.Future[None]] = []  # for the chunk on its way
        self._again = False  # the chunk came back from a failing disk
        self.failed: str | None = None
        self._opening = self._loop.create_task(self._open(after))

    def open(self) -> None:
        """Open the file in a worker thread; until then lines wait."""
        if self._chain is None and self._opening.done():
            self._opening = self._loop.create_task(self._open())

    async def _open(self, after: Coroutine[Any, Any, None] | None = None) -> None:
        if after:
            await after
        try:
            recovered = await asyncio.to_thread(recover, self._folder)
        except (RecordError, OSError, ValueError, KeyError) as error:
            if self.failed is None:
                log.error("journal_not_opened", error=type(error).__name__)
            self.failed = "journal"
            return
        self.failed = None
        self._file.fd, self._file.written, self._file.new = recovered.fd, recovered.size, True
        self._size, self._events = recovered.size, self._events | recovered.events
        later, self._lines = self._lines, []
        self._greet(self, recovered)
        self._lines += later
        self._chain = recovered.chain
        self._send()

    def append(self, kind: str, fields: Mapping[str, Any]) -> bool:
        """Queue a line, to be chained and written at the next `send`; False where too many wait already."""
        if len(self._lines) >= MAX_LINES:
            return False
        self._lines.append((kind, self._utc(), fields))
        return True

    def send(self) -> None:
        """Write what waits, or try again what failed. Called several times a second."""
        if self._chain is None:
            self.open()
        elif self._again:
            self._try_again()
        elif not self._chunk:
            self._send()

    def append_event(self, event: Mapping[str, Any]) -> None:
        """An event once: a known ``id`` is skipped. Raises `RecordError` where no more lines can wait."""
        if (identifier := str(event["id"])) in self._events:
            return
        if not self.append("event", {"event": dict(event)}):
            raise RecordError("too many journal lines wait for the disk")
        self._events.add(identifier)

    async def opened(self) -> None:
        """Wait for the first reading, so that earlier events are known."""
        await asyncio.shield(self._opening)
        if self._chain is None:
            raise RecordError("the journal cannot be opened")

    async def lasting(self) -> None:
        """Return once every line so far is on disk. Raises `RecordError` where the disk does not take them in time."""
        if not self._lines and not self._chunk:
            return
        future = self._loop.create_future()
        (self._waiting if self._lines else self._riding).append(future)
        self.send()
        try:
            await asyncio.wait_for(future, PATIENCE)
        except TimeoutError as error:
            raise RecordError("the journal cannot be written: " + (self.failed or "disk-slow")) from error

    async def close(self) -> None:
        closed = asyncio.Event()
        self._disk.close_file(self._file, lambda: self._soon(closed.set))
        await closed.wait()

    def _send(self) -> None:
        if self._chunk or not self._lines or self._chain is None:
            return
        after = replace(self._chain)
        data = b"".join(after.link(*line) for line in self._lines)
        self._lines, self._riding, self._waiting = [], self._waiting, []
        self._chunk = data, after
        self._submit()

    def _submit(self) -> None:
        assert self._chunk
        if self._disk.append(self._file, self._chunk[0]):
            self._disk.sync(self._file, lambda failed: self._soon(self._confirm, failed))
        else:
            self._again, self.failed = True, self._file.failed

    def _try_again(self) -> None:
        self._again = False
        if self._file.failed:
            self._disk.revive(self._file, self._size)
        self._submit()

    def _soon(self, call: Callable[..., None], *args: Any) -> None:
        """From the disk's threads into the loop's."""
        try:
            self._loop.call_soon_threadsafe(call, *args)
        except RuntimeError:
            log.warning("journal_outlived_its_loop")

    def _confirm(self, failed: str | None) -> None:
        self._again, self.failed = failed is not None, failed
        if failed or not self._chunk:
            return
        data, self._chain = self._chunk
        self._size, self._chunk = self._size + len(data), None
        for future in self._riding:
            if not future.done():
                future.set_result(None)
        self._riding = []
        self._send()
