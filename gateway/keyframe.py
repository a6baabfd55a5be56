"""Whether a payload is the first packet of a key frame, told without decoding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_IDR, _SPS, _STAP_A, _FU_A = 5, 7, 24, 28


def h264(payload: bytes) -> bool:
    """A sequence parameter set, or an IDR picture's first slice: alone, in a STAP-A or as an FU-A's start (RFC 6184).

    Browsers send the parameter sets before the IDR picture, in packets with the same timestamp, so both are told:
    ``Keyframes`` counts the first only.
    """
    if len(payload) < 3:
        return False
    kind = payload[0] & 0x1F
    if kind == _SPS:
        return True
    if kind == _IDR:
        return payload[1] > 0x7F
    if kind == _FU_A:  # a start bit, and first_mb_in_slice = 0, which is a single 1 bit
        return payload[1] & 0x80 != 0 and payload[1] & 0x1F == _IDR and payload[2] > 0x7F
    return kind == _STAP_A and _aggregated(payload)


def _aggregated(payload: bytes) -> bool:
    at, end = 1, len(payload)
    while at + 3 < end:
        kind = payload[at + 2] & 0x1F
        if kind == _SPS or (kind == _IDR and payload[at + 3] > 0x7F):
            return True
        at += 2 + (payload[at] << 8 | payload[at + 1])
    return False


def vp8(payload: bytes) -> bool:
    """The start of partition 0 (S = 1, PID = 0) whose frame header has P = 0 (RFC 7741 §4.2, §4.3)."""
    end = len(payload)
    if end < 2 or payload[0] & 0x17 != 0x10:
        return False
    at = 1
    if payload[0] & 0x80:
        flags = payload[1]
        at = 2
        if flags & 0x80:
            if at >= end:
                return False
            at += 2 if payload[at] & 0x80 else 1
        if flags & 0x40:
            at += 1
        if flags & 0x30:
            at += 1
    return at < end and not payload[at] & 1


def never(payload: bytes) -> bool:
    """For sound, which needs none."""
    return False


BEGINS: Final[dict[str, Callable[[bytes], bool]]] = {"H264": h264, "VP8": vp8, "opus": never}


class Keyframes:
    """Key frames of one SSRC, each told once: at its first packet in the order of sending.

    An IDR picture whose parameter sets were lost is not told, once a stream has shown that it carries them: switching
    to it would give the decoder slices that it can't read.
    """

    __slots__ = ("_begins", "_carries_parameters", "_h264", "_timestamp")

    def __init__(self, codec: str) -> None:
        self._begins = BEGINS[codec]
        self._h264 = codec == "H264"
        self._carries_parameters = False
        self._timestamp = -1

    def begins(self, payload: bytes, timestamp: int) -> bool:
        if not self._begins(payload) or timestamp == self._timestamp:
            return False
        if self._h264:
            with_parameters = payload[0] & 0x1F in (_SPS, _STAP_A)
            if self._carries_parameters and not with_parameters:
                return False
            self._carries_parameters |= with_parameters
        self._timestamp = timestamp
        return True
