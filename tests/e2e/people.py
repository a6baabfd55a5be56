"""People with real browsers: each a Chromium process of their own, with a profile, a camera and a microphone."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, Playwright, expect

from tests.chromium import chromium
from tests.client.court import Court
from tests.e2e import camera

FLAGS = [
    "--use-fake-device-for-media-stream", "--allow-loopback-in-peer-connection", "--no-sandbox", "--disable-gpu",
    "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip
ALLOWED = "--use-fake-ui-for-media-stream"
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
READER = Path(__file__).with_name("reader.js")
UNPROCESSED = """
const media = navigator.mediaDevices;
const ask = media?.getUserMedia.bind(media);
const off = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
if (ask) media.getUserMedia = (wish) => ask(wish.audio ? { ...wish, audio: { ...wish.audio, ...off } } : wish);
"""
"""A microphone that is a file has no echo; four browsers' cancellation of it would take a quarter of a core."""
LAYOUT = {
    "blocks": camera.BLOCKS, "top": camera.TOP, "bottom": camera.BOTTOM, "tones": camera.TONES,
}  # fmt: skip


@dataclass
class Person:
    """``code`` is the person's number in the pictures and tones. ``errors`` are exceptions that no script caught."""

    seat: str
    court: Court
    page: Page
    code: int = 0
    errors: list[str] = field(default_factory=list)

    async def enter(self) -> None:
        """By code word, or for the court's own people by name and password."""
        page = self.page
        if self.seat in self.court.words:
            await page.goto(f"{self.court.url}/?hearing={self.court.hearing}&seat={self.seat}&debug=1")
            await page.get_by_test_id("entry-word").fill(self.court.words[self.seat])
            await declare(page)
            await page.get_by_test_id("entry-submit").click()
            return
        await page.goto(f"{self.court.url}/staff?hearing={self.court.hearing}&seat={self.seat}&debug=1")
        await page.get_by_test_id("login-name").fill(self.seat)
        await page.get_by_test_id("login-password").fill(self.court.passwords[self.seat])
        await page.get_by_test_id("login-submit").click()

    async def connected(self) -> None:
        """Both media connections stand."""
        await self.page.wait_for_function(
            "() => ['publish', 'subscribe'].every(n => window.courtroomDebug?.[n]?.connectionState === 'connected')"
        )

    async def on(self, screen: str) -> None:
        await self.page.locator(f"body[data-screen={screen}]").wait_for()

    async def click(self, testid: str) -> None:
        await self.page.get_by_test_id(testid).click()

    async def start(self) -> None:
        """The judge starts without the checks that come before, and says why."""
        await self.click("act-start")
        await self.page.get_by_test_id("reason").fill("All are heard")
        await self.click("reason-confirm")

    async def read(self, what: str) -> Any:
        """``counters()``, ``frames``, ``tones``, ``clicks`` or ``firstPictures`` of reader.js."""
        return await self.page.evaluate(f"window.stage.{what}")


async def declare(page: Page) -> None:
    for name in ("in_person", "under_sixteens", "recording"):
        await page.get_by_test_id(f"declare-{name}").check()


@contextlib.asynccontextmanager
async def person(
    playwright: Playwright, court: Court, seat: str, folder: Path, code: int = 0, viewport: dict[str, int] = DESK,
    film: Path | None = None, locale: str = "en-GB", processed: bool = True,
) -> AsyncIterator[Person]:  # fmt: skip
    """With the camera and microphone of camera.py, or another ``film``; the sound ``processed`` as browsers do."""
    film = film or camera.film(folder / f"{seat}.y4m", code)
    sound = camera.microphone(folder / f"{seat}.wav", code)
    devices = [f"--use-file-for-fake-video-capture={film}", f"--use-file-for-fake-audio-capture={sound}"]
    browser = await playwright.chromium.launch(executable_path=chromium(), args=[*FLAGS, ALLOWED, *devices])
    try:
        own = await context(browser, viewport, locale)
        if not processed:
            await own.add_init_script(UNPROCESSED)
        page = await own.new_page()
        one = Person(seat, court, page, code)
        page.on("pageerror", lambda error: one.errors.append(str(error)))
        yield one
    finally:
        await browser.close()


async def context(browser: Browser, viewport: dict[str, int] = DESK, locale: str = "en-GB") -> BrowserContext:
    size: Any = viewport
    made = await browser.new_context(viewport=size, locale=locale)
    made.set_default_timeout(PATIENCE_MS)
    await made.add_init_script(f"window.cameraLayout = {json.dumps(LAYOUT)}")
    await made.add_init_script(path=READER)
    return made
