from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import rtp
from gateway.packet import NO_LEVEL

u16, u32 = st.integers(0, 2**16 - 1), st.integers(0, 2**32 - 1)
items = st.dictionaries(st.integers(1, 14), st.binary(min_size=1, max_size=16), max_size=6)


@given(st.integers(0, 127), u16, u32, u32, st.binary(max_size=50), st.booleans(), items, st.integers(0, 255))
def test_a_packet_survives_the_wire(payload_type, sequence, timestamp, ssrc, payload, marker, extensions, padding):
    data = rtp.build(payload_type, sequence, timestamp, ssrc, payload,
                     marker=marker, extensions=extensions.items(), padding=padding)  # fmt: skip
    view = rtp.parse(memoryview(data))
    assert view is not None
    assert (view.payload_type, view.sequence, view.timestamp, view.ssrc) == (payload_type, sequence, timestamp, ssrc)
    assert (view.payload, view.marker, view.extensions) == (payload, marker, extensions)


@given(st.binary(max_size=80))
def test_no_datagram_raises_and_offsets_stay_within_it(data):
    header = rtp.parse_header(data, len(data))
    if header[9]:
        _, _, _, _, _, profile, at, end, start, stop = header
        assert 0 <= at <= end <= start <= stop <= len(data)
        assert len(rtp.Extensions(1, 2, 3, 4, 5, 6).hot(data, profile, at, end)) == 2


@given(st.sampled_from([0xBEDE, 0x1000, 0x100F]), st.binary(max_size=60))
def test_the_fast_reader_agrees_with_the_general_one(profile, body):
    expected = (-1, NO_LEVEL)
    for ident, start, stop in rtp.elements(body, profile, 0, len(body)):
        if ident == 5 and stop - start == 2:
            expected = (int.from_bytes(body[start : start + 2], "big"), expected[1])
        elif ident == 4 and stop - start == 1:
            expected = (expected[0], body[start] & 0x7F)
    assert rtp.Extensions(audio_level=4, transport_cc=5).hot(body, profile, 0, len(body)) == expected


@pytest.mark.parametrize(
    "data",
    [
        b"\x80" * 11,
        b"\x40" + bytes(20),
        b"\x8f" + bytes(20),
        b"\x90" + bytes(14),
        b"\x90" + bytes(11) + b"\xbe\xde\x00\x09" + bytes(20),
        b"\xa0" + bytes(20) + b"\x00",
        b"\xa0" + bytes(20) + b"\x20",
    ],
)
def test_truncated_and_foreign_datagrams_are_no_packets(data):
    assert rtp.parse(data) is None


def test_only_the_given_length_of_a_larger_buffer_is_read():
    data = bytearray(rtp.build(96, 1, 2, 3, b"abc")) + b"rest of the last packet"
    header = rtp.parse_header(data, 15)
    assert data[header[8] : header[9]] == b"abc"


def test_names_tell_a_new_stream_and_the_hot_values_come_in_one_pass():
    ids = rtp.Extensions(mid=1, rid=2, repaired_rid=3, audio_level=4, transport_cc=5)
    data = rtp.build(96, 1, 2, 3, b"", extensions=[(1, b"0"), (2, b"h"), (5, b"\x01\x02"), (4, b"\x9e")])
    header = rtp.parse_header(data, len(data))
    assert ids.names(data, *header[5:8]) == ("0", "h", "")
    assert ids.hot(data, *header[5:8]) == (0x102, 30)


def test_two_byte_extensions_may_be_empty_and_are_found():
    body = b"\x07\x00\x05\x02\x01\x02\x00\x04\x01\x85"
    assert list(rtp.elements(body, 0x1003, 0, len(body))) == [(7, 2, 2), (5, 4, 6), (4, 9, 10)]
    assert rtp.Extensions(audio_level=4, transport_cc=5).hot(body, 0x1003, 0, len(body)) == (0x102, 5)


@given(st.integers(0, 2**40), st.integers(-0x8000, 0x7FFF))
def test_unwrap_finds_the_nearest_number(last, distance):
    assert rtp.unwrap((last + distance) & 0xFFFF, last) == last + distance


@given(st.integers(0, 2**60), st.integers(-0x80000000, 0x7FFFFFFF))
def test_unwrap_timestamp_finds_the_nearest_number(last, distance):
    assert rtp.unwrap_timestamp((last + distance) & 0xFFFFFFFF, last) == last + distance


def test_abs_send_time_is_18_bits_of_fraction_and_wraps_after_64_seconds():
    assert rtp.abs_send_time(1.5) == 3 << 17
    assert rtp.abs_send_time(65.5) == rtp.abs_send_time(1.5)
