"""Frames that share a packet are the same frames to every decoder (RFC 6716 §3.2)."""

from __future__ import annotations

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import opus
from tests.media.material import opus_packets

SILK, CELT = 1 << 3, 31 << 3


def encoded(seconds: float, frame_ms: int = 20, rate: int = 32_000) -> list[bytes]:
    """Of a tone that grows."""
    count = int(48_000 * seconds)
    samples = (np.sin(np.arange(count) * 0.05) * np.linspace(0, 20_000, count)).astype(np.int16)
    return opus_packets(samples, bit_rate=rate, frame_ms=frame_ms, application="voip")


def decoded(packets: list[bytes]) -> np.ndarray:
    codec = av.CodecContext.create("libopus", "r")
    return np.concatenate([frame.to_ndarray().ravel() for data in packets for frame in codec.decode(av.Packet(data))])


@pytest.mark.parametrize("together", [2, 3, 6])
def test_a_decoder_hears_the_same_of_frames_that_share_packets(together):
    alone = encoded(1.2)
    shared: list[list[bytes]] = []
    for packet in alone:
        if not shared or len(shared[-1]) == together or not opus.alike(shared[-1][0], packet):
            shared.append([])
        shared[-1].append(packet)
    assert len(shared) <= len(alone) / together + 3
    assert np.array_equal(decoded(alone), decoded([opus.join(frames) for frames in shared]))


@pytest.mark.parametrize("octets", [0, 1, 251, 252, 255, 256, 1275])
def test_each_length_of_a_frame_is_told(octets):
    first, second = bytes((CELT,)) + bytes(octets), bytes((CELT,)) + b"last"
    whole = opus.join([first, second])
    assert opus.alike(first, second)
    length, at = whole[2], 3
    if length >= 252:
        length, at = length + 4 * whole[3], 4
    assert (whole[0] & 3, whole[1], length) == (3, 0x80 | 2, octets)
    assert whole[at:] == bytes(octets) + b"last"


def test_a_frame_alone_stays_as_it_is():
    assert opus.join([b"\x08frame"]) == b"\x08frame"


@pytest.mark.parametrize("frame_ms", [10, 20, 40, 60])
def test_it_is_known_how_long_a_frame_is(frame_ms):
    assert {opus.ticks(packet) for packet in encoded(0.6, frame_ms, 12_000)} == {48 * frame_ms}


def test_what_has_other_bandwidth_or_more_frames_shares_no_packet():
    assert not opus.alike(bytes((SILK, 1)), bytes((CELT, 1)))
    assert not opus.alike(bytes((SILK | 1, 1)), bytes((SILK | 1, 1)))
    assert not opus.alike(b"", b"")


@given(st.binary(max_size=1400))
def test_of_anything_it_can_be_asked_how_long_it_is(payload):
    assert 0 <= opus.ticks(payload) <= 2880
