"""A Firefox among Chromium's people. Debian's has no H.264 for calls, and no RED: the hearing must do for both."""

from __future__ import annotations

import asyncio
import contextlib
import json

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright

from courtroom.addresses import own_addresses
from tests.e2e import camera
from tests.e2e.figures import note
from tests.e2e.firefox import browser, firefox
from tests.e2e.people import LAYOUT, READER, person
from tests.e2e.stage import stage

pytestmark = [
    pytest.mark.browser, pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(firefox() is None, reason="no firefox-esr on this machine"),
]  # fmt: skip

CODECS = (
    """(async pc => [...(await pc.getStats()).values()].filter(one => one.type === "codec").map(one => one.mimeType))"""
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(tmp_path_factory):
    """A judge with a Chromium, who was there first, and a party with a Firefox, admitted and in session."""
    folder = tmp_path_factory.mktemp("firefox")
    async with contextlib.AsyncExitStack() as stack:
        # Firefox's ICE takes no address of the loopback where it has another.
        media = {"host": "0.0.0.0", "advertised": own_addresses()[:1] or ["127.0.0.1"]}
        court = await stack.enter_async_context(stage(folder, media=media))
        playwright = await stack.enter_async_context(async_playwright())
        judge = await stack.enter_async_context(person(playwright, court, "judge", folder, 0))
        await judge.enter()
        await judge.connected()
        party = await stack.enter_async_context(browser(folder, camera.TONES[1]))
        await party.before_pages(f"window.cameraLayout = {json.dumps(LAYOUT)}; {READER.read_text()}")
        await party.goto(f"{court.url}/?hearing={court.hearing}&seat=party-1&debug=1")
        await party.fill("entry-word", court.words["party-1"])
        for name in ("in_person", "under_sixteens", "recording"):
            await party.click(f"declare-{name}")
        await party.click("entry-submit")
        await judge.click("admit-party-1")
        await party.until("document.body.dataset.screen === 'hearing'")
        await party.until("courtroomDebug.subscribe?.connectionState === 'connected'")
        await judge.start()
        await judge.read("watch()")
        await party.run("stage.watch()")
        yield judge, party


async def reads(count, read):
    """Wait until ``read`` gives at least ``count`` frames, and give them."""
    async with asyncio.timeout(30):
        while len(found := await read()) < count:
            await asyncio.sleep(0.2)
    return found


async def test_firefox_sees_the_judge(pair):
    _, party = pair
    frames = await reads(30, lambda: party.run("stage.frames.judge.filter(([who]) => who === 0)"))
    assert len({number for _, number, *_ in frames}) > 20
    sizes = {tuple(size) for *_, size in ((*f[:3], f[3:]) for f in frames)}
    note("firefox", sees=sorted(sizes), codecs=await party.run(f"{CODECS}(courtroomDebug.subscribe)"))


async def test_chromium_sees_the_firefox(pair):
    judge, _ = pair
    frames = await reads(30, lambda: judge.read("frames['party-1'] ?? []"))
    note("chromium", sees=sorted({tuple(frame[3:]) for frame in frames}))


async def test_they_hear_each_other(pair):
    """Chromium by the tone. Firefox has no spectrum where there is no loudspeaker: by the energy of what it decoded."""
    judge, party = pair
    async with asyncio.timeout(30):
        while (tones := await judge.read("tones['party-1']"))[1] <= 20:
            await asyncio.sleep(0.2)
    energy = await party.until("stage.counters().then(({ sound }) => sound.judge.energy > 0.01 && sound.judge.energy)")
    note("heard", by_chromium=tones, by_firefox_energy=energy)
    assert tones.index(max(tones)) == 1
    assert sum(tones) == tones[1]


async def test_no_script_failed(pair):
    judge, party = pair
    assert judge.errors == []
    assert await party.run("document.querySelectorAll('[data-key=\"problem.client-error\"]').length") == 0
