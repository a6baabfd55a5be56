"""Real encoded sound and picture for tests, made by FFmpeg on the spot. Deterministic, cached for the test run."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class AccessUnit:
    """``time`` in seconds since the start of the material; H.264 data is Annex B."""

    time: float
    data: bytes
    key: bool


def opus_packets(
    samples: NDArray[Any], rate: int = 48000, layout: str = "mono", bit_rate: int = 32000, frame_ms: int = 20,
    **options: str,
) -> list[bytes]:  # fmt: skip
    """Packets of one frame each, by libopus; ``samples`` are int16 or float32, interleaved. What is no whole frame is
    left out."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.bit_rate = rate, layout, bit_rate
    encoder.format = "flt" if samples.dtype == np.float32 else "s16"
    encoder.options = {"frame_duration": str(frame_ms), **options}
    ticks = rate * frame_ms // 1000
    size = ticks * len(encoder.layout.channels)
    packets: list[bytes] = []
    for n in range(len(samples) // size):
        part = samples[None, n * size : (n + 1) * size]
        frame = av.AudioFrame.from_ndarray(part, format=encoder.format.name, layout=layout)
        frame.sample_rate, frame.pts = rate, n * ticks
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    return packets


@cache
def opus(seconds: float = 2.0, frequency: float = 440.0) -> tuple[AccessUnit, ...]:
    """20 ms Opus frames of a tone."""
    t = np.arange(round(seconds * 50) * 960) / 48000
    tone = (8000 * np.sin(2 * np.pi * frequency * t)).astype(np.int16)
    packets = opus_packets(np.repeat(tone, 2), layout="stereo")
    return tuple(AccessUnit(n * 0.02, data, True) for n, data in enumerate(packets))


@cache
def video(
    codec: str,
    seconds: float = 2.0,
    width: int = 320,
    height: int = 180,
    fps: int = 25,
    gop: int = 25,
    bitrate: int = 900_000,
) -> tuple[AccessUnit, ...]:
    """A moving, noisy picture as ``H264`` (constrained baseline, one key frame per ``gop``) or ``VP8``, no B-frames."""
    encoder = av.CodecContext.create("libx264" if codec == "H264" else "libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.framerate, encoder.bit_rate = Fraction(1, fps), Fraction(fps), bitrate
    encoder.gop_size = gop
    encoder.options = (
        {"profile": "baseline", "preset": "ultrafast", "tune": "zerolatency", "x264-params": f"keyint={gop}:scenecut=0"}
        if codec == "H264"
        else {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
    )
    random, units = np.random.default_rng(1), list[AccessUnit]()
    for n in range(round(seconds * fps)):
        frame = av.VideoFrame.from_ndarray(_picture(random, n, width, height), format="rgb24").reformat(
            format="yuv420p"
        )
        frame.pts = n
        units += [AccessUnit(n / fps, bytes(packet), packet.is_keyframe) for packet in encoder.encode(frame)]
    return tuple(units)


def _picture(
    random: np.random.Generator, n: int, width: int, height: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    picture = random.integers(0, 60, (height, width, 3), dtype=np.uint8)
    left = (n * 7) % (width - 40)
    picture[20:80, left : left + 40] = (250, 200, 40)
    return picture
