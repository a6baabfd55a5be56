"""Twenty headless people in one hearing, three of them speaking, and one person with a phone."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import async_playwright

from gateway.sdp import RED
from tests.client.court import Court
from tests.client.participant import Participant
from tests.client.red import unpack
from tests.client.rtp import RtpPacket, SequenceUnwrapper
from tests.e2e import faces
from tests.e2e.headless import admit, attending, presiding
from tests.e2e.people import PHONE, Person, person
from tests.e2e.stage import stage

SPEAKERS = ("judge", "party-1", "party-2")
OTHERS = tuple(f"party-{n}" for n in range(3, 20))
WITH_PHONE = "expert-1"
AT_ONCE = 4


@dataclass
class Ear:
    """All sound that one listener got: by seat, sequence number (unwrapped) → Opus packet and arrival."""

    heard: dict[str, dict[int, tuple[bytes, float]]] = field(default_factory=lambda: defaultdict(dict))
    _numbers: dict[str, SequenceUnwrapper] = field(default_factory=lambda: defaultdict(SequenceUnwrapper))

    def take(self, seat: str, kind: str, packet: RtpPacket, arrival: float) -> None:
        if kind == "audio" and packet.payload:
            opus = unpack(packet.payload)[-1][1] if packet.payload_type == RED else packet.payload
            self.heard[seat][self._numbers[seat].unwrap(packet.sequence)] = opus, arrival


@dataclass
class Crowd:
    court: Court
    people: dict[str, Participant]
    ears: dict[str, Ear]
    phone: Person

    def speakers(self) -> dict[str, Participant]:
        return {seat: self.people[seat] for seat in SPEAKERS}


@contextlib.asynccontextmanager
async def crowd(folder: Path, seconds: float, locale: str = "en-GB") -> AsyncIterator[Crowd]:
    """In session, with sources of ``seconds``, which begin again at their end."""
    async with contextlib.AsyncExitStack() as stack:
        seats = (*SPEAKERS, *OTHERS, WITH_PHONE)
        court = await stack.enter_async_context(stage(folder, seats, limits={"cpu": 1.0}))
        judge = await stack.enter_async_context(presiding(court, _source("judge", 0, seconds)))
        playwright = await stack.enter_async_context(async_playwright())
        film = faces.film(folder / "phone.mjpeg", 30, 640, 360)
        phone = await stack.enter_async_context(
            person(playwright, court, WITH_PHONE, folder, viewport=PHONE, film=film, locale=locale)
        )
        await phone.enter()
        await phone.connected()
        await judge.api.act("admit", WITH_PHONE)
        people = {"judge": judge}
        gate = asyncio.Semaphore(AT_ONCE)

        async def come(number: int, seat: str) -> None:
            async with gate:
                source = _source(seat, number, seconds)
                people[seat] = await stack.enter_async_context(attending(court, seat, source=source))

        await asyncio.gather(*(come(n, seat) for n, seat in enumerate((*SPEAKERS[1:], *OTHERS), 1)))
        ears = {seat: Ear() for seat in people}
        for seat, one in people.items():
            one.on_packet = ears[seat].take
        await admit(judge, *(one for seat, one in people.items() if seat != "judge"))
        await judge.api.act("start", reason="all are heard")
        await phone.on("hearing")
        yield Crowd(court, people, ears, phone)


def _source(seat: str, seed: int, seconds: float) -> faces.Source:
    speaks = seat in SPEAKERS
    return faces.source(seed, speaks=speaks, codec=("VP8", "H264")[seed % 2], seconds=seconds if speaks else 4.0)
