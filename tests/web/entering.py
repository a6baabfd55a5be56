"""Through the first screen into a hearing on the fake court, for the scenes and the tests."""

from __future__ import annotations

from playwright.async_api import Page

from tests.web.fake_server import NUMBER, WORD, FakeCourt


async def enter(page: Page, court: FakeCourt, path: str = "/") -> None:
    """To wherever the court's snapshot says."""
    await page.goto(f"{path}?hearing={NUMBER}&seat={court.hearing['you']['seat']}")
    if path == "/staff":
        await page.get_by_test_id("login-name").fill("judge")
        await page.get_by_test_id("login-password").fill("secret")
        await page.get_by_test_id("login-submit").click()
    else:
        await page.get_by_test_id("entry-word").fill(WORD)
        await declare(page)
        await page.get_by_test_id("entry-submit").click()


async def declare(page: Page) -> None:
    for name in ("in_person", "under_sixteens", "recording"):
        await page.get_by_test_id(f"declare-{name}").check()


async def open_panel(page: Page) -> None:
    """On a phone it lies over the pictures."""
    people = page.get_by_test_id("people")
    await people.wait_for(state="attached")
    if await people.is_visible():
        await people.click()
