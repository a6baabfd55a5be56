"""Builds the AVR of hearings that are over, in a worker process, and makes up for what a restart interrupted."""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor
from pathlib import Path

import structlog

from courtroom.audibility_sheet import seats_of
from courtroom.folders import hearing_folder
from courtroom.recordings import build_all, has_avr, is_over, remove_unfinished, sittings_of
from hearings.hearing import Hearing
from hearings.store import Store

log = structlog.get_logger()


class Archive:
    def __init__(self, store: Store, data: Path, executor: Executor) -> None:
        self._store = store
        self._data = data
        self._executor = executor

    async def concluded(self, hearing: Hearing) -> None:
        """Build the AVR of each of the hearing's sittings that is over."""
        files = [one for one in sittings_of(hearing, self._data) if one.sitting.ended_at is not None]
        folders = [one.folder for one in files if one.folder.exists()]
        await self._build(hearing, folders)

    async def build_missing(self) -> None:
        """For every sitting that is over and lacks its AVR: the app may have died before it was made. One whose journal
        lacks its last events is handed on when media has written them."""
        await asyncio.get_running_loop().run_in_executor(self._executor, remove_unfinished, self._data)
        for row in await self._store.list_hearings():
            if hearing_folder(self._data, row).exists():
                try:
                    await self._build_missing(row.id)
                except Exception:  # one that cannot be read or built is in nobody's way
                    log.exception("avr.failed", hearing=row.id)

    async def _build_missing(self, hearing: str) -> None:
        loaded = await self._store.load(hearing)
        if loaded is None:
            return
        journalled = await self._store.journalled(hearing)
        files = [one for one in sittings_of(loaded, self._data) if is_over(one, journalled) and not has_avr(one)]
        await self._build(loaded, [one.folder for one in files if one.folder.exists()])

    async def _build(self, hearing: Hearing, folders: list[Path]) -> None:
        if not folders:
            return
        log.info("avr.building", hearing=hearing.id, sittings=len(folders))
        loop = asyncio.get_running_loop()
        failed = await loop.run_in_executor(self._executor, build_all, folders, seats_of(hearing))
        if failed:
            log.error("avr.failed", hearing=hearing.id, sittings=failed)
        log.info("avr.built", hearing=hearing.id, sittings=len(folders) - failed)
