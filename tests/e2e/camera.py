"""Files for Chromium's fake camera and microphone, in which each picture and each sound says whose it is.

A picture carries a bar code of big black and white blocks, which survive scaling and compression: a guard, three bits
of the person, seven of the frame's number, four that check them. A microphone sounds bursts of the person's own tone.
"""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT, FPS = 480, 270, 12
"""No more than four browsers, with their encoders and decoders, can carry on two quick cores."""
FRAMES = 128
"""A lap of the camera's film; frame numbers begin again at 0."""
BLACK, WHITE, GREY = 30, 225, 110
COLOURS = ((100, 150), (150, 100), (90, 110), (150, 160))
"""U and V of each person's picture."""
GUARD = (1, 0)
BLOCKS = len(GUARD) + 3 + 7 + 4
TOP, BOTTOM = 0.10, 0.25
"""Where the bar code stands, as shares of the height; it takes all of the width."""

RATE = 48000
TONES = (600, 850, 1370, 1930)
"""Hz, none near another's or its overtones."""
BURST, PAUSE = 0.25, 0.35


def bits(person: int, number: int) -> list[int]:
    word = person << 7 | number
    check = (word ^ word >> 4 ^ word >> 8) & 15 ^ 5
    return [*GUARD, *(word >> n & 1 for n in range(9, -1, -1)), *(check >> n & 1 for n in range(3, -1, -1))]


def film(path: Path, person: int, width: int = WIDTH, height: int = HEIGHT, fps: int = FPS, grain: int = 0) -> Path:
    """A camera's film (YUV4MPEG2), which Chromium repeats without end. ``grain`` is a real camera's, in grey levels:
    with none a picture takes next to nothing of a link."""
    noise = np.random.default_rng(person)
    size = height // 2 * (width // 2)
    colour = b"".join(bytes([part]) * size for part in COLOURS[person])
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F{fps}:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(FRAMES):
            luma = picture(person, number, width, height).astype(np.int16)
            luma += noise.integers(-grain, grain, luma.shape, np.int16, endpoint=True)
            file.write(b"FRAME\n" + luma.clip(0, 255).astype(np.uint8).tobytes() + colour)
    return path


def picture(person: int, number: int, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    """The luma plane: the bar code above, something that moves below."""
    plane = np.full((height, width), GREY, np.uint8)
    plane[:] += (np.arange(width) * 40 // width).astype(np.uint8)
    edges = np.arange(BLOCKS + 1) * width // BLOCKS
    for bit, left, right in zip(bits(person, number), edges, edges[1:], strict=False):
        plane[int(TOP * height) : int(BOTTOM * height), left:right] = WHITE if bit else BLACK
    size = height // 5
    x = (number * 3 * width // FRAMES) % (width - size)
    y = height * 5 // 10 + (number * 7) % (height // 5)
    plane[y : y + size, x : x + size] = 190
    return plane


def microphone(path: Path, person: int, seconds: float = 60.0) -> Path:
    """Bursts of the person's tone (WAV), which Chromium repeats."""
    t = np.arange(round(seconds * RATE)) / RATE
    inside = t % (BURST + PAUSE)
    edge = np.clip(np.minimum(inside, BURST - inside) / 0.01, 0, 1)
    tone = 9000 * edge * np.sin(2 * np.pi * TONES[person] * t)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(tone.astype("<i2").tobytes())
    return path
