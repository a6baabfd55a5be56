"""The README's picture: a real hearing on this machine, with drawn people before the cameras of real browsers.

python scripts/picture.py docs/images/hearing.png
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import cv2
import numpy as np
from playwright.async_api import Page, Playwright, async_playwright

from courtroom.demo_hearing import COURT, TITLE
from courtroom.office import Created, SeatOrder, open_office
from courtroom.portraits import portrait
from courtroom.processes import child_environment
from courtroom.settings import Settings, load
from hearings.times import iso

DESK, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
NUMBER, PASSWORD = "7204-25-00-2/15", "a password of the picture only"
PEOPLE = (
    ("judge", "judge", "Айгүл Сейітова"),
    ("party-1", "party", "Дәурен Оспанов"),
    ("party-2", "party", "Анна Ким"),
    ("witness-1", "witness", "Нұрлан Әбенов"),
)
FLAGS = (
    "--use-fake-device-for-media-stream --use-fake-ui-for-media-stream --allow-loopback-in-peer-connection "
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
PATIENCE_MS = 120_000


async def picture(out: Path) -> None:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings = loopback_settings(folder / "data")
        created = await prepare(settings)
        await serve(settings, stack)
        playwright = await stack.enter_async_context(async_playwright())
        pages: dict[str, Page] = {}
        for seed, (seat, _, _) in enumerate(PEOPLE):
            camera = write_camera(folder / f"{seat}.mjpeg", seed + 4)
            pages[seat] = await open_page(playwright, stack, camera, PHONE if seat == "party-1" else DESK, settings)
        await hold(pages, created)
        shots = [await pages[seat].screenshot(type="png") for seat in ("judge", "party-1")]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(side_by_side(*shots))


def loopback_settings(data: Path) -> Settings:
    return load(
        options={
            "data": data,
            "http": {"host": "127.0.0.1", "port": free_port(), "tls": "off"},
            "media": {"host": "127.0.0.1", "port": free_port(), "advertised": ["127.0.0.1"]},
            "log": {"level": "warning"},
        }
    )


async def prepare(settings: Settings) -> Created:
    seats = [SeatOrder(code, role, name, portrait(4 + seed)) for seed, (code, role, name) in enumerate(PEOPLE)]
    async with open_office(settings) as office:
        await office.add_staff(COURT, "judge", ["judge"], PASSWORD)
        created = await office.create_hearing(COURT, NUMBER, TITLE, iso(0), seats, 25)
        await office.open_doors(created.hearing)
    return created


async def serve(settings: Settings, stack: AsyncExitStack) -> None:
    environment = child_environment(settings, os.environ)
    server = await asyncio.create_subprocess_exec(sys.executable, "-m", "courtroom", "serve", env=environment)

    async def end() -> None:
        server.terminate()
        await server.wait()

    stack.push_async_callback(end)
    session = await stack.enter_async_context(aiohttp.ClientSession())
    async with asyncio.timeout(60):
        while not await healthy(session, settings):  # noqa: ASYNC110 - another process comes up
            await asyncio.sleep(0.1)


async def healthy(session: aiohttp.ClientSession, settings: Settings) -> bool:
    try:
        async with session.get(f"{origin(settings)}/healthz") as answer:
            return bool((await answer.json())["media"] == "ok")
    except aiohttp.ClientError:
        return False


async def open_page(
    playwright: Playwright, stack: AsyncExitStack, camera: Path, size: dict[str, int], settings: Settings
) -> Page:
    arguments = [*FLAGS.split(), f"--use-file-for-fake-video-capture={camera}"]
    browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
    stack.push_async_callback(browser.close)
    viewport: Any = size
    page = await browser.new_page(viewport=viewport, base_url=origin(settings), locale="en-GB")
    page.set_default_timeout(PATIENCE_MS)
    return page


async def hold(pages: dict[str, Page], created: Created) -> None:
    """The judge comes in, the others wait, are admitted, and the sitting begins."""
    judge = pages["judge"]
    await judge.goto(f"/staff?hearing={NUMBER}&seat=judge")
    await judge.get_by_test_id("login-name").fill("judge")
    await judge.get_by_test_id("login-password").fill(PASSWORD)
    await judge.get_by_test_id("login-submit").click()
    for seat, word in created.words.items():
        page = pages[seat]
        await page.goto(f"/?hearing={NUMBER}&seat={seat}")
        await page.get_by_test_id("entry-word").fill(word)
        await page.get_by_test_id("entry-submit").click()
        await judge.get_by_test_id(f"admit-{seat}").click()
    await judge.get_by_test_id("act-start").click()
    for seat in ("judge", "party-1"):
        await pages[seat].wait_for_function(SHOWS_OTHERS, arg=len(PEOPLE) - 1)
        await pages[seat].locator("[data-testid=link-verdict][data-verdict=good]").wait_for(state="attached")
    await asyncio.sleep(5)  # until every picture is sharp


SHOWS_OTHERS = """count => [...document.querySelectorAll("[data-testid=tile] video")].filter(
  video => video.videoWidth > 0 && !video.paused && video.checkVisibility()).length >= count"""


def write_camera(path: Path, seed: int) -> Path:
    """Two seconds of a person before a wall, who moves a little; Chromium repeats the file."""
    person = cv2.imdecode(np.frombuffer(portrait(seed), np.uint8), cv2.IMREAD_COLOR)
    assert person is not None
    height, width = 540, 960
    tall = cv2.resize(person, (648, 810), interpolation=cv2.INTER_AREA)
    wide = cv2.copyMakeBorder(tall, 0, 0, 225, 225, cv2.BORDER_REPLICATE)
    with path.open("wb") as file:
        for frame in range(40):
            x = round(69 + 8 * np.sin(frame / 40 * 2 * np.pi))
            y = round(45 + 3 * np.sin(frame / 20 * 2 * np.pi))
            file.write(cv2.imencode(".jpg", wide[y : y + height, x : x + width])[1].tobytes())
    return path


def side_by_side(left: bytes, right: bytes) -> bytes:
    """Desk and phone at the same height, with a light margin."""
    pictures = [cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR) for png in (left, right)]
    shown = [picture for picture in pictures if picture is not None]
    tallest = max(picture.shape[0] for picture in shown)
    framed = [
        cv2.copyMakeBorder(picture, 24, 24 + tallest - len(picture), 24, 24, cv2.BORDER_CONSTANT, value=(232, 228, 224))
        for picture in shown
    ]
    return cv2.imencode(".png", np.hstack(framed))[1].tobytes()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def origin(settings: Settings) -> str:
    return f"http://localhost:{settings.http.port}"


if __name__ == "__main__":
    asyncio.run(picture(Path(sys.argv[1])))
