"""What a take must know of H.264: parameter sets, picture size, avcC. Pure."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from recorder.matroska import Format

SPS, PPS = 7, 8
MAX_SIDE = 16384  # pixels; level 6.2 ends there
MAX_SET = 1024  # bytes of a parameter set; browsers' have less than 64, and a long one would take long to read
MAX_ZEROS = 32  # of an Exp-Golomb code: its values have 32 bits (H.264 §9.1)
MAX_CYCLE = 255  # num_ref_frames_in_pic_order_cnt_cycle (H.264 §7.4.2.1.1)
_HIGH_PROFILES = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135}  # H.264 §7.3.2.1.1


class Bits:
    """Bits of an RBSP, most significant first, with Exp-Golomb codes (H.264 §9.1). Raises ValueError at the end."""

    def __init__(self, data: bytes) -> None:
        self._value, self._left = int.from_bytes(data, "big"), 8 * len(data)

    def bits(self, count: int) -> int:
        if count > self._left:
            raise ValueError("cut off")
        self._left -= count
        return self._value >> self._left & (1 << count) - 1

    def ue(self) -> int:
        zeros = 0
        while not self.bits(1):
            zeros += 1
            if zeros > MAX_ZEROS:
                raise ValueError("no number")
        return (1 << zeros) - 1 + self.bits(zeros)

    def se(self) -> int:
        code = self.ue()
        return (code + 1) // 2 if code & 1 else -(code // 2)


def nals(access_unit: bytes) -> Iterator[bytes]:
    """The NAL units of an access unit with 4-byte lengths; a cut-off one ends them."""
    at = 0
    while at + 4 < len(access_unit):
        size = int.from_bytes(access_unit[at : at + 4], "big")
        yield access_unit[at + 4 : at + 4 + size]
        at += 4 + size


def stream_format(access_unit: bytes) -> Format | None:
    """The format that an access unit's own parameter sets tell; None where it has none, or unreadable ones."""
    found = [nal for nal in nals(access_unit) if nal]
    sets = {kind: list(dict.fromkeys(nal for nal in found if nal[0] & 0x1F == kind)) for kind in (SPS, PPS)}
    if not sets[SPS] or not sets[PPS] or max(map(len, sets[SPS] + sets[PPS])) > MAX_SET:
        return None
    try:
        width, height, extension = _parse_sps(sets[SPS][0])
        private = _avcc(sets[SPS], sets[PPS], extension)
    except (ValueError, struct.error):
        return None
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        return None
    return Format("H264", private, width, height)


def _avcc(sps: list[bytes], pps: list[bytes], extension: bytes) -> bytes:
    """AVCDecoderConfigurationRecord with 4-byte lengths (ISO/IEC 14496-15 §5.3.3.1). Raises where it holds no more."""
    if len(sps) > 31:
        raise ValueError("too many sequence parameter sets")
    record = b"\x01" + sps[0][1:4] + bytes([0xFF, 0xE0 | len(sps)])
    record += b"".join(struct.pack(">H", len(nal)) + nal for nal in sps)
    return record + bytes([len(pps)]) + b"".join(struct.pack(">H", len(nal)) + nal for nal in pps) + extension


def _parse_sps(sps: bytes) -> tuple[int, int, bytes]:
    """Picture width and height, and what avcC adds for the high profiles (H.264 §7.3.2.1.1)."""
    if len(sps) < 4:
        raise ValueError("cut off")
    bits, chroma, extension = Bits(sps[4:].replace(b"\0\0\3", b"\0\0")), 1, b""
    bits.ue()
    if sps[1] in _HIGH_PROFILES:
        chroma, extension = _high_profile(bits)
    bits.ue()
    _picture_order(bits)
    bits.ue(), bits.bits(1)
    columns, rows = bits.ue() + 1, bits.ue() + 1
    frames_only = bits.bits(1)
    if not frames_only:
        bits.bits(1)
    bits.bits(1)
    left, right, top, bottom = (bits.ue() for _ in range(4)) if bits.bits(1) else (0, 0, 0, 0)
    unit_x, unit_y = (2 if chroma in (1, 2) else 1), (2 if chroma == 1 else 1) * (2 - frames_only)
    return columns * 16 - unit_x * (left + right), rows * 16 * (2 - frames_only) - unit_y * (top + bottom), extension


def _high_profile(bits: Bits) -> tuple[int, bytes]:
    chroma = bits.ue()
    if chroma == 3:
        bits.bits(1)
    luma_depth, chroma_depth = bits.ue(), bits.ue()
    bits.bits(1)
    if bits.bits(1):
        for index in range(12 if chroma == 3 else 8):
            if bits.bits(1):
                _skip_scaling_list(bits, 16 if index < 6 else 64)
    return chroma, bytes([0xFC | chroma & 3, 0xF8 | luma_depth & 7, 0xF8 | chroma_depth & 7, 0])


def _skip_scaling_list(bits: Bits, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.se()) % 256
        last = following or last


def _picture_order(bits: Bits) -> None:
    kind = bits.ue()
    if kind == 0:
        bits.ue()
    elif kind == 1:
        bits.bits(1), bits.se(), bits.se()
        cycle = bits.ue()
        if cycle > MAX_CYCLE:
            raise ValueError("too many reference frames")
        for _ in range(cycle):
            bits.se()
