"""The documentation's pictures of a real hearing on this machine, with drawn people before real browsers' cameras.

``python -m tests.e2e.pictures docs/images`` makes ``waiting-room`` and ``admission`` (each as ``-phone`` and
``-desk``), ``technician-desk`` and ``twenty-on-a-phone``, and in ``played`` the screens of each role through a whole
hearing (docs/screens.md).
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright

from tests.client.court import Court
from tests.client.participant import Participant
from tests.e2e import faces, play
from tests.e2e.crowd import crowd
from tests.e2e.headless import attending
from tests.e2e.people import DESK, PHONE, Person, person
from tests.e2e.stage import stage

SIZES = {"phone": PHONE, "desk": DESK}
SHARP_S = 6.0
"""Until every picture has its full size, and figures stand in every place."""
FIGURES_S = 5.0


async def court(folder: Path, out: Path) -> None:
    """A sitting in which the judge decides on somebody in the waiting room, and a technician watches the links."""
    async with contextlib.AsyncExitStack() as stack:
        place = await stack.enter_async_context(stage(folder))
        playwright = await stack.enter_async_context(async_playwright())

        async def come(seat: str, seed: int) -> Person:
            film = faces.film(folder / f"{seat}.mjpeg", seed)
            one = await stack.enter_async_context(person(playwright, place, seat, folder, film=film))
            await one.enter()
            await one.connected()
            return one

        judge = await come("judge", 0)
        for seat, seed in (("party-2", 3), ("expert-1", 4)):
            source = faces.source(seed, speaks=seat == "party-2", fps=12)
            one: Participant = await stack.enter_async_context(attending(place, seat, source=source))
            await judge.click(f"admit-{seat}")
            await one.session.until_standing("admitted")
        await judge.start()
        party = await come("party-1", 2)
        await party.on("waiting")
        await asyncio.sleep(SHARP_S)
        await shots(party.page, out, "waiting-room")
        await admission(judge.page, out)
        await technician(place, judge.page, out)


async def admission(page: Page, out: Path) -> None:
    """The submitted photo beside the live picture; on a phone the panel lies over the pictures."""
    await shots(page, out, "admission", "desk")
    await page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    await page.get_by_test_id("people").click()
    await page.get_by_test_id("photo-party-1").scroll_into_view_if_needed()
    await shots(page, out, "admission", "phone")
    await page.get_by_test_id("admit-party-1").click()


async def technician(place: Court, judge: Page, out: Path) -> None:
    page = await judge.context.new_page()
    await page.goto(f"{place.url}/technician")
    await page.get_by_test_id("login-name").fill("technician")
    await page.get_by_test_id("login-password").fill(place.passwords["technician"])
    await page.get_by_test_id("login-submit").click()
    await page.get_by_test_id("link").first.wait_for()
    await asyncio.sleep(FIGURES_S)
    await shots(page, out, "technician", "desk")


async def played(folder: Path, out: Path) -> None:
    """Each role's screens at both sizes, from the application to the signed minutes."""
    out.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright, play.staged(playwright, folder, out) as one:
        await play.all_of_it(one)
        await play.papers(one)


async def twenty(folder: Path, out: Path) -> None:
    async with crowd(folder, seconds=30.0) as all_:
        page = all_.phone.page
        await page.wait_for_function(
            "count => document.querySelectorAll('[data-testid=tile][data-picture=seen]').length >= count", arg=20
        )
        await asyncio.sleep(SHARP_S)
        await page.screenshot(path=str(out / "twenty-on-a-phone.png"))


async def shots(page: Page, out: Path, name: str, *sizes: str) -> None:
    for size in sizes or SIZES:
        await page.set_viewport_size({"width": SIZES[size]["width"], "height": SIZES[size]["height"]})
        await page.wait_for_timeout(500)  # a frame of the new layout
        await page.screenshot(path=str(out / f"{name}-{size}.png"))


async def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for scene in (court, twenty):
        with tempfile.TemporaryDirectory() as folder:
            await scene(Path(folder), out)
    with tempfile.TemporaryDirectory() as folder:
        await played(Path(folder), out / "played")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
