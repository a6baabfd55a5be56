"""What the benchmark of the link check takes for right, and how its link varies."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from bench import linkcheck
from bench.linkcheck import ASKED_KBIT, VARYING, right, shaped

RIGHT = [(1_100, "good", True), (890, "good", False), (890, "bad", True)]


@pytest.mark.parametrize(("mean", "verdict", "found"), RIGHT)
def test_right_is_what_is_right_of_the_mean(mean, verdict, found):
    media = {"down_path": "media", "up_path": "media"}
    assert right(mean, {"verdict": verdict, **media}) is found
    assert not right(mean, {"verdict": verdict, **media, "down_path": "http"})


def test_no_mean_is_within_a_tenth_of_what_is_asked():
    assert all(abs(rate / ASKED_KBIT - 1) > 0.1 for rate in VARYING)


class Recorded:
    def __init__(self):
        self.rates = []
        self.many = asyncio.Event()

    async def shape(self, up, down):
        assert up == down
        self.rates.append(up.rate_kbit)
        if len(self.rates) == 200:
            self.many.set()


async def test_the_rate_varies_evenly_about_its_mean_and_stays_where_it_does_not_vary(monkeypatch):
    monkeypatch.setattr(linkcheck, "LASTS_S", (0.0, 0.0))
    link, steady = Recorded(), Recorded()
    async with shaped(link, 1_000, 0.0, 0.2, Random(1)):
        await asyncio.wait_for(link.many.wait(), 5)
    async with shaped(steady, 1_000, 0.0, 0.0, Random(1)):
        await asyncio.sleep(0)
    assert min(link.rates) >= 800
    assert max(link.rates) <= 1_200
    assert sum(link.rates) / len(link.rates) == pytest.approx(1_000, rel=0.02)
    assert steady.rates == [1_000]
