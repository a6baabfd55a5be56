"""Signs that a witness is not alone: for the clerk, and for nobody else."""

from __future__ import annotations

import pytest

from quality.surroundings import HEARD_S
from tests.signaling.test_surroundings import look

FACES = {"light": ["good", "none"], "faces": 2}


async def a_witness(court):
    judge = await court.opened(start=True)
    party, witness, clerk = await court.admitted(judge), await court.enter("witness-1"), await court.staff("clerk")
    assert (await judge.act("admit", seat="witness-1"))[0] == 200
    assert (await judge.act("call_witness", seat="witness-1"))[0] == 200
    for one in (judge, party, witness, clerk):
        await one.connect()
    return judge, party, clerk


def at_addresses(court, **networks):
    for one in court.hub.rooms()[0].conversations.values():
        one.network = networks.get(one.seat.replace("-", "_"), f"198.51.100.{len(one.seat)}")


def told(sign, *seats):
    return {"witness-1": [{"sign": sign, "seats": list(seats)}]}


async def test_a_second_face_beside_a_witness_is_told_to_the_clerk_alone(court, clock):
    _, _, clerk = await a_witness(court)
    at_addresses(court, witness_1="198.51.100.77")
    look(court, clock, "party-1", times=4, **FACES)
    look(court, clock, "witness-1", times=4, **FACES)
    await court.hub.look_around()
    assert (await clerk.expect("signs"))["seats"] == told("second-face")
    assert all(not one.signs for one in court.hub.rooms()[0].conversations.values() if one.seat != "clerk")


async def test_a_second_voice_beside_a_witness_is_told_to_the_clerk_for_half_a_minute(court, clock):
    _, _, clerk = await a_witness(court)
    at_addresses(court)
    look(court, clock, "party-1", noise=["good", "none"], voices=2)
    look(court, clock, "witness-1", noise=["good", "none"], voices=2)
    await court.hub.look_around()
    assert (await clerk.expect("signs"))["seats"] == told("second-voice")
    look(court, clock, "witness-1", times=1, passed=HEARD_S - 2, noise=["good", "none"], voices=1)
    await court.hub.look_around()
    assert court.hub.rooms()[0].surroundings.seats["witness-1"].company.heard(clock.s)
    clock.s += 3
    await court.hub.look_around()
    assert (await clerk.expect("signs"))["seats"] == {}


async def test_the_voices_at_a_witnesss_place_are_compared_and_nobody_elses(court, clock):
    await a_witness(court)
    sampled = court.media.policies[court.hearing]["sampled"]
    assert {seat: look for seat, look in sampled.items() if look == "witness"} == {"witness-1": "witness"}


async def test_a_witness_behind_the_address_of_a_party_is_told_and_the_address_is_not(court, clock):
    _, _, clerk = await a_witness(court)
    at_addresses(court, witness_1="203.0.113.5", party_1="203.0.113.5")
    await court.hub.look_around()
    assert (await clerk.expect("signs"))["seats"] == told("same-network", "party-1")
    at_addresses(court, witness_1="203.0.113.5", party_1="203.0.113.6")
    await court.hub.look_around()
    assert (await clerk.expect("signs"))["seats"] == {}


@pytest.mark.parametrize("address", ["127.0.0.1", "::/64", "", "unknown"])
async def test_an_address_that_is_nobodys_own_is_no_sign(court, clock, address):
    await a_witness(court)
    at_addresses(court, witness_1=address, party_1=address)
    await court.hub.look_around()
    assert all(not one.signs for one in court.hub.rooms()[0].conversations.values())
