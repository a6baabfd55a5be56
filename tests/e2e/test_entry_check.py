"""The check before entry, real in every part: who fails waits, and is let in with a reason (Rules ¶37)."""

from __future__ import annotations

import contextlib
import wave

import pytest
from playwright.async_api import async_playwright, expect

from tests.e2e import camera
from tests.e2e.people import PHONE, person
from tests.e2e.stage import stage

pytestmark = [pytest.mark.browser]

PATIENCE_MS = 40_000


def silence(path, code, seconds=10.0):
    """A microphone that gives nothing at all, as one that is turned off by its own switch."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(camera.RATE)
        file.writeframes(bytes(2 * round(seconds * camera.RATE)))
    return path


async def test_a_silent_microphone_keeps_the_person_waiting_until_the_court_admits_all_the_same(tmp_path, monkeypatch):
    async with contextlib.AsyncExitStack() as stack:
        court = await stack.enter_async_context(stage(tmp_path, ("judge", "party-1")))
        playwright = await stack.enter_async_context(async_playwright())
        judge = await stack.enter_async_context(person(playwright, court, "judge", tmp_path))
        monkeypatch.setattr(camera, "microphone", silence)
        party = await stack.enter_async_context(person(playwright, court, "party-1", tmp_path, 1, viewport=PHONE))
        await judge.enter()
        await judge.on("hearing")
        await party.enter()
        words = party.page.get_by_test_id("check-words")
        await expect(words).to_contain_text("two short sounds?", timeout=PATIENCE_MS)
        await party.click("check-heard")
        await expect(words).to_contain_text("Nothing comes from your microphone", timeout=PATIENCE_MS)
        await expect(words).to_contain_text("you stay in the waiting room")
        for part in ("camera", "up", "down"):
            await expect(party.page.get_by_test_id(f"finding-{part}")).to_have_attribute("data-verdict", "good")
        await expect(party.page.get_by_test_id("finding-down")).to_have_attribute("data-cause", "media")
        await expect(party.page.get_by_test_id("finding-light")).to_have_attribute("data-cause", "no-face")
        await party.page.screenshot(path=tmp_path / "waiting.png", full_page=True)
        card = judge.page.get_by_test_id("waiting-party-1")
        await expect(card.get_by_test_id("finding-microphone")).to_contain_text("no sound comes")
        await judge.page.screenshot(path=tmp_path / "judge.png", full_page=True)
        await judge.click("admit-party-1")
        await judge.page.get_by_test_id("reason").fill("We see and know each other")
        await judge.click("reason-confirm")
        await party.on("hearing")
        assert [*judge.errors, *party.errors] == []
