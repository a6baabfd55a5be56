"""A hearing on our own server: the judge listens, a party speaks, three others have no browsers."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import AsyncIterator

from playwright.async_api import Page

from bench.badlink.meeting import LISTENER, SPEAKER, Scene, browser, origin
from bench.network import ADDRESS
from tests.client.court import free_port
from tests.e2e.headless import attending, devices, talk
from tests.e2e.people import Person
from tests.e2e.stage import stage

OTHERS = ("party-2", "witness-1", "expert-1")
BITRATE = 300_000
"""Of each of the others' pictures: together with the speaker's more than 1 Mbit/s."""
FAINT = 70
"""-dBov that the others' packets say: they are heard, the speaker is louder."""


@contextlib.asynccontextmanager
async def meeting(scene: Scene) -> AsyncIterator[dict[str, Page]]:
    """All admitted, the hearing begun; the pages by seat."""
    media = {"host": ADDRESS, "advertised": [ADDRESS]}
    async with contextlib.AsyncExitStack() as stack:
        port = free_port()
        http = {"port": port}
        court = await stack.enter_async_context(
            stage(scene.folder, (LISTENER, SPEAKER, *OTHERS), media=media, http=http)
        )
        away = dataclasses.replace(court, url=origin(port))
        people = {
            seat: Person(seat, away, await browser(stack, scene, seat, origin(port))) for seat in (LISTENER, SPEAKER)
        }
        judge, speaker = people[LISTENER], people[SPEAKER]
        await judge.enter()
        await judge.on("hearing")
        await speaker.enter()
        await speaker.connected()
        await judge.click(f"admit-{SPEAKER}")
        for seat in OTHERS:
            other = await stack.enter_async_context(attending(court, seat, source=talk(bitrate=BITRATE)))
            if other.player:
                other.player.level = FAINT
            await devices(other)
            await judge.click(f"admit-{seat}")
        await judge.start()
        yield {seat: person.page for seat, person in people.items()}
