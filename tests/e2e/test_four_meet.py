"""Four people with real browsers meet: everybody sees and hears everybody; test_four.py measures how well."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from playwright.async_api import async_playwright

from tests.e2e.people import PHONE, person
from tests.e2e.stage import stage
from tests.e2e.test_four import SEATS

pytestmark = pytest.mark.browser

PATIENCE = 120.0
FRAMES = 20
TONES = 5
"""Moments at which a seat's tone stood out in what another heard of it."""


async def test_four_people_with_phones_see_and_hear_each_other(tmp_path):
    async with contextlib.AsyncExitStack() as stack:
        court = await stack.enter_async_context(stage(tmp_path))
        playwright = await stack.enter_async_context(async_playwright())
        people = [
            await stack.enter_async_context(person(playwright, court, seat, tmp_path, code, viewport=PHONE))
            for code, seat in enumerate(SEATS)
        ]
        judge, *others = people
        await judge.enter()
        await judge.on("hearing")
        await judge.click("people")
        for one in others:
            await one.enter()
            await one.connected()
            await judge.click(f"admit-{one.seat}")
        await judge.start()
        for one in people:
            await until(one, "counters()", sees)
            await one.read("watch()")
        for one in people:
            await until(one, "tones", hears)
            await until(one, "frames", shows)
            for seat, frames in (await one.read("frames")).items():
                assert {person for person, *_ in frames} <= ({SEATS.index(seat), -1} if seat in SEATS else set())
        assert [error for one in people for error in one.errors] == []


async def until(one, what, enough):
    """Until it is ``enough`` for all others' seats."""
    async with asyncio.timeout(PATIENCE):
        others = [seat for seat in SEATS if seat != one.seat]
        while True:
            found = await one.read(what)
            if all(enough(found, seat) for seat in others):
                return
            await asyncio.sleep(0.5)


def sees(counters, seat):
    return counters["received"].get(seat, {}).get("decoded", 0) >= FRAMES


def shows(frames, seat):
    return sum(person == SEATS.index(seat) for person, *_ in frames.get(seat, [])) >= FRAMES


def hears(tones, seat):
    return seat in tones and tones[seat][SEATS.index(seat)] >= TONES
