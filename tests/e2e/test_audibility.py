"""The audibility ledger with a real Chromium as the listener: what its own statistics come to."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from playwright.async_api import async_playwright

from quality.audibility.book import Line, read
from quality.audibility.score import Heard, score
from tests.client import sdp
from tests.e2e.figures import note
from tests.e2e.headless import PATIENCE, talk
from tests.e2e.people import person
from tests.e2e.stage import stage

pytestmark = pytest.mark.browser

SECONDS = 12


async def lines(court, good, count: int) -> list[Line]:
    """The last ``count`` seconds of the judge's speech at the party, once so many are ``good``."""
    async with asyncio.timeout(60):
        while True:
            kept = [line for folder in court.data.glob("courts/*/*/*") for line in read(folder)]
            found = [line for line in kept if line.speaker == "judge" and good(line.to.get("party-1"), line)]
            if len(found) >= count:
                return found[-count:]
            await asyncio.sleep(0.5)


def whole(found: list[Line]):
    return score([Heard(line.sent, line.received, line.to["party-1"]) for line in found])


class Holes:
    """Loses three of ten packets of the speaker's sound in a row, also when they are sent again."""

    digs = False

    def plan(self, now, datagram):
        sound = datagram[0] >= 128 and datagram[1] & 0x7F == sdp.OPUS
        return () if self.digs and sound and int.from_bytes(datagram[2:4], "big") % 10 in (3, 4, 5) else (0.0,)


def played(pair, line) -> bool:
    return pair is not None and pair.played is not None and pair.sound == "on"


async def test_of_a_browser_it_is_said_what_it_played_on_a_clean_link_with_holes_and_with_its_sound_off(tmp_path):
    holes = Holes()
    async with stage(tmp_path, ["judge", "party-1"]) as court, async_playwright() as playwright:
        judge = await court.judge(source=talk(20.0), network_out=holes, red=False)
        async with contextlib.AsyncExitStack() as stack, person(playwright, court, "party-1", tmp_path) as party:
            stack.push_async_callback(judge.close)
            await begin(judge, party)
            clean = whole(await lines(court, played, SECONDS))
            holes.digs = True
            lossy = whole(await lines(court, lambda pair, line: played(pair, line) and line.received < 40, SECONDS))
            await party.page.evaluate("for (const audio of document.querySelectorAll('audio')) audio.muted = true")
            off = whole(await lines(court, lambda pair, line: pair is not None and pair.sound == "muted", 5))
            note("ledger, Chromium", clean=clean.share, lossy=lossy.share, truth=70, off=off.share, seconds=SECONDS)
            assert clean.share >= 98
            assert abs(lossy.share - 70) <= 2
            assert (off.share, off.cause) == (0, "muted")
            assert clean.contradiction is lossy.contradiction is off.contradiction is None
            assert party.errors == []


async def begin(judge, party) -> None:
    await judge.join()
    await judge.media_ready(PATIENCE)
    await party.enter()
    await judge.session.until(lambda h: any(s["standing"] == "waiting" for s in h["seats"]))
    await judge.api.act("admit", "party-1")
    await judge.api.act("start", reason="All are heard")
    await party.on("hearing")
    await party.connected()
