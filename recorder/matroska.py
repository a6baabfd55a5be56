"""A take's Matroska file (RFC 9559): one track, a Segment of unknown size, Clusters of SimpleBlocks. Pure.

A Cluster has a known size and is made in one piece, so that a file cut anywhere is readable up to its last whole one.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from gateway.packet import Codec
from recorder.ebml import UNKNOWN_SIZE, children, element, floating, read_head, signed, text, uint

EBML, SEGMENT, INFO, TRACKS, CLUSTER = 0x1A45DFA3, 0x18538067, 0x1549A966, 0x1654AE6B, 0x1F43B675
TIMESTAMP, SIMPLE_BLOCK = 0xE7, 0xA3
PROGRAM = "Courtroom 1"
CODEC_IDS: dict[Codec, str] = {"opus": "A_OPUS", "H264": "V_MPEG4/ISO/AVC", "VP8": "V_VP8"}
_DATE_EPOCH = datetime(2001, 1, 1, tzinfo=UTC)  # RFC 8794 §7.6
_BLOCK_HEAD = struct.Struct(">BIBhB")
_CLUSTER_HEAD = struct.Struct(">IQBBQ")
_BLOCK_FIXED, _CLUSTER_FIXED = 4, 10  # a SimpleBlock's and a Cluster's bytes before the frames and blocks


@dataclass(frozen=True, slots=True)
class Format:
    """How one stream is decoded: ``private`` is CodecPrivate (OpusHead, avcC or nothing); sizes in pixels."""

    codec: Codec
    private: bytes = b""
    width: int = 0
    height: int = 0


def opus_head(channels: int = 2) -> bytes:
    """OpusHead (RFC 7845 §5.1) without pre-skip: a take starts in mid-stream, and its times are the sender's."""
    return b"OpusHead" + struct.pack("<BBHIhB", 1, channels, 0, 48000, 0, 0)


def header(stream: Format, title: str, began: datetime) -> bytes:
    """Everything before the first Cluster."""
    ebml = uint(0x4286, 1) + uint(0x42F7, 1) + uint(0x42F2, 4) + uint(0x42F3, 8)
    ebml += text(0x4282, "matroska") + uint(0x4287, 4) + uint(0x4285, 2)
    date = (began - _DATE_EPOCH).total_seconds() * 1e9
    info = uint(0x2AD7B1, 1_000_000) + signed(0x4461, round(date)) + text(0x7BA9, title)
    info += text(0x4D80, PROGRAM) + text(0x5741, PROGRAM)
    tracks = element(TRACKS, element(0xAE, _track(stream, title)))
    return element(EBML, ebml) + SEGMENT.to_bytes(4, "big") + UNKNOWN_SIZE + element(INFO, info) + tracks


def _track(stream: Format, title: str) -> bytes:
    audio = stream.codec == "opus"
    entry = uint(0xD7, 1) + uint(0x73C5, 1) + uint(0x83, 2 if audio else 1) + uint(0x9C, 0)
    entry += text(0x536E, title) + text(0x22B59C, "und") + text(0x86, CODEC_IDS[stream.codec])
    if stream.private:
        entry += element(0x63A2, stream.private)
    if audio:
        return entry + element(0xE1, floating(0xB5, 48000.0) + uint(0x9F, stream.private[9]))
    return entry + element(0xE0, uint(0xB0, stream.width) + uint(0xBA, stream.height))


def block_head(size: int, offset_ms: int, key: bool) -> bytes:
    """What stands before a frame of ``size`` bytes, ``offset_ms`` (16 bits, signed) after its Cluster's timestamp."""
    return _BLOCK_HEAD.pack(SIMPLE_BLOCK, 0x10000000 | size + _BLOCK_FIXED, 0x81, offset_ms, 0x80 if key else 0)


def cluster(timestamp_ms: int, blocks: Sequence[bytes], size: int) -> bytes:
    """A Cluster of ``blocks``: heads and frames in turn, ``size`` bytes in all."""
    head = _CLUSTER_HEAD.pack(CLUSTER, 0x0100000000000000 | size + _CLUSTER_FIXED, TIMESTAMP, 0x88, timestamp_ms)
    return head + b"".join(blocks)


@dataclass(frozen=True, slots=True)
class Block:
    """One frame as read back: its time since the take's beginning, whether it is a key frame, its bytes."""

    pts_ms: int
    key: bool
    data: bytes


def read_blocks(stream: BinaryIO) -> Iterator[Block]:
    """A take's frames in file order; a Cluster that is cut off ends them."""
    while head := read_head(stream):
        if head.identifier == SEGMENT:
            continue
        data = stream.read(head.size) if head.size is not None else b""
        if head.size is None or len(data) < head.size:
            return
        if head.identifier == CLUSTER:
            yield from _blocks(data)


def _blocks(data: bytes) -> Iterator[Block]:
    timestamp = 0
    for identifier, content in children(data):
        if identifier == TIMESTAMP:
            timestamp = int.from_bytes(content, "big")
        elif identifier == SIMPLE_BLOCK:
            offset, flags = struct.unpack_from(">hB", content, 1)
            yield Block(timestamp + offset, bool(flags & 0x80), content[4:])
