"""What the benchmark asks of a meeting, ours or the peer's: five people, of whom two have real browsers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import time
from typing import Any

from playwright.async_api import Browser, Page, Playwright

from bench.badlink.speech import RATE, Sound, Speech, write
from bench.network import ADDRESS, RELAY, BadLink, door
from bench.shaping import HTTPS
from signaling.relays import Relays
from tests.chromium import chromium
from tests.client.player import Player
from tests.client.source import AccessUnit, Source
from tests.e2e import camera
from tests.e2e.headless import talk
from tests.e2e.people import ALLOWED, FLAGS
from tests.media.material import opus_packets
from tests.relay.coturn import SECRET, coturn, turnserver

LISTENER, SPEAKER = "judge", "party-1"
OTHERS = ("party-2", "party-3", "expert-1")
LAYERS = {"h": (320, 180, 150_000), "l": (160, 90, 50_000)}
"""Of each of the others' pictures: width, height, bit/s. All at their best, with all sound, want more than 1 Mbit/s."""
GRAIN = 2
"""Of the speaker's camera: 0.5 to 1 Mbit/s of the upper layer, 70 kbit/s of the lower."""
VOICE_BPS = 32_000
MURMUR, FAINT = 50, 70
"""-dBov that the others' packets say: of a voice that is never the speaker's, and of a quiet room (RFC 6464)."""
TURN_S, ROUND_S = 3.0, 15.0
"""Each of the others has a word in turn, and is still for the rest of the round."""
SCRIPTS = [Path(__file__).with_name(name) for name in ("listen.js", "microphone.js")]
VIEWPORT = {"width": 1024, "height": 720}


def sent(speech: Speech) -> Source:
    """What each of the others sends again and again: a voice as browsers make it, and a picture in two layers."""
    sources = {
        rid: talk(width=width, height=height, bitrate=bitrate) for rid, (width, height, bitrate) in LAYERS.items()
    }
    best = sources["h"]
    video = {rid: source.video[""] for rid, source in sources.items()}
    return replace(best, audio=voice(speech.sound[: round(RATE * best.duration)]), video=video)


def voice(sound: Sound) -> tuple[AccessUnit, ...]:
    """Frames of 20 ms at the rate that our own browsers are told to send (`static/media/publish.js`)."""
    units = opus_packets(sound, RATE, bit_rate=VOICE_BPS, application="voip")
    return tuple(AccessUnit("opus", number / 50, 0.02, data, True) for number, data in enumerate(units))


def speaks(other: int, at: float) -> bool:
    """Whether the ``other``-th has a word; epoch seconds."""
    return (at - other * ROUND_S / len(OTHERS)) % ROUND_S < TURN_S


async def take_turns(player: Player, other: int) -> None:
    while True:
        player.level = MURMUR if speaks(other, time()) else FAINT
        await asyncio.sleep(0.02)


@dataclass(frozen=True)
class Scene:
    """Where and with what a meeting takes place."""

    folder: Path
    playwright: Playwright
    speech: Speech
    links: dict[str, BadLink]
    only_https: bool = False
    scripts: tuple[Path, ...] = ()
    """Put in before the pages' own, beside ours."""
    film: Mapping[str, int] = field(default_factory=lambda: {"grain": GRAIN})
    """What camera.film makes of it."""


async def browser(stack: contextlib.AsyncExitStack, scene: Scene, seat: str, origin: str) -> Page:
    """A Chromium behind the seat's link; its microphone has the speech, if it is the speaker's."""
    film = camera.film(scene.folder / f"{seat}.y4m", 1 if seat == SPEAKER else 0, **scene.film)
    spoken = scene.speech.sound if seat == SPEAKER else scene.speech.sound[:RATE] * 0
    sound = write(spoken, scene.folder / f"{seat}.wav")
    program = scene.links[seat].program(scene.folder / f"chromium-{seat}", chromium() or "chromium")
    devices = [f"--use-file-for-fake-video-capture={film}", f"--use-file-for-fake-audio-capture={sound}"]
    secure = f"--unsafely-treat-insecure-origin-as-secure={origin}"
    flags = [*FLAGS, ALLOWED, *devices, secure, *(["--ignore-certificate-errors"] if scene.only_https else [])]
    launched: Browser = await scene.playwright.chromium.launch(executable_path=program, args=flags)
    stack.push_async_callback(launched.close)
    size: Any = VIEWPORT
    context = await launched.new_context(viewport=size, locale="en-GB")
    context.set_default_timeout(60_000)
    for script in (*SCRIPTS, *scene.scripts):
        await context.add_init_script(path=script)
    return await context.new_page()


async def browsers(stack: contextlib.AsyncExitStack, scene: Scene, origin: str) -> dict[str, Page]:
    seats = (LISTENER, SPEAKER)
    pages = await asyncio.gather(*(browser(stack, scene, seat, origin) for seat in seats))
    return dict(zip(seats, pages, strict=True))


async def site(stack: contextlib.AsyncExitStack, scene: Scene, port: int) -> str:
    """Where the browsers find the pages that are at this port."""
    if not scene.only_https:
        return f"http://{ADDRESS}:{port}"
    await stack.enter_async_context(door(ADDRESS, ADDRESS, port))
    return f"http://{ADDRESS}:{HTTPS}"


async def relay(stack: contextlib.AsyncExitStack, scene: Scene, *peers: str) -> Relays | None:
    """A coturn, where the case needs one: as docs/operations.md has it, with TLS on port 443 of its own address.

    It relays to the servers' address and to ``peers``.
    """
    if not scene.only_https:
        return None
    if turnserver() is None:
        raise SystemExit("the relay is not installed: apt install coturn")
    more = [f"allowed-peer-ip={peer}" for peer in peers]
    made = await stack.enter_async_context(coturn(scene.folder, RELAY, ADDRESS, *more, ports=(3478, HTTPS)))
    host = made.address
    return Relays((f"turn:{host}:3478", f"turn:{host}:3478?transport=tcp", f"turns:{host}:443?transport=tcp"), SECRET)
