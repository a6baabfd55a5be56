"""Files of papers: set in a worker process, kept in the vault once they were signed off."""

from __future__ import annotations

import asyncio
import hashlib
from concurrent.futures import Executor
from typing import Final

from hearings.documents.drafts import Draft
from hearings.documents.pages import page
from hearings.documents.paper import TooLarge, pdf
from hearings.store.vault import Vault
from signaling.problems import Problem

_WAITING: Final = 16
"""How many files may be waited for at once."""


class Papers:
    """``executor`` has worker processes: setting a file takes seconds, and its time limit is the main thread's."""

    def __init__(self, executor: Executor, vault: Vault) -> None:
        self._executor = executor
        self._vault = vault
        self._waiting = 0

    async def render(self, draft: Draft) -> bytes:
        """Problem ``overloaded`` where too many wait, ``too-large`` where it cannot be set in time."""
        if self._waiting >= _WAITING:
            raise Problem("overloaded")
        self._waiting += 1
        try:
            html = await asyncio.to_thread(page, draft)
            return await asyncio.wrap_future(self._executor.submit(pdf, html))
        except TooLarge:
            raise Problem("too-large") from None
        finally:
            self._waiting -= 1

    async def make(self, draft: Draft) -> str:
        """Make and keep the file of what was signed off; its SHA-256 in hexadecimal."""
        made = await self.render(draft)
        await asyncio.to_thread(self._vault.write, draft.id, made)
        return hashlib.sha256(made).hexdigest()

    async def kept(self, draft: Draft) -> bytes:
        """The file that was kept, and no other: its SHA-256 must be the one that was noted."""
        made, _ = await asyncio.to_thread(self._vault.read, draft.id)
        if hashlib.sha256(made).hexdigest() != draft.sha256:
            raise ValueError("a kept paper is not what was signed off")
        return made
