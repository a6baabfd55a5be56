"""Twenty people in one hearing, and a phone among them: everybody gets all speech, and the phone can be used."""

from __future__ import annotations

import asyncio
import itertools
import os
import statistics
from pathlib import Path
from time import monotonic

import pytest
import pytest_asyncio

from tests.e2e.crowd import OTHERS, SPEAKERS, WITH_PHONE, crowd
from tests.e2e.figures import note
from tests.e2e.people import PHONE

# Needs both cores to itself: `make soak`, on a machine that does nothing else.
pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.asyncio(loop_scope="module")]

SECONDS = 20.0
LATE = 3.0
"""Seconds in which the last packets, and those that were lost on the way, may still come."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def twenty(tmp_path_factory):
    """The crowd, with what was sent and heard in a span of ``SECONDS``, and the phone's counters around it."""
    async with crowd(tmp_path_factory.mktemp("crowd"), SECONDS + 10) as all_:
        await asyncio.gather(
            *(
                one.hears(seat, "audio", 50, timeout=30)
                for one in all_.people.values()
                for seat in SPEAKERS
                if one is not all_.people[seat]
            )
        )
        await all_.phone.page.wait_for_function(
            "count => document.querySelectorAll('[data-testid=tile][data-picture=seen]').length >= count", arg=10
        )
        media = all_.court.children()["media"]
        first = {seat: len(one.player.sent) for seat, one in all_.speakers().items()}
        before, cpu, began = await all_.phone.read("counters()"), cpu_seconds(media), monotonic()
        await asyncio.sleep(SECONDS)
        last = {seat: len(one.player.sent) for seat, one in all_.speakers().items()}
        cpu, span = cpu_seconds(media) - cpu, monotonic() - began
        after = await all_.phone.read("counters()")
        await asyncio.sleep(LATE)
        sent = {seat: one.player.sent[first[seat] : last[seat]] for seat, one in all_.speakers().items()}
        sent = {seat: [unit for unit in units if unit.unit.codec == "opus"] for seat, units in sent.items()}
        yield all_, sent, (before, after), cpu / span


def cpu_seconds(pid):
    """Of a process, from the operating system (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def test_every_listener_gets_every_packet_of_speech_in_order(twenty):
    all_, sent, _, _ = twenty
    assert all(len(units) > 0.5 * SECONDS * 50 for units in sent.values())
    for listener, speaker in itertools.product(all_.people, sent):
        if listener != speaker:
            expected = [unit.unit.data for unit in sent[speaker]]
            got = [opus for _, (opus, _) in sorted(all_.ears[listener].heard[speaker].items())]
            start = got.index(expected[0])
            assert got[start : start + len(expected)] == expected, (listener, speaker)


async def test_the_phone_loses_no_speech(twenty):
    _, _, (before, after), _ = twenty
    concealed = {}
    for seat in SPEAKERS:
        was, now = before["sound"][seat], after["sound"][seat]
        assert now["lost"] == 0
        concealed[seat] = round((now["concealed"] - was["concealed"]) / (now["samples"] - was["samples"]), 4)
    note("twenty, phone", concealed=concealed)


async def test_the_figures_of_twenty(twenty):
    all_, sent, _, cpu = twenty
    sent_at = {(seat, unit.unit.data): unit.at for seat, units in sent.items() for unit in units}
    late = [
        arrival - sent_at[seat, opus]
        for ear in all_.ears.values()
        for seat, heard in ear.heard.items()
        for opus, arrival in heard.values()
        if (seat, opus) in sent_at
    ]
    streams = [stream for one in all_.people.values() for stream in one.subscriber.streams() if stream.received]
    cuts = statistics.quantiles(late, n=100)
    note(
        "twenty", media_cpu=round(cpu, 3), speech_packets=len(late), speech_p50_ms=round(1000 * cuts[49], 2),
        speech_p99_ms=round(1000 * cuts[98], 2), received=sum(s.received for s in streams),
        asked_again=sum(s.nacked for s in streams), missing=sum(s.lost for s in streams),
    )  # fmt: skip
    assert len(late) == sum(len(units) * len(all_.people) - len(units) for units in sent.values())


async def test_everybody_has_a_picture_on_the_phone(twenty):
    all_, *_ = twenty
    seats = set(
        await all_.phone.page.locator("[data-testid=tile]").evaluate_all("all => all.map(one => one.dataset.seatTile)")
    )
    assert seats == {*SPEAKERS, *OTHERS}
    pictures = await all_.phone.read("counters()")
    assert all(pictures["received"][seat]["decoded"] > 0 for seat in seats)


async def test_with_twenty_the_phone_shows_the_speaker_large_and_nothing_beyond_its_edges(twenty):
    all_, *_ = twenty
    page = all_.phone.page
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert await page.evaluate("document.documentElement.scrollHeight") <= PHONE["height"]
    large = page.locator(".tile.main")
    assert await large.get_attribute("data-seat-tile") in SPEAKERS
    box = await large.bounding_box()
    assert box["width"] > 0.6 * PHONE["width"]
    assert box["y"] >= 0
    assert box["y"] + box["height"] < PHONE["height"]


@pytest.mark.parametrize("control", ["microphone", "camera", "devices", "leave"])
async def test_with_twenty_every_control_of_the_phone_can_be_touched(twenty, control):
    all_, *_ = twenty
    box = await all_.phone.page.get_by_test_id(control).bounding_box()
    assert box["height"] >= 44
    assert box["width"] >= 44  # WCAG 2.5.5
    assert box["y"] + box["height"] <= PHONE["height"]
    await all_.phone.page.get_by_test_id(control).click(trial=True)


async def test_with_twenty_the_phone_answers_a_touch(twenty):
    all_, *_ = twenty
    page = all_.phone.page
    await page.get_by_test_id("microphone").click()
    await page.locator("[data-testid=microphone][data-state=off]").wait_for()
    await all_.people["judge"].session.until(lambda hearing: of(hearing, WITH_PHONE)["connected"])
    assert all_.phone.errors == []


def of(hearing, seat):
    return next(one for one in hearing["seats"] if one["seat"] == seat)
