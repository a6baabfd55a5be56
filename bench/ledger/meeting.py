"""Two people: the judge listens in a Chromium behind a bad link; a party without a browser sends a known sound.

A second browser would take the processor that the first one needs to play in time.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import AsyncIterator
from time import monotonic, time

import av
import numpy as np
from playwright.async_api import Page

from bench.badlink.meeting import LAYERS, LISTENER, SPEAKER, Scene, browser, site
from bench.badlink.ours import at_address, enter
from bench.badlink.speech import RATE, Sound
from tests.client.player import Player, Sent
from tests.client.source import AccessUnit, Source
from tests.e2e.headless import attending, devices, talk
from tests.e2e.people import Person
from tests.e2e.stage import stage

FRAME_S = 0.02
OPUS = {"application": "voip", "fec": "1", "packet_loss": "20"}
"""As browsers code a voice."""
BIT_RATE = 32_000
FRAMES = 100
"""Of which the one that was sent most in time tells when all were said."""


@dataclasses.dataclass(frozen=True)
class Microphone:
    """Which sample of the sound a moment (UTC, s) has: that of ``at`` was the ``place``-th."""

    at: float
    place: int

    def said(self, lap: Sound, start: float, end: float) -> Sound:
        first = self.place + round((start - self.at) * RATE)
        return np.take(lap, np.arange(first, first + round((end - start) * RATE)), mode="wrap")


def microphone(player: Player, lap_s: float) -> Microphone:
    """By the frame that was sent most in time of the last ones: a busy machine sends late, and never early."""
    frames = [one for one in player.sent if one.unit.codec == "opus"][-FRAMES:]
    began = frames[-1].at - frames[-1].unit.time

    def late(one: Sent) -> float:
        return (one.at - one.unit.time - began + lap_s / 2) % lap_s

    frame = min(frames, key=late)
    return Microphone(frame.at + time() - monotonic(), round(frame.unit.time * RATE))


@contextlib.asynccontextmanager
async def meeting(scene: Scene) -> AsyncIterator[tuple[Page, Player]]:
    """Both admitted, the hearing begun: the judge's page, and what the party sends."""
    async with contextlib.AsyncExitStack() as stack:
        court = await stack.enter_async_context(stage(scene.folder, (LISTENER, SPEAKER), **at_address()))
        origin = await site(stack, scene, int(court.url.rpartition(":")[2]))
        away = dataclasses.replace(court, url=origin)
        judge = Person(LISTENER, away, await browser(stack, scene, LISTENER, origin))
        await enter(judge)
        said = source(scene.speech.sound)
        speaker = await stack.enter_async_context(attending(court, SPEAKER, source=said, rids=tuple(LAYERS)))
        await devices(speaker)
        await judge.click(f"admit-{SPEAKER}")
        await judge.start()
        assert speaker.player is not None
        yield judge.page, speaker.player


def source(lap: Sound) -> Source:
    """The sound, and a picture in two layers beside it."""
    seconds = len(lap) / RATE
    video = {
        rid: talk(seconds, width=width, height=height, bitrate=bitrate).video[""]
        for rid, (width, height, bitrate) in LAYERS.items()
    }
    return Source(tuple(coded(lap)), video, seconds)


def coded(lap: Sound) -> list[AccessUnit]:
    """Opus, whose encoder has heard the end of the lap before it begins."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = RATE, "mono", "flt"
    encoder.bit_rate, encoder.options = BIT_RATE, OPUS
    encoder.open()
    size = round(FRAME_S * RATE)
    frames = lap[: len(lap) // size * size].reshape(-1, 1, size)
    units: list[AccessUnit] = []
    for lead, samples in ((True, frames[-1]), *((False, one) for one in frames)):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), "flt", "mono")
        frame.sample_rate = RATE
        packets = [bytes(packet) for packet in encoder.encode(frame)]
        if not lead:
            units += [AccessUnit("opus", (len(units)) * FRAME_S, FRAME_S, packet, True) for packet in packets]
    return units
