"""The link down is measured over the media connection for those who hold a seat, few at once (Rules ¶38)."""

from __future__ import annotations

import pytest

from gateway.messages import ControlError
from signaling.measuring import APART_S, AT_ONCE, Measuring
from signaling.problems import Problem


def test_few_are_measured_at_once_and_nobody_again_at_once():
    now = [0.0]
    measuring = Measuring(lambda: now[0])
    for number in range(AT_ONCE):
        measuring.begin(f"device {number}")
    for name in ("another", "device 0"):
        with pytest.raises(Problem, match="slow-down"):
            measuring.begin(name)
    now[0] = APART_S
    measuring.begin("device 0")


async def waiting(court):
    await court.opened()
    party = await court.enter()
    await party.connect()
    offer = await party.request("subscribe")
    return party, offer["connection"]


async def test_media_is_asked_about_the_devices_own_connection(court):
    party, connection = await waiting(court)
    assert (await party.request("measure", connection=connection))["type"] == "ok"
    assert [request["connection"] for request in court.media.ops("measure")] == [connection]
    assert (await party.request("measure", connection=connection))["problem"]["code"] == "slow-down"


@pytest.mark.parametrize("wrong", ["another device's.1", None])
async def test_nobody_elses_connection_is_measured(court, wrong):
    party, _ = await waiting(court)
    reply = await party.request("measure", connection=wrong)
    assert reply["problem"]["code"] in ("not-permitted", "bad-request")
    assert court.media.ops("measure") == []


async def test_a_machine_that_takes_no_more_measures_nothing(court):
    party, connection = await waiting(court)
    court.hub.load = {"overloaded": True}
    assert (await party.request("measure", connection=connection))["problem"]["code"] == "overloaded"


async def test_what_media_refuses_is_told(court):
    party, connection = await waiting(court)
    court.media.refusals["measure"] = ControlError("overloaded")
    assert (await party.request("measure", connection=connection))["problem"]["code"] == "overloaded"
