"""A lamp goes off and a fan goes on: the participant and the technician are told (Rules ¶28)."""

from __future__ import annotations

import asyncio
import contextlib

from tests.client.api import Api
from tests.client.source import AccessUnit, Source
from tests.courtroom.test_looks import FPS, coded, needs_models, opus
from tests.e2e.headless import PATIENCE, admit, attending, presiding, talk
from tests.e2e.stage import stage

LIT_S = 7.5
"""Longer than a verdict takes to recover."""


def film():
    """Well lit and quiet for `LIT_S`, then in the dark beside a fan for as long, again and again."""
    frames = round(LIT_S * FPS)
    pictures = [*coded("H264", "face", frames=frames), *coded("H264", "dark", frames=frames)]
    sounds = [*opus("a quiet room", LIT_S), *opus("a fan", LIT_S)]
    video = tuple(AccessUnit("H264", n / FPS, 1 / FPS, data, n % frames == 0) for n, data in enumerate(pictures))
    audio = tuple(AccessUnit("opus", n / 50, 0.02, data, True) for n, data in enumerate(sounds))
    return Source(audio, {"": video}, 2 * LIT_S)


class Told:
    """What a participant's device is told of its surroundings."""

    def __init__(self, one):
        self.now, self.changed, self._handle = {}, asyncio.Event(), one.session.on_message
        one.session.on_message = self._on_message

    def _on_message(self, message):
        if message["type"] == "surroundings":
            self.now = message["seats"]
            self.changed.set()
        self._handle(message)

    async def until(self, seat, **parts):
        async with asyncio.timeout(PATIENCE):
            while any(self.now.get(seat, {}).get(part, {}).get("verdict") != said for part, said in parts.items()):
                self.changed.clear()
                await self.changed.wait()
        return self.now[seat]


async def on_console(court, token, seat, **parts):
    async with asyncio.timeout(PATIENCE):
        while True:
            all_of_it = await token.request("GET", "technician/hearings")
            found = await token.request("GET", f"technician/hearings/{all_of_it['hearings'][0]['hearing']}")
            now = next((one["surroundings"] for one in found["seats"] if one["seat"] == seat), None) or {}
            if all(now.get(part, {}).get("verdict") == said for part, said in parts.items()):
                return found
            await asyncio.sleep(0.2)


@needs_models
async def test_a_lamp_that_goes_off_and_a_fan_are_seen_by_the_participant_and_on_the_console(tmp_path):
    async with contextlib.AsyncExitStack() as stack:
        court = await stack.enter_async_context(stage(tmp_path, ("judge", "technician", "party-1")))
        judge = await stack.enter_async_context(presiding(court, talk()))
        party = await stack.enter_async_context(attending(court, "party-1", source=film()))
        told = Told(party)
        await admit(judge, party)
        api = await stack.enter_async_context(Api(court.url))
        await api.login("technician", court.passwords["technician"])

        seen = await told.until("party-1", light="good", noise="good")
        assert seen["light"]["cause"] == ""
        seen = await told.until("party-1", light="bad", noise="bad")
        assert (seen["light"]["cause"], seen["noise"]["cause"]) == ("dark", "noise")
        assert "judge" not in told.now
        found = await on_console(court, api, "party-1", light="bad", noise="bad")
        assert found["lookout"]["sampled"]
