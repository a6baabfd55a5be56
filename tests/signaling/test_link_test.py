"""The link test before entry (Rules ¶38): bounded, for who has a seat, and told to the court."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from aiohttp import ClientPayloadError
from structlog.testing import capture_logs

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
        with pytest.raises(Problem, match="slow-down") as found, turns.take(session, where):
            pass
        return found.value.params["seconds"]

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
    now[0] += 20.0
    assert refused("a") == 40
    now[0] += 40.0
    with turns.take("a", "network"):
        pass


def test_a_result_is_taken_every_five_seconds():
    now = [0.0]
    turns = Turns(lambda: now[0])
    turns.tell("a")
    turns.tell("b")
    now[0] = 3.5
    with pytest.raises(Problem, match="slow-down") as refused:
        turns.tell("a")
    assert refused.value.params == {"seconds": 2}
    now[0] = 5.0
    turns.tell("a")


async def test_results_one_after_another_are_refused(court):
    party = await waiting(court)
    answers = [await court.http.put(URL, json={"down_bps": n, "up_bps": n}, headers=party.headers) for n in range(3)]
    assert [answer.status for answer in answers] == [200, 429, 429]
    assert answers[1].headers["Retry-After"] == "5"


async def test_a_result_that_changes_nothing_is_not_told_again(court, monkeypatch):
    await court.opened()
    told = []
    room = await court.hub.room(court.hearing)
    monkeypatch.setattr(court.hub, "_snapshots", told.append)
    for rate in (1, 1, 2):
        court.hub.tried(room, "a device", LinkTried(rate, rate, None))
    assert len(told) == 2


async def test_a_download_that_lasts_too_long_ends_without_another_answer_in_it(court, monkeypatch):
    async def never(_response, _data):
        await asyncio.Event().wait()

    party = await waiting(court)
    monkeypatch.setattr("signaling.link_test._LASTS_S", 0.01)
    monkeypatch.setattr("aiohttp.web.StreamResponse.write", never)
    with capture_logs() as logs:
        response = await court.http.get(f"{URL}?bytes=100000", headers=party.headers)
        with pytest.raises(ClientPayloadError):
            await response.read()
    assert [entry for entry in logs if entry["event"] == "request_failed"] == []


async def test_an_upload_that_is_broken_off_is_nobodys_mistake(court, monkeypatch):
    began, ended = asyncio.Event(), asyncio.Event()

    @contextlib.contextmanager
    def take(*_):
        try:
            yield
        finally:
            ended.set()

    party = await waiting(court)
    monkeypatch.setattr(Turns, "spend", lambda *_: began.set())
    monkeypatch.setattr(Turns, "take", take)
    _, writer = await asyncio.open_connection(court.http.host, court.http.port)
    lines = [f"POST {URL} HTTP/1.1", "Host: localhost", "Content-Length: 1000", "", "some of it"]
    lines[2:2] = [f"{name}: {value}" for name, value in party.headers.items()]
    with capture_logs() as logs:
        writer.write("\r\n".join(lines).encode())
        await began.wait()
        writer.close()
        await ended.wait()
    assert [entry for entry in logs if entry["event"] == "request_failed"] == []


async def test_the_court_sees_the_figures_and_nobody_is_kept_out(court):
    party, clerk = await waiting(court), await court.staff("clerk")
    await clerk.connect()
    await party.connect()
    async with court.http.put(URL, json={"down_bps": 800_000, "up_bps": 300_000}, headers=party.headers) as response:
        told = await response.json()
    assert told == {
        "down_bps": 800_000, "up_bps": 300_000, "mobile_4g": None, "down_path": "http", "up_path": "http",
        "asked_bps": 1_000_000, "verdict": "bad",
    }  # fmt: skip

    def shown(message):
        return {seat["seat"]: seat["link_test"] for seat in message["hearing"]["seats"]}

    seen = await clerk.expect("hearing", lambda m: shown(m)["party-1"])
    assert shown(seen)["party-1"] == told
    assert (await clerk.act("admit", seat="party-1"))[0] == 200
    inside = await party.expect("hearing", lambda m: m["hearing"]["you"]["inside"])
    assert shown(inside)["party-1"] is None


@pytest.mark.parametrize(
    "wrong", [{"up_bps": 1}, {"down_bps": -1}, {"down_bps": 1.5}, {"mobile_4g": "yes"}, {"up_path": "air"}]
)
async def test_figures_that_are_none_are_refused(court, wrong):
    party = await waiting(court)
    body = {"down_bps": 1, "up_bps": 1} | wrong
    if wrong == {"up_bps": 1}:
        del body["down_bps"]
    async with court.http.put(URL, json=body, headers=party.headers) as response:
        assert (response.status, (await response.json())["code"]) == (400, "bad-request")
