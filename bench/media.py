"""What the load client sends: packets that look like Opus and VP8 to a server, each with its time and number inside.

The servers forward without decoding; they look at descriptors and frame headers (RFC 7741, RFC 6386 §9.1), which are
valid. The rest of a payload is noise, and its last 16 bytes say who sent it, which one it is and when.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from struct import Struct
from time import monotonic_ns

TRAILER = Struct("!HHIQ")
"""Participant within the load, kind (0 audio, 1 video), number, monotonic nanoseconds."""

OPUS_TOC = b"\x78"
"""20 ms, hybrid full band, mono (RFC 6716 §3.1)."""
OPUS_BYTES = 100
VIDEO_RATE = 900_000
VIDEO_PACKETS = 100
PACKETS_PER_FRAME = 4
FRAME_RATE = VIDEO_PACKETS // PACKETS_PER_FRAME
PAYLOAD_BYTES = VIDEO_RATE // 8 // VIDEO_PACKETS
NOISE = random.Random(1).randbytes(4096)


def opus(source: int, number: int) -> bytes:
    return OPUS_TOC + NOISE[: OPUS_BYTES - 1 - TRAILER.size] + TRAILER.pack(source, 0, number, monotonic_ns())


@dataclass
class VideoSource:
    """VP8 frames of four packets each; the next frame is a key frame after ``want_keyframe``. With ``pictures``, the
    first of them a key frame, their first packet has a whole real one."""

    source: int
    pictures: Sequence[bytes] = ()
    number: int = 0
    want_keyframe: bool = True
    _keyframe: bool = False
    _picture: int = 0
    _shown: int = 0

    def next(self) -> tuple[bytes, int, bool]:
        """Payload, index of its frame, whether it ends the frame."""
        part = self.number % PACKETS_PER_FRAME
        if part == 0:
            self._keyframe, self.want_keyframe = self.want_keyframe, False
            self._picture = self._picture + 1 & 0x7FFF
            self._shown = 0 if self._keyframe else max(1, (self._shown + 1) % max(2, len(self.pictures)))
        head = self._descriptor(part) + (self._frame_header() if part == 0 else b"")
        filler = NOISE[: PAYLOAD_BYTES - len(head) - TRAILER.size]
        payload = head + filler + TRAILER.pack(self.source, 1, self.number, monotonic_ns())
        frame = self.number // PACKETS_PER_FRAME
        self.number += 1
        return payload, frame, part == PACKETS_PER_FRAME - 1

    def _descriptor(self, part: int) -> bytes:
        """X, S on the first part; I with 15 bits (RFC 7741 §4.2), as Chromium writes it."""
        return bytes([0x90 if part == 0 else 0x80, 0x80]) + (0x8000 | self._picture).to_bytes(2, "big")

    def _frame_header(self) -> bytes:
        """A real picture; else a frame tag: key frame or not, shown, size of the first partition; a key frame has start
        code and size."""
        if self.pictures:
            return self.pictures[self._shown]
        first_partition = PAYLOAD_BYTES
        tag = (0 if self._keyframe else 1) | 1 << 4 | first_partition << 5
        size = b"\x9d\x01\x2a" + (640).to_bytes(2, "little") + (360).to_bytes(2, "little") if self._keyframe else b""
        return tag.to_bytes(3, "little") + size
