"""Hearings with people without browsers, on the stage's real server."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from tests.client.court import Court
from tests.client.participant import Participant
from tests.client.source import AccessUnit, Source
from tests.media import material

PATIENCE = 60.0
"""Seconds for media to stand: a machine that is busy with other tests lets people in one by one."""


def talk(seconds: float = 4.0, codec: str = "VP8", **video: Any) -> Source:
    """Sound and a picture to send again and again."""
    pictures, sound = material.video(codec, seconds, **video), material.opus(seconds)
    layer = tuple(AccessUnit(codec, u.time, 0.04, u.data, u.key) for u in pictures)  # type: ignore[arg-type]
    return Source(tuple(AccessUnit("opus", u.time, 0.02, u.data, True) for u in sound), {"": layer}, seconds)


@contextlib.asynccontextmanager
async def presiding(court: Court, source: Source | None = None) -> AsyncIterator[Participant]:
    judge = await court.judge(source=source)
    try:
        await judge.join()
        await judge.media_ready(PATIENCE)
        await devices(judge)
        yield judge
    finally:
        await judge.close()


@contextlib.asynccontextmanager
async def attending(court: Court, seat: str, **options: Any) -> AsyncIterator[Participant]:
    """Entered and in the waiting room."""
    one = await court.participant(seat, **options)
    try:
        await one.join()
        await one.session.until_standing("waiting")
        await one.media_ready(PATIENCE)
        await devices(one)
        yield one
    finally:
        await one.close()


async def devices(one: Participant) -> None:
    """Say what is on, as a browser does."""
    player = one.player
    microphone, camera = (player.source.audio, player.source.video) if player else ((), {})
    await one.session.send("device", microphone="on" if microphone else "off", camera="on" if camera else "off")


async def admit(judge: Participant, *people: Participant) -> None:
    for one in people:
        await judge.api.act("admit", one.session.hearing["you"]["seat"])
    for one in people:
        await one.session.until_standing("admitted")


async def avr_of(court: Court, timeout: float = 60.0) -> Path:
    """The hearing's AVR, once it is built; a sitting of this court's only hearing."""
    async with asyncio.timeout(timeout):
        while not (found := sorted(court.data.glob("courts/*/*/*/avr/*.mkv"))):
            await asyncio.sleep(0.1)
    (avr,) = found
    return avr
