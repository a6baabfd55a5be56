"""RED is taken off where it comes in, and gives what the network lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import red
from gateway.keyframe_requests import KeyframeRequests
from gateway.packet import Packet, SenderReport, TrackInfo
from gateway.publisher import COPIES, MediaStream
from gateway.sdp import Chosen
from gateway.track import Layer, Track, Wanted

pytestmark = pytest.mark.interpreted

OPUS, RED = 111, 63


class Ear:
    wanted: Wanted = "high"

    def __init__(self) -> None:
        self.packets: list[Packet] = []

    def send(self, packet: Packet) -> None:
        self.packets.append(packet)

    def sender_report(self, report: SenderReport) -> None: ...

    def switched(self, layer: Layer | None) -> None: ...

    def failed(self) -> None: ...


def stream() -> tuple[MediaStream, Ear]:
    track = Track(TrackInfo("h", "judge", "t", "audio", "opus", 48000), KeyframeRequests())
    layer, ear = track.layer("", 1, 0.0), Ear()
    track.attach(ear, 0.0)
    return MediaStream(layer, Chosen("audio", "opus", 48000, OPUS, RED, None)), ear


def speak(stream: MediaStream, number: int, distance: int = 1) -> None:
    copies = range(max(number - distance, 0), number)
    payload = red.build(OPUS, b"frame%d" % number, [(960 * (number - n), b"frame%d" % n) for n in copies])
    stream.receive_red(number & 0xFFFF, 960 * number, False, payload, 30, number / 50)


def heard(ear: Ear) -> list[tuple[int, bytes]]:
    return [(packet.timestamp // 960, packet.payload) for packet in ear.packets]


def test_behind_the_entrance_all_sound_is_opus():
    media, ear = stream()
    for number in range(3):
        speak(media, number)
    assert heard(ear) == [(n, b"frame%d" % n) for n in range(3)]
    assert {packet.payload_type for packet in ear.packets} == {OPUS}


def test_a_lost_frame_comes_with_the_next_packet_in_its_place_and_is_not_asked_for():
    media, ear = stream()
    for number in (0, 1, 3, 4):
        speak(media, number)
    assert [(p.sequence, p.timestamp // 960) for p in ear.packets] == [(n, n) for n in range(5)]
    assert media.nack.due(1.0, 0.1) == []
    assert media.stats.lost == 1


def test_of_two_lost_frames_the_first_is_asked_for_and_comes_late():
    media, ear = stream()
    for number in (0, 3):
        speak(media, number)
    assert media.nack.due(0.1, 0.1) == [1]
    media.receive(1, 960, False, b"frame1", 30, 0.2)
    assert sorted(heard(ear)) == [(n, b"frame%d" % n) for n in range(4)]


def test_what_comes_again_after_all_is_not_heard_twice():
    media, ear = stream()
    for number in (0, 2):
        speak(media, number)
    speak(media, 1)
    assert len(ear.packets) == 3
    assert media.stats.lost == 0


def test_of_a_packet_full_of_copies_no_more_are_taken_than_can_be_of_use():
    media, ear = stream()
    speak(media, 0)
    payload = red.build(OPUS, b"now", [(960 + n, b"x") for n in range(250, 0, -1)])
    media.receive_red(400, 400 * 960, False, payload, 30, 8.0)
    assert len(ear.packets) == 1 + COPIES + 1


def test_a_copy_of_another_kind_is_not_taken():
    media, ear = stream()
    speak(media, 0)
    own = red.build(OPUS, b"frame2", [(960, b"other")])
    media.receive_red(2, 2 * 960, False, bytes((own[0] & 0x80 | 13,)) + own[1:], 30, 0.04)
    assert heard(ear) == [(0, b"frame0"), (2, b"frame2")]


def test_malformed_red_counts_as_lost():
    media, ear = stream()
    speak(media, 0)
    media.receive_red(1, 960, False, b"\xff\xff", 30, 0.02)
    speak(media, 2)
    assert len(ear.packets) == 3
    assert media.stats.lost == 1


@given(st.sets(st.integers(1, 300)), st.integers(1, 3))
def test_whatever_is_lost_is_filled_as_far_as_copies_reach_and_in_order(lost, distance):
    media, ear = stream()
    arrived = [n for n in range(302) if n not in lost]
    for number in arrived:
        speak(media, number, distance)
    expected = {n for a in arrived for n in range(max(a - distance, 0), a + 1)}
    assert heard(ear) == [(n, b"frame%d" % n) for n in sorted(expected)]


@given(st.lists(st.binary(max_size=40), max_size=40))
def test_no_payload_raises(payloads):
    media, ear = stream()
    for number, payload in enumerate(payloads):
        media.receive_red(3 * number, 960 * number, False, payload, 30, number / 50)
    assert len({packet.sequence for packet in ear.packets}) == len(ear.packets)
