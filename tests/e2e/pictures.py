"""The documentation's pictures of a real hearing on this machine, with drawn people before real browsers' cameras.

``python -m tests.e2e.pictures docs/images`` makes ``admission-desk`` and ``twenty-on-a-phone``, and in ``played`` the
screens of each role through a whole hearing (docs/screens.md).
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright

from tests.client.participant import Participant
from tests.e2e import faces, play
from tests.e2e.crowd import crowd
from tests.e2e.headless import attending
from tests.e2e.people import Person, person
from tests.e2e.stage import stage

SHARP_S = 6.0
"""Until every picture has its full size."""


async def court(folder: Path, out: Path) -> None:
    """A sitting in which the judge decides on somebody in the waiting room, by the photo beside the live face."""
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
        await judge.page.screenshot(path=str(out / "admission-desk.png"))


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


async def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for scene in (court, twenty):
        with tempfile.TemporaryDirectory() as folder:
            await scene(Path(folder), out)
    with tempfile.TemporaryDirectory() as folder:
        await played(Path(folder), out / "played")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
