from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.keyframe import BEGINS, Keyframes, h264, vp8

SPS, PPS, IDR, IDR_NEXT_SLICE = b"\x67\x42\xe0", b"\x68\xce\x3c", b"\x65\x88\x84", b"\x65\x08\x84"
FU_IDR, FU_IDR_MIDDLE, DELTA = b"\x7c\x85\x88", b"\x7c\x05\x88", b"\x41\x9a\x00"


def stap(*units: bytes) -> bytes:
    return b"\x78" + b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)


@pytest.mark.parametrize("payload", [SPS, IDR, FU_IDR, stap(SPS, PPS), stap(PPS, SPS), stap(b"\x06ab", IDR)])
def test_h264_key_frames_are_told(payload):
    assert h264(payload)


@pytest.mark.parametrize(
    "payload", [b"", b"\x65", PPS, DELTA, IDR_NEXT_SLICE, FU_IDR_MIDDLE, b"\x7c\x81\x88", stap(PPS, DELTA), b"\x78\0\0"]
)
def test_other_h264_packets_are_not(payload):
    assert not h264(payload)


@pytest.mark.parametrize(
    "payload", [b"\x10\x00", b"\x90\x80\x05\x10", b"\x90\x80\x85\x01\x10", b"\x90\xe0\x85\1\2\3\x10"]
)
def test_vp8_key_frames_are_told(payload):
    assert vp8(payload)


@pytest.mark.parametrize(
    "payload",
    [b"", b"\x10", b"\x00\x00", b"\x11\x00", b"\x10\x01", b"\x90\xe0\x85\1\2\3\x11", b"\x90\x80", b"\x90\xf0\x05"],
)
def test_other_vp8_packets_are_not(payload):
    assert not vp8(payload)


@given(st.sampled_from(list(BEGINS)), st.binary(max_size=40))
def test_no_payload_raises(codec, payload):
    assert BEGINS[codec](payload) in (True, False)


def test_a_key_frame_is_told_once_at_its_first_packet():
    keyframes = Keyframes("H264")
    told = [
        keyframes.begins(p, t) for p, t in [(SPS, 1), (PPS, 1), (IDR, 1), (DELTA, 2), (stap(SPS, PPS), 3), (FU_IDR, 3)]
    ]
    assert told == [True, False, False, False, True, False]


def test_an_idr_picture_that_lost_its_parameter_sets_is_not_told():
    keyframes = Keyframes("H264")
    assert keyframes.begins(stap(SPS, PPS), 1)
    assert not keyframes.begins(FU_IDR, 2)


def test_a_stream_with_its_parameter_sets_out_of_band_has_key_frames_too():
    keyframes = Keyframes("H264")
    assert keyframes.begins(FU_IDR, 1)
    assert keyframes.begins(IDR, 2)
