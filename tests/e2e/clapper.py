"""A film with a clapper: at known times the picture flashes white for one frame and the sound beeps; and how to find
both again in a recording."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

FPS, RATE = 25, 48000
EVERY = 1.2
"""Seconds between claps; a whole number of frames."""
BEEP = 0.1
QUIET = 0.3
"""Seconds of silence before what counts as a new beep."""


def film(path: Path, seconds: float, codec: str = "H264") -> Path:
    """Matroska with H.264 constrained baseline (or VP8), a key frame a second, and Opus."""
    with av.open(str(path), "w", format="matroska") as container:
        video = container.add_stream("libx264" if codec == "H264" else "libvpx", rate=FPS)
        video.width, video.height, video.pix_fmt = 320, 180, "yuv420p"
        video.codec_context.gop_size = FPS
        video.options = (
            {"profile": "baseline", "preset": "ultrafast", "tune": "zerolatency"}
            if codec == "H264"
            else {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
        )
        audio = container.add_stream("libopus", rate=RATE, layout="mono")
        for n in range(round(seconds * FPS)):
            container.mux(video.encode(_picture(n)))
            container.mux(audio.encode(_sound(n)))
        container.mux(video.encode())
        container.mux(audio.encode())
    return path


def flashes(path: Path, index: int) -> list[float]:
    """Seconds in the recording at which stream ``index`` turns white."""
    found, white = list[float](), False
    for frame in _decoded(path, index):
        now_white = float(np.mean(frame.to_ndarray(format="gray"))) > 120
        if now_white and not white:
            found.append(float(frame.time))
        white = now_white
    return found


def beeps(path: Path, index: int) -> list[float]:
    """Seconds at which stream ``index`` begins to sound after silence."""
    found, last = list[float](), -QUIET
    for frame in _decoded(path, index):
        samples = np.abs(frame.to_ndarray().astype(np.float64)).reshape(-1)
        step = len(frame.layout.channels) if len(samples) > frame.samples else 1
        loud = np.flatnonzero(samples[::step] > 0.05 * (1 if samples.max(initial=0) <= 1.5 else 32768))
        for at in loud / frame.sample_rate + float(frame.time):
            if at - last > QUIET:
                found.append(float(at))
            last = at
    return found


def _decoded(path: Path, index: int) -> Iterator[av.VideoFrame]:
    with av.open(str(path)) as container:
        yield from container.decode(container.streams[index])


def _picture(n: int) -> av.VideoFrame:
    flash = n % round(EVERY * FPS) == 0
    picture = np.full((180, 320, 3), 245 if flash else 20, np.uint8)
    picture[120:150, (n * 5) % 280 : (n * 5) % 280 + 40] = (60, 90, 30)
    frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
    frame.pts, frame.time_base = n, Fraction(1, FPS)
    return frame


def _sound(n: int) -> av.AudioFrame:
    """As long as one picture."""
    size = RATE // FPS
    t = np.arange(n * size, (n + 1) * size) / RATE
    tone = np.where(t % EVERY < BEEP, 12000 * np.sin(2 * np.pi * 1000 * t), 0).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(tone.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = RATE, n * size, Fraction(1, RATE)
    return frame
