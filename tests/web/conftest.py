"""A browser for the module, and for each test a court and a page in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests import chromium as browsers
from tests.web.fake_server import FakeCourt

FLAGS = [
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--no-sandbox", "--disable-gpu",
    "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
PATIENCE_MS = 30_000
"""A page that is right is so at once, but for a machine that is busy with something else."""
expect.set_options(timeout=PATIENCE_MS)
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
FAKE_MEDIA = Path(__file__).with_name("fake_media.js")


def chromium() -> str | None:
    """The smallest that there is. Real media goes through the whole browser (tests/e2e)."""
    return browsers.chromium(headless=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "page" in getattr(item, "fixturenames", []):
            item.add_marker("browser")


async def until(page: Page, condition: str) -> None:
    """Until the expression is true in the page; Playwright's own wait needs ``eval``, which our policy forbids."""
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while not await page.evaluate(condition):
            await asyncio.sleep(0.05)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def court() -> AsyncIterator[FakeCourt]:
    court = FakeCourt()
    court.url = await court.start()
    yield court
    await court.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def context(browser: Browser, court: FakeCourt) -> AsyncIterator[BrowserContext]:
    """A phone that speaks English, without its media server."""
    context = await browser.new_context(viewport=PHONE, locale="en-GB", base_url=court.url, has_touch=True)
    context.set_default_timeout(PATIENCE_MS)
    await context.add_init_script(path=FAKE_MEDIA)
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(context: BrowserContext) -> Page:
    return await context.new_page()
