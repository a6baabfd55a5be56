"""A machine that is overloaded takes nobody new, and everybody back whom the hearing has admitted."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.load import SECONDS, Load
from gateway.messages import ControlError
from tests.gateway.rooms import Hearing
from tests.gateway.test_server import speak


@pytest.fixture
async def two(tmp_path: Path):  # type: ignore[no-untyped-def]
    async with Hearing(["judge", "party-1"], tmp_path) as hearing:
        yield hearing


def overload(hearing: Hearing) -> None:
    """From now on every second is a busy one."""
    load = hearing.server._load = Load(busy=-1.0)
    for _ in range(SECONDS):
        load.second(0.0)


async def test_a_newcomer_is_refused_in_both_directions_and_leaves_no_trace(two: Hearing) -> None:
    await two.publish("judge")
    overload(two)
    for connect in (two.publish, two.subscribe):
        with pytest.raises(ControlError, match="overloaded"):
            await connect("party-1")
    assert list(two.server.rooms["h"].members) == ["judge"]


async def test_who_has_a_connection_gets_others(two: Hearing) -> None:
    await two.publish("judge")
    overload(two)
    await two.subscribe("judge")
    assert (await two.publish("judge")).audio is not None


async def test_an_admitted_one_whose_connections_have_all_ended_comes_back(two: Hearing) -> None:
    """As after a minute without network."""
    judge = await two.publish("judge")
    await two.subscribe("party-1")
    await two.allow(inside=["party-1"])
    await two.ask("close_seat", hearing="h", seat="party-1")
    assert list(two.server.rooms["h"].members) == ["judge"]
    overload(two)
    listener = await two.subscribe("party-1")
    speak(judge, 5)
    await listener.hears("judge", "audio", 5)
    assert (await two.publish("party-1")).audio is not None


async def test_a_media_server_that_has_restarted_knows_the_admitted_by_their_policy(two: Hearing) -> None:
    await two.allow(inside=["party-1"])
    overload(two)
    assert (await two.publish("party-1")).audio is not None
    with pytest.raises(ControlError, match="overloaded"):
        await two.publish("judge")


async def test_when_it_is_over_a_newcomer_is_let_in(two: Hearing) -> None:
    overload(two)
    with pytest.raises(ControlError, match="overloaded"):
        await two.publish("judge")
    two.server._load = Load()
    assert (await two.publish("judge")).audio is not None
