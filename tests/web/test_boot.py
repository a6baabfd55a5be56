"""What keeps the page from starting is told from what keeps the browser from understanding it."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.web.fake_server import FakeCourt

pytestmark = pytest.mark.asyncio(loop_scope="module")
LANGUAGES = ("kk", "ru", "en")
AGAIN = "#unloaded a[lang=ru]"


@pytest.mark.parametrize("file", ["app.js", "dom.js", "views/trouble.js"])
async def test_a_file_that_did_not_come_is_no_wrong_browser_and_is_tried_again(
    page: Page, court: FakeCourt, file: str
) -> None:
    await page.route(f"**/{file}", lambda route: route.abort())
    await page.goto("/?hearing=1&seat=party-1")
    await expect(page.locator("#unloaded p")).to_have_count(3)
    for code, word in zip(LANGUAGES, ("Интернет", "интернету", "internet"), strict=True):
        await expect(page.locator(f"#unloaded p[lang={code}]")).to_contain_text(word)
    await expect(page.locator("#old-browser")).to_be_hidden()
    await page.unroute(f"**/{file}")
    await page.locator(AGAIN).click()
    await expect(page.get_by_test_id("entry-seat")).to_have_value("party-1")
    await expect(page.locator("#unloaded")).to_have_count(0)


async def test_trying_again_stays_at_the_same_screen(page: Page, court: FakeCourt) -> None:
    await page.route("**/app.js", lambda route: route.abort())
    await page.goto("/#check")
    await expect(page.locator(AGAIN)).to_be_visible()
    await page.unroute("**/app.js")
    await page.locator(AGAIN).click()
    await expect(page.locator("body[data-screen=check]")).to_be_visible()


async def test_a_server_that_answers_with_a_mistake_is_no_wrong_browser_either(page: Page, court: FakeCourt) -> None:
    await page.route("**/dom.js", lambda route: route.fulfill(status=503, body="", content_type="text/plain"))
    await page.goto("/")
    await expect(page.locator(AGAIN)).to_be_visible()


async def test_files_of_two_versions_are_loaded_again(page: Page, court: FakeCourt) -> None:
    await page.route("**/support.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    await page.goto("/")
    await expect(page.locator(AGAIN)).to_be_visible()
    await expect(page.locator("#old-browser")).to_be_hidden()


async def test_a_browser_that_does_not_understand_the_page_is_told_which_ones_do(page: Page, court: FakeCourt) -> None:
    await page.route("**/support.js", lambda route: route.fulfill(body="let 1", content_type="text/javascript"))
    await page.goto("/")
    await expect(page.locator("#old-browser p[lang=kk]")).to_be_visible()
    await expect(page.locator(AGAIN)).to_have_count(0)


async def test_a_page_whose_start_fails_says_so_without_the_details(page: Page, court: FakeCourt) -> None:
    await page.add_init_script(
        "Object.defineProperty(window, 'RTCPeerConnection', { get() { throw new TypeError('secret detail') } })"
    )
    await page.goto("/")
    await expect(page.locator(AGAIN)).to_be_visible()
    await expect(page.locator("body")).not_to_contain_text("secret detail")


@pytest.mark.parametrize("missing", ["boot.js", "languages/en.json"])
async def test_a_page_that_never_starts_says_so_after_a_while(page: Page, court: FakeCourt, missing: str) -> None:
    await page.route(f"**/{missing}", lambda route: route.abort())
    await page.goto("/")
    await expect(page.locator(AGAIN)).to_be_hidden()
    await page.evaluate("document.getElementById('unloaded').getAnimations().forEach((one) => one.finish())")
    await expect(page.locator(AGAIN)).to_be_visible()
