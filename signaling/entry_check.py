"""The check before entry (Rules ¶28, ¶35–38): one picture and some seconds of sound are judged in a worker process and
forgotten; what was found of the device is kept with the hearing, and whoever fails waits, where the court wants it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final

from aiohttp import BodyPartReader, web

from hearings import entry_check
from hearings.entry_check import WORDS, Part
from hearings.hearing import Event, Hearing, Seat
from hearings.model import Finding
from hearings.slowdown import network
from hearings.store import Session
from hearings.surroundings import look
from signaling.authority import Authority, place, still_welcome
from signaling.hub import Hub
from signaling.link_test import Turns
from signaling.problems import Problem, unexpected
from signaling.room import Room
from signaling.security import bearer, client_address, json_body

SAMPLES: Final[Mapping[str, int]] = {"picture": 200_000, "sound": 1_000_000}
"""Bytes of a JPEG picture, and of 9 s of sound (WAV, 16 bits) at up to 48 kHz."""
_READING_S: Final = 20.0
"""For 700 kB over a third of the link that does for a hearing."""
_JUDGING_S: Final = 10.0

Judge = Callable[[bytes | None, bytes | None, bool], Awaitable[Mapping[Part, Finding]]]
"""Of a picture and a sound, where there are, and whether a face is expected. Raises ValueError with the name of the one
that is none."""


async def unmeasured(picture: bytes | None, sound: bytes | None, face: bool) -> Mapping[Part, Finding]:
    return {"light": Finding("unmeasured"), "noise": Finding("unmeasured")}


class EntryCheck:
    def __init__(
        self,
        hub: Hub,
        authority: Authority,
        proxies: frozenset[str],
        judge: Judge = unmeasured,
        turns: Turns | None = None,
    ) -> None:
        self._hub = hub
        self._authority = authority
        self._proxies = proxies
        self._judge = judge
        self._turns = turns or Turns()

    def routes(self, api: str) -> list[web.RouteDef]:
        path = f"{api}/entry-check"
        return [web.post(path, self.sample), web.put(path, self.result)]

    async def sample(self, request: web.Request) -> web.Response:
        """What is found of light and noise."""
        session, room, seat = await self._device(request)
        attendance = place(session)[2]
        if self._hub.load and self._hub.load["overloaded"]:  # those inside come first
            raise Problem("overloaded")
        self._turns.tell(f"{session.id} sample")
        with self._turns.take(session.id, network(client_address(request, self._proxies))):
            room.sampling(attendance)
            samples = await _samples(request)
            self._turns.spend(session.id, sum(map(len, samples.values())))
            found = await self._judged(samples, look(seat) != "scene")
        room.sampled(attendance, found)
        return web.json_response({part: _view(finding) for part, finding in found.items()})

    async def result(self, request: web.Request) -> web.Response:
        """What the device says of itself, with what was measured of it: kept, told to the court, answered."""
        session, room, _ = await self._device(request)
        body = await json_body(request)
        said = {part: _word(body, part) for part in WORDS}
        self._turns.tell(session.id)
        hearing, seat, attendance = place(session)
        conversation = room.conversations.get(attendance)
        client = conversation.version if conversation else ""
        found = entry_check.together(said, room.found.get(attendance, {}))
        found["version"] = entry_check.version(client, self._hub.version)
        await self._hub.changes.apply(hearing, partial(_decided, seat, attendance, found))
        current = await self._hub.changes.current(hearing)
        holding = entry_check.holds(current.seats[seat], self._hub.entry_check(current))
        findings = {part: _view(finding) for part, finding in entry_check.complete(found).items()}
        return web.json_response({"findings": findings, "holding": holding})

    async def _judged(self, samples: Mapping[str, bytes], face: bool) -> Mapping[Part, Finding]:
        """A judge that fails, or takes too long, keeps nobody out."""
        try:
            async with asyncio.timeout(_JUDGING_S):
                return await self._judge(samples.get("picture"), samples.get("sound"), face)
        except Exception as error:
            if isinstance(error, ValueError) and str(error) in SAMPLES:
                raise Problem("bad-request", field=str(error)) from None
            unexpected(error, "entry_check_failed")
            return await unmeasured(None, None, face)

    async def _device(self, request: web.Request) -> tuple[Session, Room, Seat]:
        """Of a device that holds its seat: who only claims it is checked once the court has agreed."""
        session = await self._authority.device(bearer(request))
        hearing, seat, attendance = place(session)
        current = await self._hub.changes.current(hearing)
        still_welcome(current, session)
        if current.seats[seat].attendance != attendance:
            raise Problem("not-permitted")
        return session, await self._hub.room(hearing), current.seats[seat]


def _decided(seat: str, attendance: str, found: Mapping[Part, Finding], hearing: Hearing, at: str) -> list[Event]:
    return entry_check.decide(hearing, seat, attendance, found, at)


def _word(body: Mapping[str, Any], part: Part) -> Finding:
    word = body.get(part)
    if not isinstance(word, str) or word not in WORDS[part]:
        raise Problem("bad-request", field=part)
    return WORDS[part][word]


def _view(finding: Finding) -> dict[str, str]:
    return {"verdict": finding.verdict, "cause": finding.cause}


async def _samples(request: web.Request) -> dict[str, bytes]:
    """Problem ``bad-request``, ``too-large``, ``slow-down``."""
    if not request.content_type.startswith("multipart/"):
        raise Problem("bad-request", field="")
    try:
        async with asyncio.timeout(_READING_S):
            return await _parts(request)
    except TimeoutError:
        raise Problem("slow-down", seconds=5) from None
    except (ValueError, LookupError, RuntimeError, AssertionError, ConnectionError, web.RequestPayloadError):
        raise Problem("bad-request", field="") from None  # no multipart after all, or the device has gone


async def _parts(request: web.Request) -> dict[str, bytes]:
    samples: dict[str, bytes] = {}
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        name = part.name or "" if isinstance(part, BodyPartReader) else ""
        if not isinstance(part, BodyPartReader) or name not in SAMPLES or name in samples:
            raise Problem("bad-request", field="")
        data = bytearray()
        while chunk := await part.read_chunk():
            data += chunk
            if len(data) > SAMPLES[name]:
                raise Problem("too-large", field=name, bytes=SAMPLES[name])
        samples[name] = bytes(data)
    if not samples:
        raise Problem("bad-request", field="")
    return samples
