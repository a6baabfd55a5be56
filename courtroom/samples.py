"""Judges picture and sound of the check before entry in a worker process (Rules ¶28). Nothing of them is kept."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import wave
from collections.abc import Mapping
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from hearings.entry_check import Part
from hearings.model import Finding

if TYPE_CHECKING:  # a worker need not load the whole server
    from signaling.entry_check import Judge

MOST_PIXELS: Final = 4_000_000
RATES: Final = range(8_000, 48_001)
"""Hz."""
LONGEST_S: Final = 9.0
_NO_LENGTH: Final = frozenset({0x00, 0x01, *range(0xD0, 0xDA), 0xFF})
"""No marker, one without a length, or a fill byte (ITU-T T.81 §B.1.1): cameras write none before the frame header."""
_LASTS_S: Final = 15
"""A worker that takes longer ends: another is put in its place."""


def judge_in(executor: Executor) -> Judge:
    async def judge(picture: bytes | None, sound: bytes | None, face: bool) -> Mapping[Part, Finding]:
        return await asyncio.get_running_loop().run_in_executor(executor, judged, picture, sound, face)

    return judge


def judged(picture: bytes | None, sound: bytes | None, face: bool = True) -> dict[Part, Finding]:
    """For a worker's main thread; ``face``: one is expected in the picture. Raises ValueError with the name of what
    cannot be read."""
    signal.alarm(_LASTS_S)
    try:
        found: dict[Part, Finding] = {}
        if picture is not None:
            found |= _light(pixels(picture), face)
        if sound is not None:
            found |= _noise(*samples(sound))
        return found
    finally:
        signal.alarm(0)


def pixels(jpeg: bytes) -> NDArray[np.uint8]:
    """H×W×3 RGB. Raises ValueError. Its size is read before anything is decoded, and the decoder has its own bound."""
    os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"] = str(MOST_PIXELS)  # it is read once, with the first import
    import cv2

    width, height = size(jpeg)
    if not 0 < width * height <= MOST_PIXELS:
        raise ValueError("picture")
    try:
        decoded: Any = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR_RGB)
    except cv2.error:
        raise ValueError("picture") from None
    if decoded is None:
        raise ValueError("picture")
    return np.asarray(decoded, np.uint8)


def size(jpeg: bytes) -> tuple[int, int]:
    """Width and height of a JPEG by its frame header (ITU-T T.81 §B.2.2). Raises ValueError."""
    at = 2
    while jpeg[:2] == b"\xff\xd8" and at + 9 <= len(jpeg) and jpeg[at] == 0xFF:
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(jpeg[at + 7 : at + 9], "big"), int.from_bytes(jpeg[at + 5 : at + 7], "big")
        if marker in _NO_LENGTH or length < 2:
            break
        at += 2 + length
    raise ValueError("picture")


def samples(wav: bytes) -> tuple[NDArray[np.float32], int]:
    """Mono, −1…1, and its rate in Hz. Raises ValueError."""
    try:
        with wave.open(io.BytesIO(wav)) as file:
            shape, rate, count = (file.getnchannels(), file.getsampwidth()), file.getframerate(), file.getnframes()
            if shape != (1, 2) or rate not in RATES or count > LONGEST_S * rate:
                raise ValueError("sound")
            whole = np.frombuffer(file.readframes(count), "<i2")
    except (wave.Error, EOFError):
        raise ValueError("sound") from None
    return np.asarray(whole / 32_768, np.float32), rate


def _light(picture: NDArray[np.uint8], face: bool) -> dict[Part, Finding]:
    """Where nothing at all is seen, it is the camera that fails."""
    from quality import light

    found = light.judge(picture, face_expected=face)
    if found.cause in ("black", "covered"):
        return {"camera": Finding("bad", found.cause), "light": Finding("unmeasured")}
    return {"light": Finding(found.verdict, _cause(found.cause))}


def _noise(sound: NDArray[np.float32], rate: int) -> dict[Part, Finding]:
    """Where nothing at all is heard, it is the microphone that fails."""
    from quality import noise

    found = noise.judge(sound, rate)
    if found.cause == "silent":
        return {"microphone": Finding("bad", "silent"), "noise": Finding("unmeasured")}
    return {"noise": Finding(found.verdict, _cause(found.cause))}


def _cause(cause: str) -> str:
    return "" if cause == "none" else cause
