"""The speech that is sent: recorded English (Debian's asterisk-core-sounds-en-g722: Allison Smith, CC BY-SA 3.0).

The package has no transcript; ``TRANSCRIPT`` is what is said in three of its recordings, in the recogniser's spelling.
"""

from __future__ import annotations

import subprocess
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SOUNDS = Path("/usr/share/asterisk/sounds/en_US_f_Allison")
RATE = 16_000
PAUSE = 0.3
"""Seconds after each recording, and the longest within one."""
PIECE = 10.0
"""Scores are of pieces of at most about so many seconds, as PESQ (ITU-T P.862) wants them, cut where nobody speaks."""
QUIET = 0.01
"""Of the loudest: below it nobody speaks."""
BLOCK = 0.02

Sound = NDArray[np.float32]

TRANSCRIPT = {
    "demo-echotest": """
        you are about to enter an echo test in this mode everything you say will be repeated back to you just as soon
        as it is received the purpose of this test is to give you an audible sense of the latency between you and the
        machine that is running the echo test application you may end the test by hanging up or by pressing the pound
        key
    """,
    "demo-abouttotry": """
        i am about to attempt an inter asterisk exchange connection to a demonstration server located at digium in
        order for this to work you must already be connected to the internet please wait a moment while i attempt to
        make the connection
    """,
    "demo-instruct": """
        if you would like to learn more technical information about asterisk dial two now if you'd like to test out the
        voice over i p capabilities of asterisk you can dial five zero zero to attempt an inter asterisk exchange or
        i a x connection to a demonstration server at digium in order for this test to work you will need to be
        connected to the internet and have at least a twenty eight point eight kilobit modem to execute an echo test
        dial six zero zero this test is most useful when you have connected to this asterisk server from a remote
        location the sample configuration also has a single user with extension one two three four and password four
        two four two that user is configured to ring the console when their extension is dialed if you dial one two
        three four you can try to ring the console if the console is busy or unavailable you will be given the option
        to leave a voicemail to check voicemail for the user dial extension eight five zero zero to enter the voicemail
        system finally you can press the pound key to disconnect from the p b x
    """,
}


@dataclass(frozen=True)
class Speech:
    """One lap. ``recordings`` are the places of the recordings, ``pieces`` of what is scored: samples from, to."""

    sound: Sound
    recordings: tuple[tuple[int, int], ...]
    words: tuple[tuple[str, ...], ...]
    pieces: tuple[tuple[int, int], ...]

    @property
    def seconds(self) -> float:
        return len(self.sound) / RATE


def write(sound: Sound, path: Path, rate: int = 48_000) -> Path:
    """A WAV file, for Chromium's fake microphone too, which repeats it."""
    decoded = subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "f32le", "-ar", str(RATE), "-ac", "1", "-i", "-", "-ar", str(rate), "-f",
         "s16le", "-"], input=sound.tobytes(), capture_output=True, check=True,
    ).stdout  # fmt: skip
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(decoded)
    return path


def load(names: Sequence[str] = tuple(TRANSCRIPT)) -> Speech:
    if not SOUNDS.is_dir():
        raise SystemExit("the speech is not installed: apt install asterisk-core-sounds-en-g722")
    parts: list[Sound] = []
    recordings = []
    at = 0
    for name in names:
        sound = squeezed(decode(SOUNDS / f"{name}.g722"))
        recordings.append((at, at + len(sound)))
        parts += [sound, np.zeros(round(PAUSE * RATE), np.float32)]
        at += len(parts[-2]) + len(parts[-1])
    whole = np.concatenate(parts)
    words = tuple(tuple(text.split()) for text in map(TRANSCRIPT.__getitem__, names))
    pieces = tuple(piece for start, end in recordings for piece in cut(whole, start, end))
    return Speech(whole, tuple(recordings), words, pieces)


def decode(path: Path) -> Sound:
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-ar", str(RATE), "-ac", "1", "-f", "f32le", "-"]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.float32)


def loud(sound: Sound) -> NDArray[np.bool_]:
    """Of each block: is something said?"""
    size = round(BLOCK * RATE)
    blocks = sound[: len(sound) // size * size].reshape(-1, size)
    level = np.sqrt(np.mean(blocks**2, axis=1))
    return np.asarray(level > QUIET * np.max(np.abs(sound), initial=1e-9))


def squeezed(sound: Sound) -> Sound:
    """Nobody is silent for longer than ``PAUSE``."""
    size = round(BLOCK * RATE)
    said, longest, silent, kept = loud(sound), round(PAUSE / BLOCK), 0, []
    for number, speaks in enumerate(said):
        silent = 0 if speaks else silent + 1
        if silent <= longest:
            kept.append(sound[number * size : (number + 1) * size])
    return np.concatenate([*kept, sound[len(said) * size :]])


def cut(sound: Sound, start: int, end: int) -> list[tuple[int, int]]:
    """In the middle of the longest pause in each piece's second half."""
    size = round(BLOCK * RATE)
    pieces = []
    while end - start > PIECE * RATE:
        half, full = start + round(PIECE / 2 * RATE), start + round(PIECE * RATE)
        middle = half + size * _pause(loud(sound[half:full]))
        pieces.append((start, middle))
        start = middle
    return [*pieces, (start, end)]


def _pause(spoken: NDArray[np.bool_]) -> int:
    """The middle of the longest run without speech."""
    best, since = (0, 0), 0
    for number, said in enumerate([*spoken, True]):
        if said:
            best = max(best, (number - since, since))
            since = number + 1
    return best[1] + best[0] // 2
