"""The link check before entry, from a real Chromium behind a bad link (Rules ¶38): ``python -m bench.linkcheck``.

One line of JSON: of each check what the link carries, both ways alike, what the device told the court, each way with
the path that it was measured on, and whether the verdict was right; and the share of those that were wrong. With
``--vary 0.2`` the rate changes every 0.5 to 2 s, by a fifth up or down at most: right is what is right of the mean.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import dataclasses
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from playwright.async_api import Page, async_playwright

from bench import network, results
from bench.badlink import speech
from bench.badlink.meeting import SPEAKER, Scene, browser
from bench.badlink.ours import at_address
from bench.network import ADDRESS, BadLink
from bench.shaping import Shape
from tests.client.court import Court
from tests.e2e.people import Person
from tests.e2e.stage import stage

ASKED_KBIT = 1_000
STEADY = (700, 900, 1_100, 1_300)
VARYING = (700, 800, 890, 1_110, 1_200, 1_300)
"""Means, all of them more than a tenth off what is asked for."""
LASTS_S = 0.5, 2.0
"""So long a rate holds."""
DELAY_MS, QUEUE_S = 40, 0.25
FILM = {"width": 640, "height": 360, "grain": 6}
"""A camera whose picture takes more than a narrow link has."""
PATIENCE_S = 40.0
TONES_S = 1.4
"""Between what the machine does by itself and the question to the person."""
ANSWERS_S = 3.0
"""So long a person thinks of it."""
WATCH = """async () => {
  const { chosenPair } = await import("/media/chosenpair.js");
  window.believed = [];
  setInterval(async () => {
    const stats = [...(await window.courtroomDebug?.publish?.getStats() ?? new Map()).values()];
    window.believed.push(Math.round((chosenPair(stats)?.availableOutgoingBitrate ?? 0) / 1000));
  }, 500);
}"""


def shape(rate_kbit: float, mean_kbit: float, loss: float) -> Shape:
    """The queue is of the mean's size: a router's does not change with the rate."""
    return Shape(rate_kbit=rate_kbit, queue_bytes=round(mean_kbit * 125 * QUEUE_S), delay_ms=DELAY_MS, loss=loss)


@contextlib.asynccontextmanager
async def shaped(link: BadLink, mean_kbit: float, loss: float, vary: float, random: Random) -> AsyncIterator[None]:
    """Meanwhile the link carries so much on average, and at each moment up to ``vary`` more or less."""

    async def step() -> None:
        one = shape(mean_kbit * random.uniform(1 - vary, 1 + vary), mean_kbit, loss)
        await link.shape(one, one)

    async def change() -> None:
        while vary:
            await asyncio.sleep(random.uniform(*LASTS_S))
            await step()

    await step()
    task = asyncio.create_task(change())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@contextlib.asynccontextmanager
async def waiting(scene: Scene, court: Court) -> AsyncIterator[Page]:
    url = f"http://{ADDRESS}:{court.url.rpartition(':')[2]}"
    async with contextlib.AsyncExitStack() as stack:
        page = await browser(stack, scene, SPEAKER, url)
        await Person(SPEAKER, dataclasses.replace(court, url=url), page).enter()
        yield page


async def checked(page: Page, first: bool) -> dict[str, Any]:
    """What the device tells of its link in the end of one check, and how often it measured."""
    told: list[dict[str, Any]] = []

    async def seen(response: Any) -> None:
        if response.request.method == "PUT" and response.url.endswith("/link-test"):
            told.append(await response.json())

    page.on("response", seen)
    unheard = page.get_by_test_id("check-unheard")
    began = time.monotonic()
    if not first:
        await page.get_by_test_id("check-again").click()
    await unheard.wait_for(timeout=1000 * PATIENCE_S)
    took = time.monotonic() - began - TONES_S
    await asyncio.sleep(ANSWERS_S)
    await unheard.click()
    answered = time.monotonic()
    await page.get_by_test_id("check-again").wait_for(timeout=1000 * PATIENCE_S)
    page.remove_listener("response", seen)
    return {
        **told[-1], "looks": len(told), "machine_s": None if first else round(took, 1),
        "after_s": round(time.monotonic() - answered, 1),
    }  # fmt: skip


def right(mean_kbit: float, told: dict[str, Any]) -> bool:
    """What was not measured on the media path holds nobody: it is never right."""
    measured = told["down_path"] == told["up_path"] == "media"
    return measured and bool(told["verdict"] == "good") == (mean_kbit >= ASKED_KBIT)


async def run(rates: Sequence[int], loss: float, vary: float, seed: int) -> dict[str, Any]:
    random, checks = Random(seed), []
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="courtroom-linkcheck-")))
        link = await stack.enter_async_context(network.bad_link(1))
        court = await stack.enter_async_context(stage(folder, ("judge", SPEAKER), **at_address()))
        playwright = await stack.enter_async_context(async_playwright())
        scene = Scene(folder, playwright, speech.load(["demo-echotest"]), {SPEAKER: link}, film=FILM)
        page = await stack.enter_async_context(waiting(scene, court))
        await page.evaluate(f"({WATCH})()")
        for number, rate in enumerate(rates):
            async with shaped(link, rate, loss, vary, random):
                told = await checked(page, first=number == 0)
            one = {"mean_kbit": rate, **told, "believed_kbit": await page.evaluate("window.believed.splice(0)")}
            checks.append(one | {"right": right(rate, told)})
            print(json.dumps(checks[-1]), file=sys.stderr, flush=True)
            await asyncio.sleep(1)
    wrong = sum(not one["right"] for one in checks)
    return {"loss": loss, "vary": vary, "checks": len(checks), "wrong": wrong,
            "wrong_share": round(wrong / len(checks), 3), "each": checks}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.linkcheck", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--rates", type=int, nargs="+", help="kbit/s; means where the rate varies")
    parser.add_argument("--loss", type=float, default=0.0, help="share of packets, each way")
    parser.add_argument("--vary", type=float, default=0.0, help="share of the rate by which it goes up and down")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1, help="of what varies")
    parser.add_argument("--save", action="store_true", help="keep the figures in bench/results/linkcheck")
    options = parser.parse_args()
    rates = options.rates or (VARYING if options.vary else STEADY)
    network.isolate()
    result = asyncio.run(run(options.repeats * list(rates), options.loss, options.vary, options.seed))
    if options.save:
        results.save("linkcheck/" + ("varying" if options.vary else "lossy" if options.loss else "steady"), result)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
