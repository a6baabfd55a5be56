"""Wrong words slow down and never lock anyone out, whoever floods."""

from __future__ import annotations

import asyncio

import pytest

from hearings.slowdown import FIRST
from signaling import tries
from signaling.crowd import AGAIN_S
from tests.signaling.flood import CHECK_S, Flooded

HOME, PRISON = "192.0.2.1", "198.51.100.7"
SIXTEEN = [f"203.0.{number}.9" for number in range(16)]
ONE_48 = [f"2001:db8:1:{number:x}::1" for number in range(16)]
MANY = [f"10.{number}.0.1" for number in range(120)]
FLOODS = {
    "one seat from sixteen networks": {"addresses": SIXTEEN},
    "one seat from sixteen networks of one customer": {"addresses": ONE_48},
    "ever other seats from sixteen networks": {"addresses": SIXTEEN, "seats": ["seat-{}"]},
    "ever other seats from a hundred and twenty": {"addresses": MANY, "seats": ["seat-{}"]},
}
DOORS = {"participants": ["staff", "applicants"], "staff": ["participants"], "applicants": ["participants"]}
WAITING_MOST = tries.PARTICIPANTS_MOST + 2 * tries.OTHERS_MOST
TWO_SECONDS = 2.0
"""What wrong words from elsewhere cost at a seat, at most."""


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
async def test_a_first_try_is_checked_at_once_while_a_flood_fills_everything(flood):
    async with Flooded() as court:
        court.flood(**flood)
        await court.wait(40)
        assert court.refused > 0
        turns = 2 * min(len(flood["addresses"]), WAITING_MOST) + 2
        for number in range(10):
            assert await court.first_try(f"192.0.{number}.1") <= TWO_SECONDS + turns * CHECK_S


async def test_behind_one_address_a_flood_at_one_seat_shuts_out_no_other_seat():
    async with Flooded() as court:
        court.flood([PRISON], ["party-2"], 200)
        await court.wait(40)
        assert court.refused > 0
        for number in range(10):
            assert await court.first_try(PRISON, seat=f"party-1{number}") <= TWO_SECONDS


@pytest.mark.parametrize("per_second", [35, 100])
async def test_behind_one_address_a_flood_at_ever_other_seats_is_outlasted_by_the_page(per_second):
    async with Flooded() as court:
        court.flood([PRISON], ["seat-{}"], per_second)
        await court.wait(40)
        assert court.refused > 0
        assert await court.as_the_page_does(PRISON) <= 120


@pytest.mark.parametrize("seed", range(5))
async def test_nobody_holds_a_seat_by_filling_it_from_the_same_address(seed):
    async with Flooded(seed) as court:
        court.hold(PRISON)
        await court.wait(40)
        async with asyncio.timeout(20):
            assert await court.as_the_page_does(PRISON) <= 300


@pytest.mark.parametrize(("door", "others"), DOORS.items())
async def test_a_flood_at_one_door_leaves_the_others_open(door, others):
    async with Flooded() as court:
        court.flood(MANY, ["seat-{}"], door=door)
        await court.wait(40)
        assert court.refused > 0
        for other in others:
            assert await court.first_try(MANY[0], door=other) <= 10 * CHECK_S


async def test_whoever_is_let_in_is_checked_within_the_time_that_the_page_waits():
    async with Flooded() as court:
        court.flood(MANY, ["seat-{}"])
        court.flood(MANY, ["seat-{}"], door="staff")
        court.flood(MANY, ["seat-{}"], door="applicants")
        court.flood([PRISON], ["seat-{}"])
        court.flood([PRISON], ["party-1"], 2)
        await court.wait(40)
        for _ in range(3):
            assert await court.first_try(HOME) <= 30 + WAITING_MOST * CHECK_S < 75


async def test_what_waits_is_bounded_whatever_comes():
    async with Flooded() as court:
        for door in DOORS:
            court.flood(MANY, ["seat-{}"], 50, door)
        await court.wait(20)
        assert court.refused > 0
        assert court.most <= WAITING_MOST


async def test_who_had_to_go_is_not_slowed_down_for_it():
    async with Flooded() as court:
        court.flood([PRISON], ["seat-{}"], 60)
        await court.wait(20)
        assert await court.as_the_page_does(PRISON, seat="quiet", right=False) > AGAIN_S
        assert court.doors.participants._slowdown.attempt("7/1", "quiet", PRISON, court.hours.now) == FIRST
