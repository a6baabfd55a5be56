from __future__ import annotations

from tests.client import rtp
from tests.client.sender import ExtensionIds, RtpClock, SendStream, TransportSequence

IDS = ExtensionIds(mid=4, rid=10, repaired_rid=11, audio_level=1, abs_send_time=2, transport_cc=3)


class Wire:
    def __init__(self) -> None:
        self.packets: list[rtp.RtpPacket] = []
        self.resent: list[bytes] = []

    def write(self, packet: bytes) -> bytes:
        self.packets.append(rtp.parse(packet))
        return b"protected " + packet

    def stream(self, **options) -> SendStream:
        return SendStream(
            self.write, self.resent.append, TransportSequence(), RtpClock(90000, 100), 96, IDS, "1", "me", **options
        )

    def elements(self, index: int) -> dict[int, bytes]:
        return rtp.unpack_extensions(self.packets[index].extensions)


def test_a_layer_names_its_section_and_itself_in_every_packet():
    wire = Wire()
    stream = wire.stream(rid="h")
    stream.send(b"x", 0, True, 0.0)
    assert wire.elements(0) == {4: b"1", 10: b"h", 2: b"\0\0\0", 3: b"\0\1"}


def test_a_lost_packet_of_a_layer_is_sent_again_on_its_repair_stream():
    wire = Wire()
    stream = wire.stream(rid="l", rtx_payload_type=97)
    sequence = stream.send(b"picture", 1234, True, 0.0)
    stream.answer_nack([sequence, sequence + 1], 0.1)
    again = wire.packets[1]
    assert (again.payload_type, again.ssrc, again.timestamp, again.marker) == (97, stream.rtx_ssrc, 1234, True)
    assert rtp.original_sequence(again.payload) == sequence
    assert again.payload[2:] == b"picture"
    assert wire.elements(1)[11] == b"l"
    assert len(wire.packets) == 2


def test_lost_audio_is_sent_again_exactly_as_it_was():
    wire = Wire()
    stream = wire.stream()
    first = stream.send(b"sound", 0, False, 0.0, level=20)
    stream.send(b"more", 960, False, 0.0, level=20)
    stream.answer_nack([first], 0.1)
    assert len(wire.resent) == 1
    assert wire.resent[0].endswith(b"sound")


def test_loud_sound_is_marked_as_voice():
    wire = Wire()
    stream = wire.stream()
    stream.send(b"", 0, False, 0.0, level=20)
    stream.send(b"", 0, False, 0.0, level=127)
    assert [wire.elements(i)[1] for i in (0, 1)] == [bytes([0x80 | 20]), bytes([127])]


def test_all_streams_of_a_connection_share_the_transport_sequence():
    wire, shared = Wire(), TransportSequence()
    streams = [
        SendStream(wire.write, wire.resent.append, shared, RtpClock(90000, 0), 96, IDS, "1", "me") for _ in range(2)
    ]
    for stream in (*streams, *streams):
        stream.send(b"", 0, False, 0.0)
    assert [wire.elements(i)[3] for i in range(4)] == [bytes([0, n]) for n in (1, 2, 3, 4)]


def test_nothing_is_reported_before_something_was_sent():
    stream = Wire().stream()
    assert stream.report(0, 0) is None
    stream.send(b"", 0, False, 0.0)
    assert stream.report(0, 0) is not None


def test_the_clock_turns_media_time_into_timestamps_over_the_wrap():
    assert RtpClock(90000, 0xFFFFFFFF).at(1.0) == 89999
