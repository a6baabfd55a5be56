"""Access units → RTP payloads, as browsers send them: for tests, benchmarks and the headless client.

The last payload of an access unit carries the marker bit (audio: none needed).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence

MTU = 1100


def annexb_nals(data: bytes) -> list[bytes]:
    """The NAL units of an Annex B byte stream (H.264 Annex B), without start codes and trailing zeros."""
    starts = []
    at = data.find(b"\0\0\1")
    while at >= 0:
        starts.append(at + 3)
        at = data.find(b"\0\0\1", at + 3)
    ends = [start - 3 for start in starts[1:]] + [len(data)]
    return [data[start:end].rstrip(b"\0") for start, end in zip(starts, ends, strict=True)]


def avcc_nals(data: bytes, length_size: int = 4) -> list[bytes]:
    """The NAL units of a length-prefixed access unit (ISO/IEC 14496-15), as MP4 and Matroska hold it."""
    nals, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + length_size], "big")
        nals.append(data[at + length_size : at + length_size + size])
        at += length_size + size
    return nals


def h264_payloads(nals: Sequence[bytes], mtu: int = MTU) -> list[bytes]:
    """One access unit (RFC 6184, packetization-mode 1): small neighbours share a STAP-A, large NALs become FU-A."""
    payloads: list[bytes] = []
    for group in _groups(nals, mtu):
        if len(group) > 1:
            payloads.append(b"\x78" + b"".join(struct.pack(">H", len(nal)) + nal for nal in group))
        elif len(group[0]) <= mtu:
            payloads.append(group[0])
        else:
            payloads.extend(_fu_a(group[0], mtu))
    return payloads


def _groups(nals: Sequence[bytes], mtu: int) -> Iterator[list[bytes]]:
    group: list[bytes] = []
    for nal in nals:
        if group and 1 + sum(len(member) + 2 for member in [*group, nal]) > mtu:
            yield group
            group = []
        group.append(nal)
    if group:
        yield group


def _fu_a(nal: bytes, mtu: int) -> Iterator[bytes]:
    indicator, kind = (nal[0] & 0xE0) | 28, nal[0] & 0x1F
    body, step = nal[1:], mtu - 2
    for at in range(0, len(body), step):
        start, end = at == 0, at + step >= len(body)
        yield bytes([indicator, start << 7 | end << 6 | kind]) + body[at : at + step]


def vp8_payloads(frame: bytes, mtu: int = MTU, picture_id: int = 0) -> list[bytes]:
    """One VP8 frame (RFC 7741) with a 15-bit picture id, as Chromium sends it."""
    extension = b"\x80" + struct.pack(">H", 0x8000 | picture_id & 0x7FFF)
    step = mtu - 4
    chunks = [frame[at : at + step] for at in range(0, len(frame), step)]
    return [bytes([0x80 | (0x10 if n == 0 else 0)]) + extension + chunk for n, chunk in enumerate(chunks)]


def opus_payloads(frame: bytes) -> list[bytes]:
    """One Opus packet is one payload (RFC 7587)."""
    return [frame]


def red_payload(frame: bytes, redundant: Sequence[tuple[int, bytes]] = (), payload_type: int = 111) -> bytes:
    """An RFC 2198 payload: ``redundant`` are (timestamp offset, older frame), oldest first."""
    headers = b"".join(
        struct.pack(">I", 0x80000000 | payload_type << 24 | offset << 10 | len(older)) for offset, older in redundant
    )
    return headers + bytes([payload_type]) + b"".join(older for _, older in redundant) + frame


def payloads(codec: str, data: bytes, mtu: int = MTU, picture_id: int = 0) -> list[bytes]:
    """The payloads of one access unit; H.264 may be Annex B or length-prefixed."""
    if codec == "H264":
        split: Callable[[bytes], list[bytes]] = (
            annexb_nals if data[:4] in (b"\0\0\0\1",) or data[:3] == b"\0\0\1" else avcc_nals
        )
        return h264_payloads(split(data), mtu)
    return vp8_payloads(data, mtu, picture_id) if codec == "VP8" else opus_payloads(data)
