"""Drawn people before a wall, who move a little: for cameras of browsers and for headless participants."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from courtroom.portraits import portrait
from tests.client.source import AccessUnit, Source
from tests.media.material import opus_packets

LAP = 40
"""Pictures until a movement begins again."""


def pictures(seed: int, width: int, height: int) -> list[NDArray[np.uint8]]:
    """A lap of one person's pictures, BGR."""
    person = cv2.imdecode(np.frombuffer(portrait(seed), np.uint8), cv2.IMREAD_COLOR)
    assert person is not None
    tall = cv2.resize(person, (height * 6 // 5, height * 3 // 2), interpolation=cv2.INTER_AREA)
    side = width // 2
    wide = cv2.copyMakeBorder(tall, 0, 0, side, side, cv2.BORDER_REPLICATE)
    middle, high = (wide.shape[1] - width) // 2, height // 12
    found = []
    for n in range(LAP):
        x = round(middle + width / 90 * np.sin(n / LAP * 2 * np.pi))
        y = round(high + height / 160 * np.sin(n / LAP * 4 * np.pi))
        found.append(np.ascontiguousarray(wide[y : y + height, x : x + width], np.uint8))
    return found


def slow_film(path: Path, seed: int, width: int = 480, height: int = 270, fps: int = 8) -> Path:
    """For Chromium's fake camera (YUV4MPEG2), slow enough for many browsers on one machine."""
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F{fps}:1 Ip A1:1 C420jpeg\n".encode())
        for one in pictures(seed, width, height):
            file.write(b"FRAME\n" + cv2.cvtColor(one, cv2.COLOR_BGR2YUV_I420).tobytes())
    return path


def film(path: Path, seed: int, width: int = 1280, height: int = 720) -> Path:
    """For Chromium's fake camera (Motion JPEG), which repeats it."""
    path.write_bytes(b"".join(cv2.imencode(".jpg", one)[1].tobytes() for one in pictures(seed, width, height)))
    return path


def source(seed: int, *, speaks: bool, codec: str = "VP8", seconds: float = 4.0, fps: int = 6) -> Source:
    """What a headless participant sends; without ``speaks`` only the picture."""
    return Source(_speech(seed, seconds) if speaks else (), {"": _video(seed, codec, seconds, fps)}, seconds)


@cache
def _video(seed: int, codec: str, seconds: float, fps: int) -> tuple[AccessUnit, ...]:
    encoder = av.CodecContext.create("libx264" if codec == "H264" else "libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt = 320, 180, "yuv420p"
    encoder.time_base, encoder.framerate, encoder.bit_rate = Fraction(1, fps), Fraction(fps), 50_000
    encoder.gop_size = 2 * fps
    encoder.options = (
        {"profile": "baseline", "preset": "veryfast", "tune": "zerolatency"}
        if codec == "H264"
        else {"deadline": "realtime", "cpu-used": "6", "lag-in-frames": "0"}
    )
    lap, units = pictures(seed, 320, 180), list[AccessUnit]()
    for n in range(round(seconds * fps)):
        frame = av.VideoFrame.from_ndarray(lap[n % LAP], format="bgr24").reformat(format="yuv420p")
        frame.pts = n
        units += [
            AccessUnit(codec, n / fps, 1 / fps, bytes(packet), packet.is_keyframe)  # type: ignore[arg-type]
            for packet in encoder.encode(frame)
        ]
    return tuple(units)


@cache
def _speech(seed: int, seconds: float) -> tuple[AccessUnit, ...]:
    """Noise in syllables, of which no two packets are alike."""
    random = np.random.default_rng(seed)
    loud = np.repeat(4000 * (1 + np.sin(2 * np.pi * 4 * np.arange(round(seconds * 50)) / 50)), 960)
    samples = (loud * random.standard_normal(len(loud))).clip(-30000, 30000).astype(np.int16)
    units = opus_packets(samples)
    return tuple(AccessUnit("opus", n * 0.02, 0.02, data, True) for n, data in enumerate(units))
