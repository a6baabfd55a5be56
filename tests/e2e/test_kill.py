"""``kill -9`` of the media and then of the app process in mid-hearing: nobody is lost and neither is the record."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp
import av
import pytest
import pytest_asyncio
from playwright.async_api import async_playwright

from recorder.matroska import read_blocks
from tests.e2e.figures import note
from tests.e2e.headless import admit, attending, avr_of, presiding, talk
from tests.e2e.people import person
from tests.e2e.stage import stage

pytestmark = pytest.mark.browser

BACK = 10.0
"""Seconds after a restart by which everybody is back by themselves."""
LOST = 1.0
"""Seconds of the record that a kill may cost."""


@dataclass
class Told:
    """What happened, for the tests to judge. Moments in seconds since 1970, spans in seconds."""

    media_killed: float = 0.0
    app_killed: float = 0.0
    unread: dict[str, float] = field(default_factory=dict)
    back: dict[str, float] = field(default_factory=dict)
    outage: float = 0.0
    packets: dict[str, int] = field(default_factory=dict)
    lost: int = -1
    same_connections: bool = False
    banner: str = ""
    errors: list[str] = field(default_factory=list)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(tmp_path_factory):
    """A headless judge and party and a party with a Chromium; both kills; the AVR and what was seen."""
    folder, story = tmp_path_factory.mktemp("kill"), Told()
    async with contextlib.AsyncExitStack() as stack:
        court = await stack.enter_async_context(stage(folder))
        judge = await stack.enter_async_context(presiding(court, talk()))
        party = await stack.enter_async_context(attending(court, "party-2", source=talk()))
        playwright = await stack.enter_async_context(async_playwright())
        browser = await stack.enter_async_context(person(playwright, court, "party-1", folder))
        await browser.enter()
        await browser.on("waiting")
        await judge.session.until(lambda hearing: standing(hearing, "party-1") == "waiting")
        await judge.api.act("admit", "party-1")
        await admit(judge, party)
        await judge.api.act("start", reason="all are heard")
        await asyncio.gather(*(judge.hears(seat, kind, 100) for seat, kind in EVERY_TRACK))
        await pictures(browser, 20)
        await kill_media(court, judge, browser, story)
        await asyncio.gather(*(judge.hears(seat, kind, 100) for seat, kind in EVERY_TRACK))
        await kill_app(court, judge, party, browser, story)
        await judge.hears("party-1", "audio", 100)
        story.errors = browser.errors
        await judge.api.act("conclude")
        yield await avr_of(court), story


EVERY_TRACK = [(seat, kind) for seat in ("party-1", "party-2") for kind in ("audio", "video")]


def standing(hearing, seat):
    return next(one["standing"] for one in hearing["seats"] if one["seat"] == seat)


async def pictures(browser, count):
    """The judge's pictures on this connection are ``count`` and more."""
    async with asyncio.timeout(20):
        while (await browser.read("counters()"))["received"].get("judge", {}).get("decoded", 0) < count:
            await asyncio.sleep(0.1)


async def renewed(browser):
    """The judge's pictures come on another connection than before."""
    await browser.page.wait_for_function("() => ![null, before].includes(courtroomDebug.subscribe)", timeout=20_000)
    await pictures(browser, 5)


async def kill_media(court, judge, browser, story):
    alive = newest_takes(court)
    await browser.page.evaluate("window.before = courtroomDebug.subscribe")
    story.media_killed = time.time()
    court.kill("media")
    before = judge.connections
    story.unread = {source: story.media_killed - readable_until(path) for source, path in alive.items()}
    await healthy(court, "media")
    restarted = time.monotonic()

    async def back(name, coming):
        await coming
        story.back[name] = round(time.monotonic() - restarted, 2)

    await asyncio.gather(
        back("headless", judge.hears("party-2", "audio", 10, timeout=20)),
        back("chromium up", judge.hears("party-1", "video", 10, timeout=20)),
        back("chromium down", renewed(browser)),
    )
    assert judge.connections > before


async def kill_app(court, judge, party, browser, story):
    """The supervisor is held meanwhile, so that there is time to see what goes on without the app."""
    connections = judge.connections, party.connections
    await browser.page.evaluate("window.connectionsBefore = [courtroomDebug.publish, courtroomDebug.subscribe]")
    streams = [one for one in judge.subscriber.streams() if one.received]
    lost = sum(one.lost for one in streams)
    os.kill(court.process.pid, signal.SIGSTOP)
    try:
        story.app_killed = began = time.time()
        court.kill("app")
        heard = {track: judge.reception(*track).packets for track in EVERY_TRACK}
        await asyncio.gather(*(judge.hears(seat, kind, 100) for seat, kind in EVERY_TRACK))
        await browser.page.locator("[data-key='banner.lost']").wait_for()
        story.banner = await browser.page.get_by_test_id("banner").inner_text()
        assert not await answers(court)
        story.packets = {" ".join(track): judge.reception(*track).packets - heard[track] for track in EVERY_TRACK}
        story.outage = time.time() - began
    finally:
        os.kill(court.process.pid, signal.SIGCONT)
    await healthy(court, "app")
    restarted = time.monotonic()
    await asyncio.gather(
        judge.session.until_state("in_session", timeout=20), party.session.connected.wait(),
        browser.page.wait_for_function("() => courtroomDebug.attendance.line === 'online'"),
    )  # fmt: skip
    story.back["after the app"] = round(time.monotonic() - restarted, 2)
    story.lost = sum(one.lost for one in streams) - lost
    same = "connectionsBefore.every((pc, n) => pc === [courtroomDebug.publish, courtroomDebug.subscribe][n])"
    story.same_connections = connections == (judge.connections, party.connections) and await browser.page.evaluate(same)


def newest_takes(court):
    """The take that is being written, by seat and kind."""
    return {path.name.rsplit("-", 1)[0]: path for path in court.takes()}


def readable_until(path):
    """The moment of the take's last frame that can be read; its name says when it began."""
    began = datetime.strptime(path.stem.rsplit("-", 1)[1], "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC)
    with path.open("rb") as file:
        *_, last = (block.pts_ms for block in read_blocks(file))
    return began.timestamp() + last / 1000


async def healthy(court, part):
    async with asyncio.timeout(30):
        while not await answers(court, part):
            await asyncio.sleep(0.05)


async def answers(court, part="app"):
    with contextlib.suppress(aiohttp.ClientError, OSError):
        async with aiohttp.ClientSession() as http, http.get(f"{court.url}/healthz") as answer:
            return (await answer.json())[part] == "ok"
    return False


def test_after_a_kill_of_media_takes_are_readable_to_within_a_second(told):
    _, story = told
    note("kill of media", record_lost_s={source: round(lost, 3) for source, lost in story.unread.items()})
    assert {source.rsplit("-", 1)[0] for source in story.unread} == {"judge", "party-1", "party-2"}
    assert max(story.unread.values()) <= LOST


def test_everybody_is_back_by_themselves_after_a_restart(told):
    _, story = told
    note("restart", back_s=story.back)
    assert max(story.back.values()) <= BACK
    assert story.errors == []


def test_media_go_on_while_the_app_is_down_on_the_same_connections(told):
    _, story = told
    note("app down", outage_s=round(story.outage, 2), packets=story.packets, lost=story.lost)
    assert min(story.packets.values()) >= 100
    assert story.lost == 0
    assert story.same_connections


def test_a_participant_reads_that_the_connection_is_being_made_again(told):
    _, story = told
    assert story.banner


@pytest.mark.parametrize("seat", ["judge", "party-1", "party-2"])
def test_one_avr_holds_what_was_before_between_and_after_the_kills(told, seat):
    path, story = told
    for kind in ("audio", "video"):
        times = moments(path, seat, kind)
        kills = (story.media_killed, story.app_killed)
        parts = [sum(a < t < b for t in times) for a, b in itertools.pairwise((0, *kills, float("inf")))]
        assert min(parts) >= 50, (kind, parts)


def test_the_avr_has_no_gap_where_the_app_was_down(told):
    path, story = told
    times = [t for t in moments(path, "party-2", "audio") if abs(t - story.app_killed) < story.outage]
    assert max(after - before for before, after in itertools.pairwise(times)) < 0.2


def moments(path, seat, kind):
    """Of every packet in the seat's tracks of this kind, in seconds since 1970."""
    with av.open(str(path)) as container:
        began = datetime.fromisoformat(container.metadata["creation_time"]).timestamp()
        mine = [s for s in container.streams if s.type == kind and s.metadata.get("title", "").startswith(seat)]
        return sorted(began + float(p.pts * p.time_base) for p in container.demux(mine) if p.pts is not None)
