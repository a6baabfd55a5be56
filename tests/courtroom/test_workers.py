from __future__ import annotations

import asyncio
import os
import signal

from argon2 import PasswordHasher

from courtroom.workers import Workers
from hearings.store.words import Words


async def test_a_worker_that_was_killed_costs_nobody_the_entry() -> None:
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with Workers(1) as workers:
        words = Words(workers, hasher)
        stored = await words.hash("bakidu-motela-47")
        worker = await asyncio.wrap_future(workers.submit(os.getpid))
        os.kill(worker, signal.SIGKILL)
        assert await words.verify(stored, "bakidu-motela-47")
        assert not await words.verify(stored, "wrong")
        assert await asyncio.wrap_future(workers.submit(os.getpid)) != worker
