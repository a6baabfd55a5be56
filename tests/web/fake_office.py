"""The office's answers, and what every screen of it must be: without barriers and within its edges."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page, Route

from signaling.problems import Problem
from tests.web.conftest import DESK, PHONE
from tests.web.screens import grey_png
from tests.web.test_screens import AXE, RUN, TAGS

COURTS = {"courts": [{"court": "c1", "name": "Алматы қалалық соты"}, {"court": "c2", "name": "Абай облыстық соты"}]}
RECEIPT = "A-2026-K7QMX3RB"
PHOTO = {"name": "face.png", "mimeType": "image/png", "buffer": grey_png(120, 160)}
PAPER = {"name": "identity.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}


def state(name: str, **changes: Any) -> dict[str, Any]:
    """An application as its applicant sees it."""
    return {
        "receipt": RECEIPT, "state": name, "case": "7204-25-00-2/15", "means": "personal_device",
        "submitted_at": "2026-11-20T09:00:00Z", "reason": None, "hearing": None, "version": 1, **changes,
    }  # fmt: skip


class Answers:
    """What the server answers, by method and path: JSON, bytes, or a Problem; of a list each once. And what it was
    asked, in order."""

    def __init__(self, **answers: Any) -> None:
        self.answers: dict[str, Any] = {"GET courts": COURTS, **answers}
        self.asked: list[tuple[str, Any]] = []

    async def __call__(self, route: Route) -> None:
        request = route.request
        name = f"{request.method} {request.url.partition('/api/v1/')[2].partition('?')[0]}"
        answer = self.answers.get(name)
        if answer is None:
            await route.fallback()
            return
        multipart = request.headers.get("content-type", "").startswith("multipart/")
        self.asked.append((name, request.post_data_buffer if multipart else request.post_data_json))
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, Problem):
            await route.fulfill(status=answer.status, json=answer.body())
        elif isinstance(answer, bytes):
            await route.fulfill(body=answer, content_type="image/png")
        else:
            await route.fulfill(json=answer)

    def last(self, name: str) -> Any:
        return [body for asked, body in self.asked if asked == name][-1]


async def no_barriers(page: Page) -> None:
    """By axe's rules, and nothing beyond the edges, in every language, on a phone and on a desk."""
    await page.locator("body[data-screen]").wait_for()
    await page.evaluate(AXE.read_text())
    for language, size in (("kk", PHONE), ("ru", PHONE), ("en", DESK), ("en", PHONE)):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        await page.evaluate("code => document.querySelector(`.language[lang=${code}]`).click()", language)
        await page.locator(f"html[lang={language}]").wait_for()
        await page.locator(f".language[lang={language}][aria-pressed=true]").wait_for(state="attached")
        assert await page.evaluate("document.scrollingElement.scrollWidth") <= size["width"], (language, size)
        assert await page.evaluate(RUN, TAGS) == [], (language, size)


async def no_barriers_now(page: Page) -> None:
    """As the screen is, with the question that is open."""
    await page.evaluate(AXE.read_text())
    assert await page.evaluate(RUN, TAGS) == []
    assert await page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
