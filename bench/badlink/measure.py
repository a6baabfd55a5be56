"""One measurement: a meeting, a link shaped, a lap of speech, and what became of it at the listener."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from time import time
from typing import Any

import numpy as np
from playwright.async_api import Page

from bench.badlink import figures
from bench.badlink.cases import Case
from bench.badlink.meeting import LISTENER, OTHERS, SPEAKER, Scene, speaks
from bench.badlink.scores import resampled
from bench.badlink.speech import PIECE, RATE, Sound
from bench.network import BadLink
from bench.process import usage
from bench.shaping import Shape

Meeting = Callable[[Scene], contextlib.AbstractAsyncContextManager[dict[str, Page]]]
WARM_UP = 20.0
"""Seconds after everybody came in over a wide link: what a link does that becomes narrow is for `dip` to show."""
MARGIN = 3.0
BUSY = 0.9
"""Of all processors: beyond it the run does not count."""
LATE_MS = 50.0
"""By which the link itself may deliver a packet too late."""


async def measure(meeting: Meeting, scene: Scene, case: Case, shaped: str) -> tuple[Sound, dict[str, Any]]:
    """The link of the seat ``shaped`` is the case's; what the listener heard, and figures."""
    link, entered = scene.links[shaped], time()
    if case.only_https:
        await link.shape(case.shape, case.shape)
    async with meeting(scene) as pages:
        page = pages[LISTENER]
        await _picture(page)
        joined = time()
        await link.shape(case.shape, case.shape)
        await asyncio.sleep(WARM_UP)
        await page.evaluate(f"listen.watch('{SPEAKER}')")
        await link.counters()
        before, began = usage(os.getpid()), time()
        async with _disturbance(case, link) as returned:
            await asyncio.sleep(scene.speech.seconds + PIECE + MARGIN)
        seconds = time() - began
        busy = (usage(os.getpid()).machine_s - before.machine_s) / seconds / (os.cpu_count() or 1)
        counted = await link.counters()
        await link.shape(Shape(), Shape())
        ways = await pages[shaped].evaluate("listen.ways()")
        told = await page.evaluate("listen.told()")
        heard = await sound(page, told["pieces"])
    late = max(way["late_ms"] for way in counted.values())
    found = figures.seen(told["polls"], SPEAKER, OTHERS, speaks)
    if returned:
        looks = figures.looks(told["polls"], SPEAKER)
        found["recover_s"] = figures.recovery(looks, returned[0])
        found["restored_s"] = figures.restored(looks, returned[0], began + case.begin)
    link_found = _link(case, counted, "down" if shaped == LISTENER else "up", seconds)
    return heard, found | link_found | {
        "ways": ways, "join_s": round(joined - entered, 1), "busy": round(busy, 2), "late_ms": late,
        "saturated": busy > BUSY or late > LATE_MS,
    }  # fmt: skip


@contextlib.asynccontextmanager
async def _disturbance(case: Case, link: BadLink) -> AsyncIterator[list[float]]:
    """Meanwhile; the list gets the moment of the link's return."""
    returned: list[float] = []

    async def disturb() -> None:
        if case.disturbed is None:
            return
        await asyncio.sleep(case.begin)
        await link.shape(case.disturbed, case.disturbed)
        await asyncio.sleep(case.end - case.begin)
        await link.shape(case.shape, case.shape)
        returned.append(time())

    task = asyncio.create_task(disturb())
    try:
        yield returned
        await task
    finally:
        task.cancel()


async def _picture(page: Page) -> None:
    """The speaker's picture is there before anything is shaped."""
    await page.wait_for_function(
        """async (seat) => {
            const { subscribe, slots } = window.courtroomDebug ?? {};
            const mid = slots?.find((slot) => slot.seat === seat && slot.kind === "video")?.mid;
            if (!subscribe || !mid) return false;
            const stats = [...(await subscribe.getStats()).values()];
            return stats.some((stat) => stat.type === "inbound-rtp" && stat.mid === mid && stat.framesDecoded > 20);
        }""",
        arg=SPEAKER, polling=500,
    )  # fmt: skip


async def sound(page: Page, pieces: list[dict[str, Any]]) -> Sound:
    """The tracks' sounds, each where it was heard."""
    whole = np.zeros(0, np.float32)
    for number, piece in enumerate(pieces):
        if not piece["at"]:
            continue
        raw = base64.b64decode(await page.evaluate(f"listen.samples({number})"))
        part = await asyncio.to_thread(resampled, raw, piece["rate"])
        start = max(0, round((piece["at"] - pieces[0]["at"]) / 1000 * RATE)) if number else 0
        whole = np.concatenate([whole[:start], np.zeros(max(0, start - len(whole)), np.float32), part])
    return whole


def _link(case: Case, counted: dict[str, Any], way: str, seconds: float) -> dict[str, Any]:
    """Of the way that the speaker's media takes through the link."""
    used = counted[way]["octets"] * 8 / seconds / 1000 / case.mean_kbit(seconds)
    return {"used": round(used, 3), "queue_p50_ms": counted[way]["queue_p50_ms"],
            "queue_p95_ms": counted[way]["queue_p95_ms"], "standing_queue_ms": counted[way]["standing_queue_ms"],
            "dropped": counted[way]["dropped"]}  # fmt: skip
