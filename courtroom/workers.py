"""Worker processes of the app, for what would hold up everybody else."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from typing import Any, ParamSpec, TypeVar

from courtroom.supervisor import die_with

P = ParamSpec("P")
T = TypeVar("T")


class Workers(Executor):
    """Processes that are started when there is work, and die with this one, however it ends. A pool of which one was
    killed, as for want of memory, takes no more work for good: another is put in its place."""

    def __init__(self, count: int, niceness: int = 0) -> None:
        self._count = count
        self._niceness = niceness
        self._pool = self._new_pool()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        try:
            return self._pool.submit(fn, *args, **kwargs)
        except BrokenExecutor:
            self._pool.shutdown(wait=False)
            self._pool = self._new_pool()
            return self._pool.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._pool.shutdown(wait, cancel_futures=cancel_futures)

    def __exit__(self, *_: Any) -> None:
        self.shutdown(wait=False, cancel_futures=True)

    def _new_pool(self) -> ProcessPoolExecutor:
        spawn = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._count, spawn, _begin, (os.getpid(), self._niceness))


def _begin(parent: int, niceness: int) -> None:
    die_with(parent)
    os.nice(niceness)
