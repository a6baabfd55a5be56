"""What the benchmark asks of a meeting, ours or the peer's: five people, of whom two have real browsers."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, Playwright

from bench.badlink.speech import Speech
from bench.network import ADDRESS, BadLink
from tests.e2e import camera
from tests.e2e.people import ALLOWED, FLAGS, chromium

LISTENER, SPEAKER = "judge", "party-1"
LISTEN = Path(__file__).with_name("listen.js")
VIEWPORT = {"width": 1024, "height": 720}


@dataclass(frozen=True)
class Scene:
    """Where and with what a meeting takes place."""

    folder: Path
    playwright: Playwright
    speech: Speech
    links: dict[str, BadLink]


async def browser(stack: contextlib.AsyncExitStack, scene: Scene, seat: str, origin: str) -> Page:
    """A Chromium behind the seat's link; its microphone has the speech, if it is the speaker's."""
    film = camera.film(scene.folder / f"{seat}.y4m", 1 if seat == SPEAKER else 0)
    if seat == SPEAKER:
        sound = scene.speech.write(scene.folder / f"{seat}.wav")
    else:
        sound = replace(scene.speech, sound=scene.speech.sound[:16000] * 0).write(scene.folder / f"{seat}.wav")
    program = scene.links[seat].program(scene.folder / f"chromium-{seat}", chromium() or "chromium")
    devices = [f"--use-file-for-fake-video-capture={film}", f"--use-file-for-fake-audio-capture={sound}"]
    secure = f"--unsafely-treat-insecure-origin-as-secure={origin}"
    launched: Browser = await scene.playwright.chromium.launch(
        executable_path=program, args=[*FLAGS, ALLOWED, *devices, secure]
    )
    stack.push_async_callback(launched.close)
    size: Any = VIEWPORT
    context = await launched.new_context(viewport=size, locale="en-GB")
    context.set_default_timeout(60_000)
    await context.add_init_script(path=LISTEN)
    return await context.new_page()


def origin(port: int) -> str:
    return f"http://{ADDRESS}:{port}"
