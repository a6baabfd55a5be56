"""Where a link has no room for headers, some frames of a voice share a packet."""

from __future__ import annotations

import pytest

from gateway import bundle, opus, red
from gateway.bundle import CALM_S, Bundling
from gateway.packet import Packet
from gateway.rtcp import ReportBlock
from gateway.track import WIRE
from tests.gateway.test_audio_slot import LOUD, QUIET, hearing
from tests.gateway.test_audio_slot import packet as numbered

pytestmark = pytest.mark.interpreted

FRAMES = 3
TOC = bytes((1 << 3,))
"""SILK, narrow band, 20 ms, one channel, one frame."""


def packet(number: int, level: int = LOUD, toc: bytes = TOC) -> Packet:
    return numbered(number, level, toc + b"frame%d" % number)


def bundling(redundancy: int = 0, sparing: bool = False):
    slot, wire = hearing()
    slot.treat(redundancy, sparing, FRAMES)
    return slot, wire


def whole(*numbers: int) -> bytes:
    return opus.join([packet(number).payload for number in numbers])


def payloads(wire) -> list[bytes]:
    return [payload for _, _, payload in wire.sent]


def test_three_frames_are_one_packet_at_the_time_of_the_first():
    slot, wire = bundling()
    for number in range(6):
        slot.send(packet(number))
    assert payloads(wire) == [whole(0, 1, 2), whole(3, 4, 5)]
    (first, at, _), (second, later, _) = wire.sent
    assert (second - first) & 0xFFFF == 1
    assert (later - at) & 0xFFFFFFFF == FRAMES * 960
    assert (slot.packets, slot.frames) == (2, 6)


def test_what_is_lost_before_the_server_leaves_a_hole_that_it_can_fill_late():
    slot, wire = bundling()
    for number in (0, 1, 2, 4, 5, 6, 3, 7, 8, 9):
        slot.send(packet(number))
    assert payloads(wire) == [whole(0, 1, 2), whole(4, 5, 6), whole(3), whole(7, 8, 9)]
    first, second, late, after = [(sequence - wire.sent[0][0]) & 0xFFFF for sequence, _, _ in wire.sent]
    assert (first, late, second, after) == (0, 1, 2, 3)
    assert [(at - wire.sent[0][1]) & 0xFFFFFFFF for _, at, _ in wire.sent] == [0, 4 * 960, 3 * 960, 7 * 960]


def test_who_is_still_keeps_no_frame_of_a_voice_waiting():
    slot, wire = bundling(sparing=True)
    slot.send(packet(0, QUIET))
    for number in range(100, 104):
        slot.send(packet(number))
    for number in range(104, 200):
        slot.send(packet(number, QUIET))
    assert payloads(wire)[:2] == [whole(100, 101, 102), whole(103, 104, 105)]
    assert slot.frames + slot.spared == 101
    sequences = [sequence for sequence, _, _ in wire.sent]
    assert sequences == [(sequences[0] + n) & 0xFFFF for n in range(len(sequences))]


def test_frames_of_different_kinds_share_no_packet():
    slot, wire = bundling()
    other = bytes((31 << 3,))
    for number, toc in enumerate([TOC, TOC, other, other, other]):
        slot.send(packet(number, toc=toc))
    assert [payload[0] >> 3 for payload in payloads(wire)] == [1, 31]
    assert slot.frames == 5


def test_a_packet_of_several_frames_goes_as_it_is():
    slot, wire = bundling()
    several = [numbered(number, LOUD, whole(number, number + 1)) for number in range(3)]
    for one in several:
        slot.send(one)
    assert payloads(wire) == [one.payload for one in several]


def test_frames_that_are_too_long_together_do_not_wait_for_another():
    slot, wire = hearing()
    slot.treat(0, False, 6)
    long = bytes((3 << 3,)) + b"of 60 ms"
    for number in range(4):
        slot.send(Packet(1, number, number * 2880, False, 111, long, number * 0.06, level=LOUD))
    assert payloads(wire) == [opus.join([long, long])] * 2


def test_when_there_is_room_again_what_waits_goes_first():
    slot, wire = bundling()
    for number in range(4):
        slot.send(packet(number))
    slot.treat(0, False, 1, 0.1)
    slot.send(packet(4))
    assert payloads(wire) == [whole(0, 1, 2), whole(3), whole(4)]
    sequences = [sequence for sequence, _, _ in wire.sent]
    assert sequences == [(sequences[0] + n) & 0xFFFF for n in range(3)]


def test_what_nothing_follows_does_not_wait_for_long():
    slot, wire = bundling()
    slot.send(packet(0))
    slot.treat(0, False, FRAMES, 0.05)
    assert not wire.sent
    slot.treat(0, False, FRAMES, 0.3)
    assert payloads(wire) == [whole(0)]


def test_who_may_not_be_heard_any_more_is_not_heard_late():
    slot, wire = bundling()
    slot.send(packet(0))
    slot.switched(None)
    slot.treat(0, False, 1, 1.0)
    assert not wire.sent


def test_packets_of_several_frames_carry_earlier_ones_too():
    slot, wire = bundling(redundancy=1)
    for number in range(6):
        slot.send(packet(number))
    blocks = [(block.offset, block.payload) for block in red.split(wire.sent[1][2])]
    assert blocks == [(FRAMES * 960, whole(0, 1, 2)), (0, whole(3, 4, 5))]


def test_what_is_lost_counts_as_frames():
    slot, _ = bundling()
    for number in range(6):
        slot.send(packet(number))
    slot.treat(0, False)
    slot.block(ReportBlock(1, 0, 4, 0, 0, 0, 0), 1.0)
    assert slot.lost_frames == 4 * FRAMES
    slot.send(packet(6))
    slot.block(ReportBlock(1, 0, 6, 0, 0, 0, 0), 2.0)
    assert slot.lost_frames == 4 * FRAMES + 2


def test_what_is_sent_again_counts_as_the_frames_that_it_had():
    slot, wire = bundling()
    for number in range(3):
        slot.send(packet(number))
    slot.treat(0, sparing=False)
    slot.send(packet(3))
    wire.send_sealed = lambda sealed: None
    slot.nack([sequence for sequence, _, _ in wire.sent], 1.0, 0.05)
    assert (slot.frames, slot.asked) == (4, 4)


def test_a_report_that_comes_when_nothing_was_sent_tells_of_packets_as_they_were():
    slot, _ = bundling()
    for number in range(6):
        slot.send(packet(number))
    slot.block(ReportBlock(1, 0, 0, 0, 0, 0, 0), 1.0)
    slot.block(ReportBlock(1, 0, 1, 0, 0, 0, 0), 2.0)
    assert slot.lost_frames == 3


def test_headers_are_saved_and_frames_are_not():
    alone = 400.0 * (WIRE + 80)
    assert bundle.bundled_bps(alone, FRAMES) == pytest.approx(400 * (WIRE / FRAMES + 80))
    assert bundle.bundled_bps(alone, 1) == alone
    assert bundle.bundled_bps(0.0, FRAMES) == 0.0


def test_bundling_begins_at_once_and_ends_after_a_while():
    of = Bundling()
    assert of.look(1, 0.0) == 1
    assert of.look(3, 1.0) == 3
    assert of.look(6, 2.0) == 6
    assert of.look(1, 1.9 + CALM_S) == 6
    assert of.look(3, 2.0 + CALM_S) == 3
    assert of.look(1, 2.1 + CALM_S) == 3
    assert of.look(1, 2.1 + 2 * CALM_S) == 1
