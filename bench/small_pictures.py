"""Real VP8 pictures, small enough for one packet of the load, so that whoever decodes it has the work of a call.

What follows a picture's last partition in its octets is passed over by decoders (RFC 6386 §9.5), so that the load's
filler and trailers disturb nobody.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import av
import numpy as np

from bench.media import FRAME_RATE

WIDTH, HEIGHT, COUNT = 640, 360, 100


@lru_cache(maxsize=1)
def pictures() -> tuple[bytes, ...]:
    """The first is a key frame. They fit into one packet: 1100 octets at most."""
    coder = av.CodecContext.create("libvpx", "w")
    coder.width, coder.height, coder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    coder.framerate, coder.time_base, coder.bit_rate = Fraction(FRAME_RATE), Fraction(1, FRAME_RATE), 150_000
    coder.gop_size = 100 * COUNT
    coder.options = {"deadline": "realtime", "cpu-used": "6", "lag-in-frames": "0", "qmin": "58", "qmax": "63"}
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    found: list[bytes] = []
    for number in range(COUNT):
        x = WIDTH / 2 + 40 * np.sin(number / 6)
        head = ((columns - x) / 70) ** 2 + ((rows - HEIGHT / 2) / 95) ** 2 <= 1
        picture = np.where(head, 190, 90 + rows // 8).astype(np.uint8)
        frame = av.VideoFrame.from_ndarray(np.repeat(picture[..., None], 3, axis=2), "rgb24")
        frame.pts = number
        found += [bytes(packet) for packet in coder.encode(frame.reformat(format="yuv420p"))]
    return tuple(found)
