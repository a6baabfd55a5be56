"""One seat's sound at a listener: with earlier frames where the link loses, without silence where it is full."""

from __future__ import annotations

import pytest

from gateway import red, sdp
from gateway.audio_slot import HANGOVER, VOICE, AudioSlot
from gateway.keyframe_requests import KeyframeRequests
from gateway.packet import NO_LEVEL, PAYLOAD, Packet, TrackInfo
from gateway.track import WIRE, Layer, Track
from tests.gateway.test_slot import Wire

pytestmark = pytest.mark.interpreted

SPEC = sdp.Slot("a0", "audio", "s0", 1234, 5678)
LOUD, QUIET = VOICE - 20, VOICE + 20


def hearing(takes_red: bool = True, levels: bool = True) -> tuple[AudioSlot, Wire]:
    wire = Wire()
    slot = AudioSlot(wire, "judge", SPEC, takes_red)  # type: ignore[arg-type]
    track = Track(TrackInfo("h", "judge", "t", "audio", "opus", 48000), KeyframeRequests())
    track.levels = levels
    slot.switched(track.layer("", 1, 0.0))
    return slot, wire


def packet(number: int, level: int = LOUD, payload: bytes = b"") -> Packet:
    return Packet(1, number, number * 960, False, 111, payload or b"frame%d" % number, number / 50, level=level)


def blocks(sent: bytes) -> list[tuple[int, bytes]]:
    return [(block.offset, block.payload) for block in red.split(sent)]


def test_on_a_clean_link_sound_goes_as_it_is():
    slot, wire = hearing()
    for number in range(3):
        slot.send(packet(number))
    assert [payload for _, _, payload in wire.sent] == [b"frame0", b"frame1", b"frame2"]


def test_each_packet_carries_as_many_earlier_frames_as_it_is_told():
    slot, wire = hearing()
    slot.treat(2, False)
    for number in range(4):
        slot.send(packet(number))
    assert blocks(wire.sent[0][2]) == [(0, b"frame0")]
    assert blocks(wire.sent[1][2]) == [(960, b"frame0"), (0, b"frame1")]
    assert blocks(wire.sent[3][2]) == [(1920, b"frame1"), (960, b"frame2"), (0, b"frame3")]


def test_what_comes_late_is_carried_by_none():
    slot, wire = hearing()
    slot.treat(1, False)
    for number in (0, 2, 1, 3):
        slot.send(packet(number))
    assert blocks(wire.sent[2][2]) == [(960, b"frame0"), (0, b"frame1")]
    assert blocks(wire.sent[3][2]) == [(960, b"frame2"), (0, b"frame3")]


def test_who_cannot_read_red_gets_none():
    slot, wire = hearing(takes_red=False)
    slot.treat(2, False)
    slot.send(packet(0))
    assert wire.sent[0][2] == b"frame0"
    assert slot.bps(0.0, 2) == slot.bps(0.0)


def test_what_would_be_longer_than_a_datagram_goes_alone():
    slot, wire = hearing()
    slot.treat(2, False)
    for number in range(3):
        slot.send(packet(number, payload=bytes(PAYLOAD // 2)))
    assert [len(blocks(payload)) for _, _, payload in wire.sent] == [1, 1, 1]


def test_silence_carries_nothing():
    slot, wire = hearing()
    slot.treat(1, False)
    slot.send(packet(0, QUIET))
    slot.send(packet(1, QUIET))
    assert wire.sent[1][2] == b"frame1"


def test_while_sparing_voices_are_sent_from_their_first_frame_and_silence_is_not():
    slot, wire = hearing()
    slot.treat(0, True)
    said = range(100, 110)
    for number in range(400):
        slot.send(packet(number, LOUD if number in said else QUIET))
    frames = [int(payload[5:]) for _, _, payload in wire.sent]
    assert frames == list(range(100, 109 + int(HANGOVER * 50)))


def test_what_is_left_out_leaves_no_hole_but_its_time():
    slot, wire = hearing()
    slot.treat(0, True)
    slot.send(packet(0))
    for number in range(1, 200):
        slot.send(packet(number, QUIET))
    slot.send(packet(200))
    sequences = [sequence for sequence, _, _ in wire.sent]
    assert sequences == [(sequences[0] + n) & 0xFFFF for n in range(len(sequences))]
    assert (wire.sent[-1][1] - wire.sent[0][1]) & 0xFFFFFFFF == 200 * 960


def test_who_has_just_spoken_is_not_cut_off_when_sparing_begins():
    slot, wire = hearing()
    slot.send(packet(0))
    slot.treat(0, True)
    slot.send(packet(1, QUIET))
    assert len(wire.sent) == 2


def test_who_does_not_tell_how_loud_they_are_is_never_left_out():
    slot, wire = hearing(levels=False)
    slot.treat(0, True)
    for number in range(100):
        slot.send(packet(number, NO_LEVEL))
    assert len(wire.sent) == 100
    assert slot.spared == 0


def test_what_is_left_out_is_counted():
    slot, wire = hearing()
    slot.treat(0, True)
    for number in range(100):
        slot.send(packet(number, 127))
    assert (len(wire.sent), slot.spared) == (0, 100)


def test_what_sound_costs_counts_copies_of_voices_without_headers_and_silence_only_where_it_is_sent():
    slot, _ = hearing()
    layer = slot.layer
    assert isinstance(layer, Layer)
    layer.bps = 400.0 * (WIRE + 80)
    slot.send(packet(0))
    assert slot.bps(0.0, 2) == 400 * (WIRE + 240)
    assert slot.bps(HANGOVER, 2) == 400 * (WIRE + 80)
    slot.treat(1, True)
    assert slot.bps(HANGOVER, 2) == 0.0


def test_a_timestamp_that_jumped_once_ends_no_redundancy():
    slot, wire = hearing()
    slot.treat(1, False)
    slot.send(packet(0))
    slot.send(Packet(1, 1, 1 << 31, False, 111, b"jumped", 0.02, level=LOUD))
    for number in (2, 3):
        slot.send(packet(number))
    assert blocks(wire.sent[-1][2]) == [(960, b"frame2"), (0, b"frame3")]
