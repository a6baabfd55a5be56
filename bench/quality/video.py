"""Through the coder, for what is decoded is not what the camera saw: H.264 baseline at the low layer's rate."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import av
import numpy as np

from bench.quality.lighting import HEIGHT, WIDTH
from bench.quality.people import Picture

RATE_BPS = 200_000
FRAMES_PER_S = 15


def coded(pictures: Iterable[Picture], frames_per_s: int = FRAMES_PER_S) -> list[bytes]:
    coder = av.CodecContext.create("libx264", "w")
    coder.width, coder.height, coder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    coder.framerate, coder.bit_rate = Fraction(frames_per_s), RATE_BPS
    coder.options = {"preset": "superfast", "tune": "zerolatency", "profile": "baseline", "threads": "1",
                     "maxrate": str(RATE_BPS), "bufsize": str(RATE_BPS // 2)}  # fmt: skip
    packets = []
    for number, picture in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(picture, "rgb24")
        frame.pts = number
        packets += coder.encode(frame)
    return [bytes(packet) for packet in [*packets, *coder.encode(None)]]


def decoded(packets: Iterable[bytes]) -> list[av.VideoFrame]:
    decoder = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    frames = [frame for data in packets for frame in decoder.decode(av.Packet(data))]
    return [*frames, *decoder.decode(None)]


def seen(pictures: Iterable[Picture]) -> Picture:
    """The last of them, as it is decoded."""
    return np.asarray(decoded(coded(pictures))[-1].to_ndarray(format="rgb24"), np.uint8)
