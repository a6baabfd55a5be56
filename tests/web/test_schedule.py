"""The public schedule (Rules ¶31), in a real browser, over a feed of the test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, Page

from signaling.security import add_headers
from signaling.static_files import StaticFiles
from tests.web.conftest import DESK, PATIENCE_MS, PHONE
from tests.web.fake_server import NUMBER, STATIC
from tests.web.test_screens import AXE, RUN, TAGS

pytestmark = pytest.mark.asyncio(loop_scope="module")

ALMATY, ASTANA = "Алматы қалалық соты", "Астана қаласының мамандандырылған ауданаралық экономикалық соты"


def published(days: int, time: str, court: str = ALMATY, **changes: Any) -> dict[str, Any]:
    date = (datetime.now(UTC) + timedelta(hours=5, days=days)).strftime("%Y-%m-%d")
    return {
        "hearing": f"{days}-{time}-{court}", "number": NUMBER, "court": court, "courtroom": "3", "date": date,
        "time": time, "at": "", "technology": "videoconference", "state": "scheduled", **changes,
    }  # fmt: skip


class Feed:
    def __init__(self) -> None:
        self.hearings = [
            published(0, "09:30", state="in_session"),
            published(0, "15:00", ASTANA, courtroom=""),
            published(1, "10:00", state="postponed"),
        ]
        self.status = 200

    async def get(self, request: web.Request) -> web.Response:
        body = {"hearings": self.hearings, "cursor": "1", "more": False}
        return web.json_response(body, status=self.status)


@pytest_asyncio.fixture(loop_scope="module")
async def feed() -> Feed:
    return Feed()


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, feed: Feed) -> AsyncIterator[Page]:
    async def schedule(request: web.Request) -> web.FileResponse:
        return web.FileResponse(STATIC / "schedule.html")

    app = web.Application()
    app.on_response_prepare.append(add_headers)
    app.add_routes([web.get("/schedule", schedule), web.get("/api/v1/feed/hearings", feed.get)])
    app.add_routes(StaticFiles(STATIC).routes())
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    context = await browser.new_context(viewport=PHONE, locale="en-GB", base_url=url)
    context.set_default_timeout(PATIENCE_MS)
    yield await context.new_page()
    await context.close()
    await runner.cleanup()


async def opened(page: Page) -> None:
    await page.goto("/schedule")
    await page.get_by_test_id("hearing").first.wait_for()


async def test_everybody_sees_the_hearings_of_today_and_later_by_day(page: Page) -> None:
    await opened(page)
    assert await page.get_by_test_id("hearing").count() == 3
    today, tomorrow = await page.locator("h2").all_text_contents()
    assert today.startswith("Today, ")
    assert not tomorrow.startswith("Today")
    first = await page.get_by_test_id("hearing").first.text_content()
    assert first is not None
    for text in ("09:30", "In session", NUMBER, ALMATY, "courtroom: 3", "video conference"):
        assert text in first


async def test_one_court_and_one_day_can_be_chosen(page: Page, feed: Feed) -> None:
    await opened(page)
    await page.get_by_label("Court").select_option(ALMATY)
    assert await page.get_by_test_id("hearing").count() == 2
    await page.get_by_label("Date").select_option(feed.hearings[2]["date"])
    assert await page.get_by_test_id("hearing").count() == 1
    await page.get_by_label("Court").select_option(ASTANA)
    assert await page.get_by_test_id("hearing").count() == 0
    await page.get_by_text("There are no hearings to show.").wait_for()


async def test_the_choice_stays_when_the_language_changes(page: Page) -> None:
    await opened(page)
    await page.get_by_label("Court").select_option(ASTANA)
    await page.get_by_test_id("language-kk").click()
    await page.locator("html[lang=kk]").wait_for()
    await page.get_by_role("heading", name="Сот отырыстарының кестесі").wait_for()
    assert await page.get_by_test_id("hearing").count() == 1


async def test_a_failure_is_said_and_not_an_empty_list(page: Page, feed: Feed) -> None:
    feed.status = 503
    await page.goto("/schedule")
    await page.locator(".error:not(:empty)").wait_for()
    assert not await page.get_by_text("There are no hearings to show.").is_visible()


async def test_what_courts_are_called_is_text_and_nothing_else(page: Page, feed: Feed) -> None:
    feed.hearings = [published(0, "09:00", "<img src=x onerror=alert(1)>")]
    await opened(page)
    assert await page.locator("img").count() == 0


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make setup")
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_schedule_has_no_barriers_and_nothing_beyond_its_edges(page: Page, scheme: Any) -> None:
    await page.emulate_media(color_scheme=scheme)
    await opened(page)
    await page.evaluate(AXE.read_text())
    for size in (PHONE, DESK, {"width": 320, "height": 256}):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        for language in ("kk", "ru", "en"):
            await page.get_by_test_id(f"language-{language}").click()
            await page.locator(f".language[lang={language}][aria-pressed=true]").wait_for(state="attached")
            assert await page.evaluate(RUN, TAGS) == [], (size, language)
            assert await page.evaluate("document.scrollingElement.scrollWidth") <= size["width"]
