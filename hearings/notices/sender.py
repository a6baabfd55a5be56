"""The task that sends what waits in the outbox: at least once, with growing pauses after failures."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final

from hearings.notices.delivery import Delivery, Later, Never
from hearings.notices.notice import Channel, Claimed
from hearings.notices.outbox import Outbox

LEASE_S: Final = 180.0
"""For longer than any delivery takes; a notice whose sender died waits so long."""
TURN_S: Final = 20.0
TIDY_S: Final = 86_400.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 60.0, 3600.0


def pause(attempts: int) -> float:
    """Seconds until the next try after so many: doubling, up to an hour. Greylisting wants minutes (RFC 6647 §4)."""
    return min(_FIRST_PAUSE_S * 2.0 ** min(attempts - 1, 10), _LONGEST_PAUSE_S)


class Sender:
    """Needs `run` as a task. Notices of a channel without a ``delivery`` wait until there is one, or they expire.

    ``report(error, event)`` notes our own mistakes, ``note(event, …)`` what those who run the server should know:
    codes, nothing personal.
    """

    def __init__(
        self, outbox: Outbox, deliveries: Mapping[Channel, Delivery], report: Callable[[Exception, str], object],
        clock: Callable[[], float] = time.time, note: Callable[..., object] = lambda event, **facts: None,
    ) -> None:  # fmt: skip
        self._outbox = outbox
        self._deliveries = deliveries
        self._report = report
        self._note = note
        self._clock = clock
        self._wakes = {name: asyncio.Event() for name in ("plan", *deliveries)}
        outbox.woken = self.wake

    def wake(self) -> None:
        for event in self._wakes.values():
            event.set()

    async def run(self) -> None:
        """Until cancelled. A channel in trouble does not hold up the others."""
        channels = [self._repeat(channel, partial(self.send, channel)) for channel in self._deliveries]
        await asyncio.gather(self._repeat("plan", self._plan), self._tidy(), *channels)

    async def _plan(self) -> None:
        if await self._outbox.plan():
            self.wake()

    async def _repeat(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        while True:
            self._wakes[name].clear()
            try:
                await work()
            except Exception as error:
                self._report(error, "notices_failed")
            try:
                async with asyncio.timeout(TURN_S):
                    await self._wakes[name].wait()
            except TimeoutError:
                pass

    async def _tidy(self) -> None:
        while True:
            try:
                await self._outbox.tidy()
            except Exception as error:
                self._report(error, "notices_tidy_failed")
            await asyncio.sleep(TIDY_S)

    async def send(self, channel: Channel) -> None:
        """Send all that waits in a channel, until nothing does or the channel is in trouble."""
        while (notice := await self._outbox.claim(channel, LEASE_S)) and await self._deliver(channel, notice):
            pass

    async def _deliver(self, channel: Channel, notice: Claimed) -> bool:
        """Whether the channel can be used on."""
        store = self._outbox.store
        try:
            await self._deliveries[channel].deliver(notice)
        except Never as refusal:
            await store.notice_failed(notice.id, self._clock(), refusal.code)
            self._note("notices.refused", channel=channel, notice=notice.id, error=refusal.code)
        except Later as trouble:
            await store.notice_later(notice.id, self._clock() + pause(notice.attempts), trouble.code)
            if trouble.whole:
                self._note("notices.waiting", channel=channel, error=trouble.code)
            return not trouble.whole
        except Exception as error:  # our own mistake: the others shall not wait for it
            self._report(error, "notice_failed")
            await store.notice_later(notice.id, self._clock() + pause(notice.attempts), "server-error")
        else:
            await store.notice_delivered(notice.id, self._clock())
        return True
