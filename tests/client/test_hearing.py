"""A whole hearing over the protocol: the real server, headless people, real media."""

from __future__ import annotations

import asyncio

import pytest

from tests.client import red, sdp
from tests.client.court import court
from tests.client.rtp import RtpPacket
from tests.client.source import AccessUnit, Source
from tests.media import material

SECONDS = 4.0


def source(codec="VP8"):
    pictures, sound = material.video(codec, seconds=SECONDS), material.opus(seconds=SECONDS)
    video = tuple(AccessUnit(codec, u.time, 0.04, u.data, u.key) for u in pictures)
    return Source(tuple(AccessUnit("opus", u.time, 0.02, u.data, True) for u in sound), {"": video}, SECONDS)


@pytest.fixture
async def sitting(tmp_path):
    """A judge and a party in session, both sending."""
    async with court(tmp_path) as place:
        judge = await place.judge(source=source())
        party = await place.participant("party-1", source=source())
        try:
            await judge.join()
            await party.join()
            assert await party.session.until_standing("waiting") == "waiting"
            await judge.session.until(lambda h: any(s["standing"] == "waiting" for s in h["seats"]))
            await judge.api.act("admit", "party-1")
            await party.session.until_standing("admitted")
            await judge.api.act("start", reason="all are heard")
            await party.session.until_state("in_session")
            yield place, judge, party
        finally:
            for person in (judge, party):
                await person.close()


DESCRIPTOR = 4
"""Octets of the VP8 payload descriptor with a 15-bit picture number (RFC 7741 §4.2)."""


class Frames:
    """Whole pictures and sounds as a listener gets them, by seat."""

    def __init__(self) -> None:
        self.pictures: dict[str, list[bytes]] = {}
        self.sounds: dict[str, list[bytes]] = {}
        self._parts: dict[tuple[str, int], list[tuple[int, bytes, bool]]] = {}

    def take(self, seat: str, kind: str, packet: RtpPacket, arrival: float) -> None:
        if kind == "audio":
            blocks = red.unpack(packet.payload) if packet.payload_type == sdp.RED else [(0, packet.payload)]
            self.sounds.setdefault(seat, []).append(blocks[-1][1])
            return
        parts = self._parts.setdefault((seat, packet.timestamp), [])
        parts.append((packet.sequence, packet.payload[DESCRIPTOR:], packet.marker))
        if packet.marker:
            self.pictures.setdefault(seat, []).append(b"".join(payload for _, payload, _ in sorted(parts)))


async def test_admitted_and_in_session_they_see_and_hear_each_other(sitting):
    _, judge, party = sitting
    frames = Frames()
    judge.on_packet = frames.take
    await asyncio.gather(
        judge.hears("party-1", "audio", 50), judge.hears("party-1", "video", 50),
        party.hears("judge", "audio", 50), party.hears("judge", "video", 50),
    )  # fmt: skip
    assert judge.session.gaps == party.session.gaps == 0
    sent = source()
    assert set(frames.sounds["party-1"]) <= {unit.data for unit in sent.audio}
    assert set(frames.pictures["party-1"][1:]) <= {unit.data for unit in sent.video[""]}
    assert len(frames.pictures["party-1"]) >= 5


async def test_a_media_server_that_was_killed_is_found_again(sitting):
    place, judge, party = sitting
    await judge.hears("party-1", "audio", 10)
    place.kill("media")
    await judge.hears("party-1", "audio", 100, timeout=20)
    await party.hears("judge", "video", 100, timeout=20)
    assert judge.connections >= 2


async def test_media_go_on_while_the_app_is_down(sitting):
    place, judge, party = sitting
    await judge.hears("party-1", "audio", 10)
    place.kill("app")
    await judge.hears("party-1", "audio", 50)
    assert judge.connections == 1
    async with asyncio.timeout(20):
        await party.session.connected.wait()
    await judge.session.until_state("in_session", timeout=20)


def counted(person):
    return {heard: reception.packets for heard, reception in person.received.items()}


async def test_a_closed_session_stops_every_remote_packet_and_stays_closed_after_a_crash(sitting):
    """Rules ¶6, on the wire: nothing to or from the party, nothing of the party on disk, until a new order."""
    place, judge, party = sitting
    clerk = await place.judge("clerk")
    try:
        await clerk.join()
        await asyncio.gather(judge.hears("party-1", "audio", 10), clerk.hears("judge", "audio", 10))
        await judge.api.act("close_session", reason="A trade secret")
        await party.session.until_state("closed_session")
        await clerk.hears("judge", "audio", 20)
        remote = counted(party)
        told = [person.reception("party-1", kind).packets for person in (judge, clerk) for kind in ("audio", "video")]
        recorded = {take: take.stat().st_size for take in place.takes() if "party-1" in take.name}
        for crash in ("media", "app", None):
            if crash:
                place.kill(crash)
            await clerk.hears("judge", "audio", 50, timeout=30)
        assert counted(party) == remote
        assert told == [
            person.reception("party-1", kind).packets for person in (judge, clerk) for kind in ("audio", "video")
        ]
        assert recorded == {take: take.stat().st_size for take in place.takes() if "party-1" in take.name}
        async with asyncio.timeout(20):
            await judge.session.connected.wait()
            await party.session.connected.wait()
        assert party.session.hearing["state"] == "closed_session"
        await judge.api.act("reopen", reason="It is heard")
        await asyncio.gather(
            party.hears("judge", "audio", 20, timeout=20), judge.hears("party-1", "audio", 20, timeout=20)
        )  # fmt: skip
    finally:
        await clerk.close()
