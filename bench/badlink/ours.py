"""A hearing on our own server: the judge listens, a party speaks, three others have no browsers."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator
from typing import Any

from playwright.async_api import Page

from bench.badlink.meeting import LAYERS, LISTENER, OTHERS, SPEAKER, Scene, browsers, relay, sent, site, take_turns
from bench.network import ADDRESS
from tests.client.court import Court, free_port
from tests.client.source import Source
from tests.e2e.headless import attending, devices
from tests.e2e.people import Person
from tests.e2e.stage import stage


def at_address() -> dict[str, Any]:
    """Sections of settings: of a server that browsers in other namespaces reach."""
    return {"media": {"host": ADDRESS, "advertised": [ADDRESS]}, "http": {"port": free_port()}}


@contextlib.asynccontextmanager
async def meeting(scene: Scene) -> AsyncIterator[dict[str, Page]]:
    """All admitted, the hearing begun; the pages by seat."""
    sections = at_address()
    async with contextlib.AsyncExitStack() as stack:
        if relays := await relay(stack, scene):
            secret = scene.folder / "turn.key"
            secret.write_text(relays.secret)
            sections["turn"] = {"urls": list(relays.urls), "secret_file": str(secret)}
        court = await stack.enter_async_context(stage(scene.folder, (LISTENER, SPEAKER, *OTHERS), **sections))
        origin = await site(stack, scene, int(court.url.rpartition(":")[2]))
        away = dataclasses.replace(court, url=origin)
        people = {seat: Person(seat, away, page) for seat, page in (await browsers(stack, scene, origin)).items()}
        judge = people[LISTENER]
        await asyncio.gather(*(enter(person) for person in people.values()))
        await judge.click(f"admit-{SPEAKER}")
        source = sent(scene.speech)
        for seat in OTHERS:
            await _other(stack, court, judge, seat, source)
        await judge.start()
        yield {seat: person.page for seat, person in people.items()}


async def enter(person: Person) -> None:
    await person.enter()
    await person.connected()
    if person.seat == LISTENER:
        await person.on("hearing")


async def _other(stack: contextlib.AsyncExitStack, court: Court, judge: Person, seat: str, source: Source) -> None:
    other = await stack.enter_async_context(attending(court, seat, source=source, rids=tuple(LAYERS)))
    if other.player:
        turns = asyncio.create_task(take_turns(other.player, OTHERS.index(seat)))
        stack.callback(turns.cancel)
    await devices(other)
    await judge.click(f"admit-{seat}")
