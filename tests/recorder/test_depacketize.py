from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.packet import Codec, Packet
from recorder.depacketize import AccessUnit, depacketizer, vp8_descriptor_size
from recorder.h264 import nals
from tests.media import material, packetize


def packets(
    codec: Codec, units: Sequence[material.AccessUnit], mtu: int = 1100, marker: bool = True
) -> list[list[Packet]]:
    rate, sequence, out = 48000 if codec == "opus" else 90000, 0, []
    for unit in units:
        payloads = packetize.payloads(codec, unit.data, mtu)
        out.append([
            Packet(1, sequence + n, round(unit.time * rate), marker and n == len(payloads) - 1, 96, payload, unit.time)
            for n, payload in enumerate(payloads)
        ])  # fmt: skip
        sequence += len(payloads)
    return out


def feed(codec: Codec, stream: Sequence[Packet]) -> list[AccessUnit]:
    machine = depacketizer(codec)
    return [unit for packet in stream for unit in machine.push(packet)]


def content(codec: str, data: bytes) -> list[bytes]:
    if codec == "H264":
        return packetize.annexb_nals(data) if data.startswith((b"\0\0\1", b"\0\0\0\1")) else list(nals(data))
    return [data]


def source(codec: Codec) -> tuple[material.AccessUnit, ...]:
    return material.opus(1) if codec == "opus" else material.video(codec, 1)


@pytest.mark.parametrize("codec", ["opus", "H264", "VP8"])
@pytest.mark.parametrize("mtu", [200, 1100, 65000])
@pytest.mark.parametrize("marker", [True, False])
def test_access_units_come_out_as_they_went_in(codec: Codec, mtu: int, marker: bool) -> None:
    sent = source(codec)
    got = feed(codec, [packet for group in packets(codec, sent, mtu, marker) for packet in group])
    if not marker and codec != "opus":
        sent = sent[:-1]  # the last one's end is not known
    assert [content(codec, unit.data) for unit in got] == [content(codec, unit.data) for unit in sent]
    assert [unit.key for unit in got] == [unit.key for unit in sent]
    assert [unit.arrival for unit in got] == [unit.time for unit in sent]


@pytest.mark.parametrize("codec", ["H264", "VP8"])
@pytest.mark.parametrize("lost", [0, 1, -1])
def test_a_picture_with_a_lost_packet_is_dropped_and_only_that_one(codec: Codec, lost: int) -> None:
    groups = packets(codec, source(codec), 60)
    machine, got = depacketizer(codec), list[AccessUnit]()
    assert len(groups[5]) > 2
    for n, group in enumerate(groups):
        for m, packet in enumerate(group):
            if n == 5 and m == lost % len(group):
                machine.lost()
            else:
                got += machine.push(packet)
    assert [unit.arrival for unit in got] == [n / 25 for n in range(25) if n != 5]
    assert machine.dropped > 0


def test_a_sender_that_begins_anew_with_older_time_stamps_is_heard() -> None:
    stream = [Packet(1, n, stamp, False, 111, b"x", 0.0) for n, stamp in enumerate([5_000_000, 5_000_960, 1000, 1960])]
    assert len(feed("opus", stream)) == 4


@given(
    st.sampled_from(["opus", "H264", "VP8"]), st.lists(st.tuples(st.binary(max_size=40), st.booleans(), st.booleans()))
)
def test_no_payload_makes_a_depacketizer_raise(codec: Codec, payloads: list[tuple[bytes, bool, bool]]) -> None:
    machine = depacketizer(codec)
    for n, (payload, marker, lost) in enumerate(payloads):
        for unit in machine.push(Packet(1, n, n // 2 * 960, marker, 96, payload, 0.0)):
            assert unit.data
        if lost:
            machine.lost()


@pytest.mark.parametrize(
    ("descriptor", "size"),
    [("10", 1), ("908012", 3), ("90809234", 4), ("90c01201", 4), ("90f0923401ff", 6), ("90e0120101", 5)],
)
def test_the_vp8_descriptor_of_rfc_7741_is_measured(descriptor: str, size: int) -> None:
    assert vp8_descriptor_size(bytes.fromhex(descriptor) + b"\0\0\0\0") == size
