from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import red

copies = st.lists(st.tuples(st.integers(1, red.MAX_OFFSET), st.binary(min_size=1, max_size=60)), max_size=4)


@given(st.integers(0, 127), st.binary(max_size=100), copies)
def test_redundant_audio_survives_the_wire(payload_type, payload, earlier):
    data = red.build(payload_type, payload, earlier)
    assert red.split(data) == [
        *(red.Block(payload_type, *copy) for copy in earlier),
        red.Block(payload_type, 0, payload),
    ]
    assert red.primary(data) == payload


@given(st.binary(max_size=60))
def test_both_readers_agree_on_what_is_malformed_and_never_raise_anything_else(data):
    blocks = None
    with contextlib.suppress(ValueError):
        blocks = red.split(data)
    assert red.primary(data) == (blocks[-1].payload if blocks else None)


def test_what_does_not_fit_is_left_out():
    assert red.build(111, b"now", [(red.MAX_OFFSET + 1, b"old"), (960, bytes(2000)), (960, b"")]) == b"\x6fnow"


@pytest.mark.parametrize("data", [b"", b"\xef", b"\xef\0\0", b"\xef\x0f\x00\x05\x6fabcd"])
def test_truncated_packets_have_no_primary(data):
    assert red.primary(data) is None
