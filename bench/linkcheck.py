"""The link check before entry, from a real Chromium behind a bad link (Rules ¶38): python -m bench.linkcheck.

One line of JSON for each check: what the link carries, both ways alike, and what the device told the court, each way
with the path that it was measured on. Needs root, as the other benchmarks over bad links.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import dataclasses
import json
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright

from bench.badlink.meeting import VIEWPORT
from bench.network import ADDRESS, BadLink, bad_link, isolate
from bench.shaping import Shape
from tests.client.court import free_port
from tests.e2e import camera
from tests.e2e.people import ALLOWED, FLAGS, Person, chromium
from tests.e2e.stage import stage

ASKED_KBIT = 1_000
RATES = (700, 900, 1_100, 1_300)
SEAT = "party-1"
FILM = {"width": 640, "height": 360, "grain": 6}
"""A camera whose picture takes more than a narrow link has."""
PATIENCE_S = 40.0
TONES_S = 1.4
"""Between what the machine does by itself and the question to the person."""
WATCH = """() => {
  window.believed = [];
  setInterval(async () => {
    const stats = [...(await window.courtroomDebug?.publish?.getStats() ?? new Map()).values()];
    const pair = stats.find((one) => one.type === "candidate-pair" && one.nominated);
    window.believed.push(Math.round((pair?.availableOutgoingBitrate ?? 0) / 1000));
  }, 500);
}"""


@contextlib.asynccontextmanager
async def waiting(folder: Path, link: BadLink, url: str, court: Any) -> AsyncIterator[Page]:
    film = camera.film(folder / "film.y4m", 1, **FILM)
    sound = camera.microphone(folder / "sound.wav", 1)
    program = link.program(folder / "chromium", chromium() or "chromium")
    devices = [f"--use-file-for-fake-video-capture={film}", f"--use-file-for-fake-audio-capture={sound}"]
    flags = [*FLAGS, ALLOWED, *devices, f"--unsafely-treat-insecure-origin-as-secure={url}"]
    size: Any = VIEWPORT
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=flags)
        context = await browser.new_context(viewport=size, locale="en-GB")
        context.set_default_timeout(60_000)
        page = await context.new_page()
        await Person(SEAT, dataclasses.replace(court, url=url), page).enter()
        yield page
        await browser.close()


async def checked(page: Page, first: bool) -> dict[str, Any]:
    """What the device tells of its link in one check."""
    told: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()

    async def seen(response: Any) -> None:
        if response.request.method == "PUT" and response.url.endswith("/link-test") and not told.done():
            told.set_result(await response.json())

    page.on("response", seen)
    began = time.monotonic()
    if not first:
        await page.get_by_test_id("check-unheard").click()
        await page.get_by_test_id("check-again").click()
        began = time.monotonic()
    found = await asyncio.wait_for(told, PATIENCE_S)
    page.remove_listener("response", seen)
    await page.get_by_test_id("check-unheard").wait_for()
    return {**found, "machine_s": None if first else round(time.monotonic() - began - TONES_S, 1)}


async def run(rates: Sequence[int], loss: float, repeats: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sections: dict[str, Any] = {"media": {"host": ADDRESS, "advertised": [ADDRESS]}, "http": {"port": free_port()}}
        async with stage(folder, ("judge", SEAT), **sections) as court, bad_link(1) as link:
            url = f"http://{ADDRESS}:{court.url.rpartition(':')[2]}"
            async with waiting(folder, link, url, court) as page:
                await page.evaluate(f"({WATCH})()")
                first = True
                for rate in [rate for rate in rates for _ in range(repeats)]:
                    shape = Shape(rate_kbit=rate, queue_bytes=rate * 1000 // 8 // 4, delay_ms=40, loss=loss)
                    await link.shape(shape, shape)
                    told = await checked(page, first)
                    first = False
                    believed = await page.evaluate("window.believed.splice(0)")
                    print(json.dumps({"link_kbit": rate, "loss": loss, **told, "believed_kbit": believed}), flush=True)
                    await asyncio.sleep(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rates", type=int, nargs="+", default=RATES, help="kbit/s")
    parser.add_argument("--loss", type=float, default=0.0, help="share of packets, each way")
    parser.add_argument("--repeats", type=int, default=1)
    options = parser.parse_args()
    isolate()
    asyncio.run(run(options.rates, options.loss, options.repeats))


if __name__ == "__main__":
    main()
