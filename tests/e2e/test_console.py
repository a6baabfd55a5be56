"""The technician's console beside real hearings: a lossy uplink comes first, is explained, and its participant is
written to."""

from __future__ import annotations

import contextlib

import pytest
from playwright.async_api import async_playwright, expect

from tests.chromium import chromium
from tests.client.network import BadNetwork
from tests.e2e.headless import admit, attending, presiding, talk
from tests.e2e.people import ALLOWED, DESK, FLAGS, PHONE, context, declare
from tests.e2e.stage import hearing, stage

pytestmark = pytest.mark.browser

PATIENCE_MS = 60_000
WORDS = "Move closer to the router."


async def test_the_technician_finds_the_bad_hearing_first_writes_to_its_participant_and_takes_the_alert(tmp_path):
    async with contextlib.AsyncExitStack() as stack:
        good = await stack.enter_async_context(stage(tmp_path, ("judge", "clerk", "technician", "party-1", "party-2")))
        bad = await hearing(good, "7204-26-00-2/2", ("judge", "clerk", "technician", "party-1", "party-2"))
        for court in (good, bad):
            judge = await stack.enter_async_context(presiding(court, talk()))
            await judge.api.act("start", reason="all are heard")
        lossy = BadNetwork(seed=5, loss=0.3)
        party = await stack.enter_async_context(attending(bad, "party-1", source=talk(), network_out=lossy))
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=chromium(), args=[*FLAGS, ALLOWED])
        stack.push_async_callback(browser.close)

        phone = await (await context(browser, PHONE)).new_page()
        await phone.goto(f"{bad.url}/?hearing={bad.hearing}&seat=party-2")
        await phone.get_by_test_id("entry-word").fill(bad.words["party-2"])
        await declare(phone)
        await phone.get_by_test_id("entry-submit").click()
        await phone.locator("body[data-screen=waiting]").wait_for()
        await admit(judge, party)

        desk = await (await context(browser, DESK)).new_page()
        await desk.goto(f"{bad.url}/technician")
        await desk.get_by_test_id("login-name").fill("technician")
        await desk.get_by_test_id("login-password").fill(bad.passwords["technician"])
        await desk.get_by_test_id("login-submit").click()
        first = desk.get_by_test_id("hearing-row").first
        await expect(first).to_contain_text("packets are lost on the way from the participant", timeout=PATIENCE_MS)
        await expect(first.get_by_role("link")).to_have_text(bad.hearing)
        await expect(desk.get_by_test_id("hearing-row")).to_have_count(2)

        await first.get_by_role("link").click()
        cause = desk.get_by_test_id("seat-party-1").get_by_test_id("cause-up")
        await expect(cause).to_have_text("packets are lost on the way from the participant")
        await desk.get_by_test_id("message-party-2").click()
        await desk.get_by_test_id("field-text").fill(WORDS)
        await desk.get_by_test_id("message-send").click()
        notice = phone.locator("[data-key='notice.from-technician']")
        await expect(notice).to_contain_text(WORDS)
        await notice.get_by_test_id("understood").click()
        await expect(desk.get_by_test_id("note")).to_contain_text("understood by: Party 2")

        alert = desk.locator("[data-testid=alert][data-kind=link]").first
        await alert.get_by_test_id("alert-take").click(timeout=PATIENCE_MS)
        await expect(alert).to_contain_text("taken by you")
        assert "Traceback" not in (tmp_path / "server.log").read_text()
