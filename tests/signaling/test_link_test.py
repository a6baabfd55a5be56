"""The link test before entry (Rules ¶38): bounded, for who has a seat, and told to the court."""

from __future__ import annotations

import pytest

from hearings.link_test import LinkTried
from hearings.office.policies import Policies
from signaling.link_test import BUDGET, MOST, Turns
from signaling.problems import Problem

URL = "/api/v1/link-test"


@pytest.mark.parametrize(
    ("down", "up", "mobile", "enough", "verdict"),
    [
        (1_000_000, 1_000_000, None, True, "good"),
        (999_999, 9_000_000, False, True, "bad"),
        (9_000_000, 999_999, None, True, "bad"),
        (500_000, 500_000, True, True, "good"),
        (500_000, 500_000, True, False, "bad"),
    ],
)
def test_the_rate_decides_unless_the_court_says_that_4g_is_enough(down, up, mobile, enough, verdict):
    assert LinkTried(down, up, mobile).verdict(Policies(1, {"mobile_4g_enough": enough})) == verdict


async def waiting(court):
    await court.opened()
    return await court.enter()


async def test_bytes_go_both_ways_for_who_has_a_seat(court):
    party = await waiting(court)
    async with court.http.get(f"{URL}?bytes=100000", headers=party.headers) as response:
        assert (response.headers["Cache-Control"], len(await response.read())) == ("no-store", 100_000)
    async with court.http.post(URL, data=b"x" * 100_000, headers=party.headers) as response:
        assert await response.json() == {"bytes": 100_000}
    assert (await court.http.get(f"{URL}?bytes=1")).status == 401


@pytest.mark.parametrize("count", ["", "0", "-1", "x", str(MOST + 1), "²"])
async def test_a_size_out_of_bounds_is_refused(court, count):
    party = await waiting(court)
    async with court.http.get(URL, params={"bytes": count}, headers=party.headers) as response:
        assert (response.status, (await response.json())["params"]) == (400, {"field": "bytes"})


async def test_more_than_is_taken_is_refused(court):
    party = await waiting(court)
    async with court.http.post(URL, data=b"x" * (MOST + 1), headers=party.headers) as response:
        assert response.status == 413


def test_one_at_a_time_few_of_a_network_and_so_many_bytes_a_minute():
    now = [0.0]
    turns = Turns(lambda: now[0])

    def refused(session, where="network"):
        with pytest.raises(Problem, match="slow-down"), turns.take(session, where):
            pass

    with turns.take("a", "network"):
        refused("a")
    takes = [turns.take(f"s{n}", "network") for n in range(8)]
    for take in takes:
        take.__enter__()
    refused("another")
    with turns.take("another", "elsewhere"):
        pass
    for take in takes:
        take.__exit__(None, None, None)
    turns.spend("a", BUDGET)
    refused("a")
    now[0] += 60.0
    with turns.take("a", "network"):
        pass


async def test_the_court_sees_the_figures_and_nobody_is_kept_out(court):
    party, clerk = await waiting(court), await court.staff("clerk")
    await clerk.connect()
    await party.connect()
    async with court.http.put(URL, json={"down_bps": 800_000, "up_bps": 300_000}, headers=party.headers) as response:
        told = await response.json()
    assert told == {
        "down_bps": 800_000, "up_bps": 300_000, "mobile_4g": None, "asked_bps": 1_000_000, "verdict": "bad",
    }  # fmt: skip

    def shown(message):
        return {seat["seat"]: seat["link_test"] for seat in message["hearing"]["seats"]}

    seen = await clerk.expect("hearing", lambda m: shown(m)["party-1"])
    assert shown(seen)["party-1"] == told
    assert (await clerk.act("admit", seat="party-1"))[0] == 200
    inside = await party.expect("hearing", lambda m: m["hearing"]["you"]["inside"])
    assert shown(inside)["party-1"] is None


@pytest.mark.parametrize("wrong", [{"up_bps": 1}, {"down_bps": -1}, {"down_bps": 1.5}, {"mobile_4g": "yes"}])
async def test_figures_that_are_none_are_refused(court, wrong):
    party = await waiting(court)
    body = {"down_bps": 1, "up_bps": 1} | wrong
    if wrong == {"up_bps": 1}:
        del body["down_bps"]
    async with court.http.put(URL, json=body, headers=party.headers) as response:
        assert (response.status, (await response.json())["code"]) == (400, "bad-request")
