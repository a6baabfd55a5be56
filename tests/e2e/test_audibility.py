"""The audibility ledger with a real Chromium as the listener: what its own statistics come to."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import async_playwright

from quality.audibility.book import Line, read
from quality.audibility.score import Heard, score
from tests.e2e.figures import note
from tests.e2e.headless import presiding, talk
from tests.e2e.people import person
from tests.e2e.stage import stage

pytestmark = pytest.mark.browser

SECONDS = 12


async def lines(court, good, count: int) -> list[Line]:
    """The last ``count`` seconds of the judge's speech at the party, once so many are ``good``."""
    async with asyncio.timeout(60):
        while True:
            kept = [line for folder in court.data.glob("courts/*/*/*") for line in read(folder)]
            found = [line for line in kept if line.speaker == "judge" and good(line.to.get("party-1"))]
            if len(found) >= count:
                return found[-count:]
            await asyncio.sleep(0.5)


def whole(found: list[Line]):
    return score([Heard(line.sent, line.received, line.to["party-1"]) for line in found])


async def test_a_browser_plays_all_on_a_clean_link_and_nothing_while_its_sound_is_off(tmp_path):
    async with (
        stage(tmp_path, ["judge", "party-1"]) as court, async_playwright() as playwright,
        presiding(court, talk(20.0)) as judge, person(playwright, court, "party-1", tmp_path) as party,
    ):  # fmt: skip
        await party.enter()
        await judge.session.until(lambda h: any(s["standing"] == "waiting" for s in h["seats"]))
        await judge.api.act("admit", "party-1")
        await judge.api.act("start", reason="All are heard")
        await party.on("hearing")
        await party.connected()
        on = whole(await lines(court, lambda pair: pair and pair.played is not None and pair.sound == "on", SECONDS))
        note("ledger, Chromium", share=on.share, acknowledged=on.acknowledged, seconds=on.seconds)
        assert on.share >= 97
        assert on.contradiction is None
        await party.page.evaluate("for (const audio of document.querySelectorAll('audio')) audio.muted = true")
        off = whole(await lines(court, lambda pair: pair and pair.sound == "muted", 5))
        assert (off.share, off.cause) == (0, "muted")
        assert party.errors == []
