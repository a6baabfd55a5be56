"""The service worker: the shell without a network, and never an answer of the API."""

from __future__ import annotations

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.web import screens
from tests.web.fake_server import FakeCourt

pytestmark = pytest.mark.asyncio(loop_scope="module")

STORED = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  }
  return found;
}"""


async def test_no_answer_of_the_api_is_ever_stored(page: Page, court: FakeCourt) -> None:
    await screens.hearing(page, court)
    await page.evaluate("navigator.serviceWorker.ready")
    await page.reload()  # now everything goes past the worker
    await expect(page.locator("body[data-screen=hearing]")).to_be_visible()
    await page.evaluate(
        "Promise.all(['/api/v1/version', '/healthz', '/metrics', '/unknown.js'].map((path) => fetch(path)))"
    )
    stored = await page.evaluate(STORED)
    assert "/app.js" in stored
    assert [path for path in stored if path.startswith(("/api", "/healthz", "/metrics", "/unknown"))] == []


async def test_without_a_network_the_shell_is_still_there_and_says_so(
    page: Page, context: BrowserContext, court: FakeCourt
) -> None:
    await screens.entry(page, court)
    await page.evaluate("navigator.serviceWorker.ready")
    await page.reload()
    await context.set_offline(True)
    await page.reload()
    await page.get_by_test_id("entry-hearing").fill("1")
    await page.get_by_test_id("entry-seat").fill("judge")
    await page.get_by_test_id("entry-word").fill("word")
    await screens.declare(page)
    await page.get_by_test_id("entry-submit").click()
    await expect(page.get_by_test_id("entry-problem")).to_contain_text("cannot be reached")


async def test_an_old_version_must_be_renewed_before_entry(page: Page, court: FakeCourt) -> None:
    await screens.too_old(page, court)
    court.minimum = "0.0.1"
    await page.get_by_test_id("reload").click()
    await expect(page.get_by_test_id("entry-form")).to_be_visible()


async def test_the_server_s_word_that_the_version_is_too_old_is_shown_as_such(page: Page, court: FakeCourt) -> None:
    await screens.waiting(page, court)
    await court.bye("client-too-old")
    await expect(page.locator("body[data-screen=too-old]")).to_be_visible()


async def test_a_full_storage_keeps_nobody_from_the_newest_version(
    page: Page, context: BrowserContext, court: FakeCourt
) -> None:
    await screens.entry(page, court)
    await page.evaluate("navigator.serviceWorker.ready")
    (worker,) = context.service_workers
    await worker.evaluate(
        "Cache.prototype.put = async () => { throw new DOMException('', 'QuotaExceededError') };"
        "Cache.prototype.match = async () => undefined"
    )
    await page.reload()
    await expect(page.get_by_test_id("entry-form")).to_be_visible()
