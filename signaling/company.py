"""Signs that a witness is not alone (Rules ¶28-1): told to the clerk as signs, never as findings. No I/O, no clock.

A second face may be a photograph, a second voice somebody in the next room, and two people behind one address may be
neighbours. That the second voice is heard while the witness is silent is known by its sound, not by the witness's lips.
"""

from __future__ import annotations

from ipaddress import ip_network
from typing import Literal, TypedDict

from signaling.room import Room

Sign = Literal["second-face", "second-voice", "same-network"]


class Told(TypedDict):
    """``seats``: with whom the network is shared."""

    sign: Sign
    seats: list[str]


def signs(room: Room, now: float) -> dict[str, list[Told]]:
    """By witness. Who sits in a courtroom or an institution is rightly among others."""
    found: dict[str, list[Told]] = {}
    for seat in room.hearing.seats.values():
        if seat.role == "witness" and seat.taken and seat.place == "personal_device":
            found[seat.code] = [*_second_person(room, seat.code, now), *_same_network(room, seat.code)]
    return {code: told for code, told in found.items() if told}


def _second_person(room: Room, code: str, now: float) -> list[Told]:
    surroundings = room.surroundings.seats.get(code)
    if surroundings is None:
        return []
    found: dict[Sign, bool] = {
        "second-face": surroundings.company.at(now), "second-voice": surroundings.company.heard(now),
    }  # fmt: skip
    return [Told(sign=sign, seats=[]) for sign, there in found.items() if there]


def _same_network(room: Room, code: str) -> list[Told]:
    here = {one.seat: one.network for one in room.conversations.values() if one is room.in_seat(one.seat)}
    mine = here.pop(code, "")
    shared = sorted(other for other, network in here.items() if network == mine)
    return [Told(sign="same-network", seats=shared)] if shared and _tells(mine) else []


def _tells(network: str) -> bool:
    """This machine's own address is that of a proxy that does not say for whom it asks."""
    try:
        found = ip_network(network, strict=False)
    except ValueError:
        return False
    return not (found.is_loopback or found.network_address.is_unspecified)
