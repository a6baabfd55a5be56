"""Tries at words in virtual time: whoever floods, and whoever means it."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
from types import SimpleNamespace

from signaling import tries
from signaling.problems import Problem

CHECK_S = 0.15
"""What a word's check takes of a slow core."""


class Hours:
    """A clock that goes on as soon as everybody waits for it."""

    def __init__(self):
        self.now = 0.0
        self._sleeping = []
        self._number = itertools.count()

    async def sleep(self, seconds):
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleeping, (self.now + seconds, next(self._number), woken))
        await woken

    async def until(self, task):
        while not task.done():
            for _ in range(12):  # what follows from the last moment, before the next
                await asyncio.sleep(0)
            if self._sleeping and not task.done():
                self.now, _, woken = heapq.heappop(self._sleeping)
                if not woken.done():
                    woken.set_result(None)
        return task.result()


class Flooded:
    """The three doors of an app. Floods go on until the end."""

    def __init__(self, seed=1, crowd=tries.Crowd):
        self.hours = Hours()
        self.most = self.refused = 0
        random_ = random.Random(seed)
        self.crowds = [
            crowd(tries.PARTICIPANTS_MOST, tries.SEAT_MOST, random_.random),
            *(crowd(tries.OTHERS_MOST, tries.NAME_MOST, random_.random) for _ in range(2)),
        ]
        turns = tries.Turns(tries.CHECKED_AT_ONCE)
        self.doors = tries.Doors(*(
            tries.Tries(kind, tries.Slowdown(), one, turns, frozenset(), self.hours.sleep, lambda: self.hours.now)
            for kind, one in zip(("participants", "staff", "applicants"), self.crowds, strict=True)
        ))  # fmt: skip
        self._floods = []
        self._tasks = set()

    async def check(self, address, seat="party-1", right=True, door="participants", begun=lambda: None):
        """One try; raises Problem where it is not checked. ``begun`` is called as soon as it waits no longer."""
        request = SimpleNamespace(remote=address, headers={})
        async with getattr(self.doors, door).attempt(request, "7/1", seat) as one:
            begun()
            self.most = max(self.most, sum(map(len, self.crowds)))
            await self.hours.sleep(CHECK_S)
            one.right = right

    async def _wrong(self, address, seat, door):
        try:
            await self.check(address, seat, right=False, door=door)
        except Problem:
            self.refused += 1

    async def _flood(self, addresses, seats, per_second, door):
        for number in itertools.count():
            task = asyncio.create_task(self._wrong(next(addresses), next(seats).format(number), door))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            await self.hours.sleep(1 / per_second)

    async def _hold(self, address, seat):
        """As many tries as may wait, and another at the very moment when a place is free."""
        free = asyncio.Semaphore(tries.SEAT_MOST)
        while True:
            await free.acquire()
            task = asyncio.create_task(self._held(address, seat, free.release))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _held(self, address, seat, free):
        try:
            await self.check(address, seat, right=False, begun=free)
        except Problem:
            self.refused += 1
            await self.hours.sleep(1)
            free()

    def flood(self, addresses, seats=("party-1",), per_second=35, door="participants"):
        work = self._flood(itertools.cycle(addresses), itertools.cycle(seats), per_second, door)
        self._floods.append(asyncio.create_task(work))

    def hold(self, address, seat="party-1"):
        self._floods.append(asyncio.create_task(self._hold(address, seat)))

    async def wait(self, seconds):
        await self.hours.until(asyncio.create_task(self.hours.sleep(seconds)))

    async def first_try(self, address, **more):
        """Seconds until a right word is checked; raises Problem where it is not."""
        began = self.hours.now
        await self.hours.until(asyncio.create_task(self.check(address, **more)))
        return self.hours.now - began

    async def as_the_page_does(self, address, **more):
        """Seconds until a right word is checked by a page that comes again whenever it is told to."""
        began = self.hours.now
        while True:
            try:
                await self.first_try(address, **more)
                return self.hours.now - began
            except Problem as problem:
                await self.wait(problem.params["seconds"])

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        going = [*self._floods, *self._tasks]
        for task in going:
            task.cancel()
        await asyncio.gather(*going, return_exceptions=True)
