from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.client import red, rtp
from tests.media.packetize import red_payload

U16, U32 = st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)
ELEMENTS = st.dictionaries(st.integers(1, 14), st.binary(min_size=1, max_size=16), max_size=5)


@given(st.integers(0, 127), U16, U32, U32, st.binary(max_size=200), st.booleans(), ELEMENTS)
def test_what_is_built_is_parsed(payload_type, sequence, timestamp, ssrc, payload, marker, elements):
    data = rtp.build(payload_type, sequence, timestamp, ssrc, payload, marker, rtp.pack_extensions(elements))
    packet = rtp.parse(data)
    assert packet[:5] == (payload_type, marker, sequence, timestamp, ssrc)
    assert packet.payload == payload
    assert rtp.unpack_extensions(packet.extensions) == elements


@given(st.binary(max_size=60))
def test_anything_else_is_a_value_error_or_a_packet(data):
    try:
        packet = rtp.parse(data)
    except ValueError:
        return
    assert len(packet.payload) <= len(data)
    rtp.unpack_extensions(packet.extensions)


def test_padding_is_not_payload():
    data = bytearray(rtp.build(96, 1, 2, 3, b"abc\0\0\3"))
    data[0] |= 0x20
    assert rtp.parse(bytes(data)).payload == b"abc"


def test_a_sequence_goes_on_over_the_wrap_both_ways():
    unwrap = rtp.SequenceUnwrapper().unwrap
    first = unwrap(65534)
    assert [unwrap(s) - first for s in (65535, 1, 0, 65530, 2)] == [1, 3, 2, -4, 4]


@given(st.lists(st.tuples(st.integers(1, 16383), st.binary(min_size=1, max_size=100)), max_size=3), st.binary())
def test_redundant_audio_is_taken_apart(older, primary):
    assert red.unpack(red_payload(primary, older)) == [*older, (0, primary)]


def test_truncated_redundant_audio_is_an_error():
    with pytest.raises(ValueError, match="truncated"):
        red.unpack(red_payload(b"", [(960, b"x" * 50)])[:30])
