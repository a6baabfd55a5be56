"""From a known file at a participant to the AVR: nothing changed, nothing missing, everything in its time."""

from __future__ import annotations

import itertools
import json
import subprocess
import time
from datetime import datetime

import av
import pytest
import pytest_asyncio

from recorder.avr import show
from tests.client.source import nal_units, read
from tests.e2e import clapper
from tests.e2e.figures import note
from tests.e2e.headless import admit, attending, avr_of, presiding, talk
from tests.e2e.stage import stage
from tests.media.packetize import avcc_nals

SECONDS = 12.0
SYNC = 0.045
"""Seconds by which sound may be apart from its picture (EBU R37: 40 ms early to 60 ms late is not seen)."""
PARAMETER_SETS = (7, 8)
BEGINS = {"audio": 1.0, "video": 2.0}
"""Seconds after the admission by which the record has begun: a picture's at the next key frame."""


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["H264", "VP8"])
async def recorded(request, tmp_path_factory):
    """A party sends the film; the AVR, the access units sent, and how long the sitting was by the clock."""
    folder = tmp_path_factory.mktemp("avr")
    source = read(clapper.film(folder / "film.mkv", SECONDS, request.param))
    async with stage(folder) as court, presiding(court, talk()) as judge:
        await judge.api.act("start", reason="all are heard")
        await judge.session.until_state("in_session")
        async with attending(court, "party-1", source=source, loop=False) as party:
            await admit(judge, party)
            admitted = time.monotonic()
            await party.played()
            await judge.hears("party-1", "audio", 0)
            await judge.api.act("conclude")
            ended = time.time()
            sent = [(unit.unit, unit.at - admitted) for unit in party.player.sent]
        began = datetime.fromisoformat(judge.session.hearing["sitting"]["started_at"]).timestamp()
        yield await avr_of(court), sent, ended - began


def tracks(path, seat):
    """Index of the seat's stream by kind."""
    found = enumerate(show(path).tracks)
    return {track.kind: index for index, track in found if track.title.startswith(seat)}


def units(path, index):
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(container.streams[index]) if packet.size]


def content(codec, data):
    """What must not change: an access unit's NAL units, however they are framed (ISO/IEC 14496-15)."""
    if codec != "H264":
        return [data]
    return nal_units(data) if data[:4] == b"\0\0\0\1" else avcc_nals(data)


async def test_an_avr_is_clean_for_ffprobe_and_as_long_as_the_sitting(recorded):
    path, _, seconds = recorded
    probe = subprocess.run(
        ["ffprobe", "-v", "error", "-show_format", "-of", "json", str(path)], capture_output=True, text=True, check=True
    )
    assert probe.stderr == ""
    duration = float(json.loads(probe.stdout)["format"]["duration"])
    note("avr duration", avr_s=duration, clock_s=round(seconds, 3))
    assert duration == pytest.approx(seconds, abs=0.5)


async def test_every_access_unit_since_admission_is_in_the_avr_as_it_was_in_the_file(recorded):
    path, sent, _ = recorded
    for kind, index in tracks(path, "party-1").items():
        codec = next(u.codec for u, _ in sent if (u.codec == "opus") == (kind == "audio"))
        expected = [content(codec, u.data) for u, _ in sent if u.codec == codec]
        found = [content(codec, data) for data in units(path, index)]
        assert len(found) >= sum(u.codec == codec and since > BEGINS[kind] for u, since in sent)
        assert found == expected[-len(found) :], kind


async def test_sound_and_picture_are_in_step_in_the_avr(recorded):
    path, _, _ = recorded
    index = tracks(path, "party-1")
    flashes, beeps = clapper.flashes(path, index["video"]), clapper.beeps(path, index["audio"])
    pairs = [(flash, min(beeps, key=lambda beep: abs(beep - flash))) for flash in flashes]
    assert len(pairs) >= 5
    apart = [beep - flash for flash, beep in pairs]
    note("avr sync", sound_after_picture_ms=[round(1000 * a) for a in apart])
    assert max(map(abs, apart)) < SYNC
    steps = [after - before for before, after in itertools.pairwise(flashes)]
    assert steps == pytest.approx([clapper.EVERY] * len(steps), abs=SYNC)
