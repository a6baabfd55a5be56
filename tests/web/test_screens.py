"""Every screen, in every language, on a phone and on a desk: accessible by axe's rules, and nothing cut off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from tests.web.conftest import DESK, PHONE
from tests.web.fake_server import FakeCourt
from tests.web.screens import SCENES
from tests.web.test_languages import TABLES

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
REFLOW = {"width": 320, "height": 256}
"""WCAG 2.2, 1.4.10."""
SEARCHED = [("kk", PHONE), ("ru", PHONE), ("en", DESK)]
"""By axe, which takes its time; a desk has other places for things, not other things in another language."""
WAYS = [*SEARCHED, ("en", PHONE), ("kk", DESK), ("ru", DESK), ("kk", REFLOW)]
RUN = """async tags => (await axe.run(document, { runOnly: tags })).violations.map(
  ({ id, nodes }) => [id, nodes.map(({ target, failureSummary }) => `${target}: ${failureSummary}`)])"""
BROKEN = """texts => {
  document.querySelectorAll(".control.switch span").forEach((span, index) => (span.textContent = texts[index]));
  const broken = ({ firstChild: text }) => [...text.data.matchAll(/\\S+/g)].filter(({ index, 0: word }) => {
    const range = document.createRange();
    range.setStart(text, index);
    range.setEnd(text, index + word.length);
    const box = range.getBoundingClientRect();
    const own = text.parentElement.parentElement.getBoundingClientRect();
    return range.getClientRects().length > 1 || box.left < own.left || box.right > own.right;
  }).map(([word]) => word);
  return [...document.querySelectorAll(".control span")].filter((span) => span.firstChild).flatMap(broken);
}"""
"""Words of the buttons that go over two lines or beyond the button."""

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make setup"),
]


@pytest.mark.parametrize("name", SCENES)
async def test_a_screen_has_no_barriers_and_nothing_beyond_its_edges(page: Page, court: FakeCourt, name: str) -> None:
    await SCENES[name](page, court)
    await page.evaluate(AXE.read_text())
    barriers: dict[Any, Any] = {}
    for language, size in WAYS:
        await _look(page, language, size)
        assert await page.evaluate("document.scrollingElement.scrollWidth") <= size["width"], (language, size)
        if (language, size) in SEARCHED:
            for rule, nodes in await page.evaluate(RUN, TAGS):
                barriers[rule, language, size["width"]] = nodes
    assert barriers == {}


@pytest.mark.parametrize("name", ["hearing", "judge", "waiting", "speaking"])
async def test_no_button_breaks_inside_a_word(page: Page, court: FakeCourt, name: str) -> None:
    await SCENES[name](page, court)
    for language in ("kk", "ru", "en"):
        for width in (360, 320):
            await _look(page, language, {"width": width, "height": 740})
            for state in ("on", "off", "muted", "none", "asking"):
                texts = [TABLES[language][f"control.{device}-{state}"] for device in ("microphone", "camera")]
                assert await page.evaluate(BROKEN, texts) == [], (language, width)
                assert await page.evaluate("document.scrollingElement.scrollWidth") <= width, (language, width, state)


@pytest.mark.parametrize("name", ["judge", "orders", "asked", "repairing"])
async def test_dark_screens_have_enough_contrast(page: Page, court: FakeCourt, name: str) -> None:
    await page.emulate_media(color_scheme="dark")
    await SCENES[name](page, court)
    await page.evaluate(AXE.read_text())
    assert await page.evaluate(RUN, TAGS) == []


async def _look(page: Page, language: str, size: dict[str, int]) -> None:
    await page.set_viewport_size(size)  # type: ignore[arg-type]
    await page.evaluate("code => document.querySelector(`.language[lang=${code}]`).click()", language)
    await page.locator(f"html[lang={language}]").wait_for()
    await page.locator(f".language[lang={language}][aria-pressed=true]").wait_for(state="attached")
