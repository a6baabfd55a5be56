"""A hearing played end to end in real browsers, on each database. With SHOTS=FOLDER its screens are kept."""

from __future__ import annotations

import asyncio
import io
import os
from pathlib import Path

import av
import pytest
import pytest_asyncio
from playwright.async_api import async_playwright
from pypdf import PdfReader

from courtroom.office import open_office
from hearings.times import seconds
from recorder.avr import show
from tests.e2e.figures import note
from tests.e2e.headless import avr_of
from tests.e2e.play import CASE, NAMES, PROBLEM, RULING, STAFF, WATCHED_S, all_of_it, papers, staged

# Eleven pages with pictures: a slow machine of two cores takes five minutes, and its browsers rest their pictures.
pytestmark = [pytest.mark.browser, pytest.mark.soak]

COURSE = [
    "test_begun", "test_ended", "opened", "started", "adjourned", "resumed", "session_closed", "session_reopened",
    "concluded",
]  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["sqlite", "postgresql"])
async def played(request, tmp_path_factory):
    """The play, its events, and its AVR."""
    folder = tmp_path_factory.mktemp("played")
    database = {}
    if request.param == "postgresql":
        cluster = request.getfixturevalue("postgresql")
        database = {"database": {"url": await asyncio.to_thread(cluster.url, True)}}
    shots = os.environ.get("SHOTS")
    async with async_playwright() as playwright, staged(playwright, folder, shots and Path(shots), **database) as play:
        try:
            await all_of_it(play)
            await papers(play)
        except BaseException:
            for who, page in play.pages.items():
                await page.screenshot(path=str(folder / f"failed-{who}.png"))
            raise
        avr = await avr_of(play.court)
        async with open_office(play.settings) as office:
            events = await office.store.events_after(play.hearing, 0)
        yield play, [stored.event for stored in events], avr


async def test_the_hearing_took_its_course(played):
    _, events, _ = played
    assert [event.kind for event in events if event.kind in COURSE] == COURSE


async def test_in_the_closed_session_nothing_comes_in_or_goes_out_by_a_link_and_the_courtroom_goes_on(played):
    play, _, _ = played
    assert set(play.outside) >= {"judge→party", "judge→witness", "party-1→judge", "witness-1→clerk", "party-1→witness"}
    note("closed session, packets", seconds=WATCHED_S, sent=play.disobeyed, outside=play.outside, inside=play.inside)
    assert play.disobeyed > 20 * WATCHED_S
    assert max(play.outside.values()) == 0
    assert min(play.inside.values()) > 20 * WATCHED_S


async def test_of_the_closed_session_the_record_has_the_courtroom_alone(played):
    _, events, avr = played
    at = {event.kind: seconds(event.at) for event in events}
    since, until = at["session_closed"] - at["started"] + 1, at["session_reopened"] - at["started"]
    frames = recorded(avr, since, until)
    note("closed session, recorded frames", seconds=round(until - since, 1), **frames)
    assert {seat for seat, count in frames.items() if count} == {"judge", "clerk"}
    before = recorded(avr, 0, at["session_closed"] - at["started"])
    assert min(before[seat] for seat in ("judge", "clerk", "party-1", "witness-1")) > 0


def recorded(avr, since, until):
    """Frames per seat between two moments of the sitting, in seconds."""
    seats = [track.title.split()[0] for track in show(avr).tracks]
    counts = dict.fromkeys(seats, 0)
    with av.open(str(avr)) as container:
        for packet in container.demux([stream for stream in container.streams if stream.type in ("audio", "video")]):
            if packet.pts is not None and since < packet.pts * packet.time_base < until:
                counts[seats[packet.stream.index]] += 1
    return counts


async def test_the_signed_minutes_tell_what_happened(played):
    play, _, _ = played
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(play.minutes)).pages)
    words = " ".join(text.split())
    for said in (*NAMES.values(), STAFF["judge"][1], STAFF["clerk"][1], CASE, RULING, PROBLEM):
        assert said in words


async def test_no_script_failed(played):
    play, _, _ = played
    assert play.errors == []
