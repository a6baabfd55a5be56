"""Recorded speech of eleven people, from Debian's packages; who is tuned on and who is held out.

Of several more (ktuberling has some twenty languages) the recordings are themselves noisier than a good room.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import av
import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]
Part = Literal["tuning", "held-out"]

RATE = 16_000
PROMPTS, TOY = "asterisk/sounds", "ktuberling/sounds"
SHARE = Path("/usr/share")


@dataclass(frozen=True)
class Voice:
    """``files`` is a pattern below ``/usr/share``."""

    name: str
    part: Part
    package: str
    files: str


VOICES = (
    Voice("Allison, English", "tuning", "asterisk-core-sounds-en-g722", f"{PROMPTS}/en_US_f_Allison/*.g722"),
    Voice("Carlo, Italian", "tuning", "asterisk-core-sounds-it-g722", f"{PROMPTS}/it_IT_m_Carlo/*.g722"),
    Voice("Catalan", "tuning", "ktuberling-data", f"{TOY}/ca/*.*"),
    Voice("Lithuanian", "tuning", "ktuberling-data", f"{TOY}/lt/*.*"),
    Voice("June, French", "held-out", "asterisk-core-sounds-fr-g722", f"{PROMPTS}/fr_CA_f_June/*.g722"),
    Voice("IVR voice, Russian", "held-out", "asterisk-core-sounds-ru-g722", f"{PROMPTS}/ru_RU_f_IvrvoiceRU/*.g722"),
    Voice("Paola, Italian", "held-out", "asterisk-prompt-it-menardi-wav", f"{PROMPTS}/it_IT_f_Menardi/*.wav"),
    Voice("Greek", "held-out", "ktuberling-data", f"{TOY}/el/*.*"),
    Voice("Norwegian", "held-out", "ktuberling-data", f"{TOY}/nn/*.*"),
    Voice("Walloon", "held-out", "ktuberling-data", f"{TOY}/wa/*.*"),
    Voice("Romanian", "held-out", "ktuberling-data", f"{TOY}/ro/*.*"),
)
NOT_SPOKEN = re.compile("beep|ring|tone|silence|tt-")
"""Recordings by these names are signals, jokes or silence."""
MUSIC = "asterisk/moh/*.g722"
"""Of asterisk-moh-opsound-g722; every second piece is held out."""


def of(part: Part) -> list[Voice]:
    """Raises ``SystemExit`` where a recording is not installed: fewer voices would be another benchmark."""
    missing = {voice.package for voice in VOICES if not any(SHARE.glob(voice.files))}
    missing |= set() if any(SHARE.glob(MUSIC)) else {"asterisk-moh-opsound-g722"}
    if missing:
        raise SystemExit(f"recordings are not installed: apt install {' '.join(sorted(missing))}")
    return [voice for voice in VOICES if voice.part == part]


def decode(path: Path, rate: int = RATE) -> Sound:
    """Mono, −1…1."""
    with av.open(str(path), format="g722" if path.suffix == ".g722" else None) as container:
        resampler = av.AudioResampler("flt", "mono", rate)
        parts = [out.to_ndarray()[0] for frame in container.decode(audio=0) for out in resampler.resample(frame)]
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def speech(voice: Voice, random: np.random.Generator) -> Iterator[Sound]:
    """Its recordings in an order of chance, again and again, all equally loud, without silence around them."""
    files = [path for path in sorted(SHARE.glob(voice.files)) if not NOT_SPOKEN.search(path.stem)]
    while True:
        for number in random.permutation(len(files)):
            sound = trimmed(decode(files[number]))
            if len(sound) > 0.5 * RATE:
                yield sound / level(sound)


def talk(voice: Voice, seconds: float, random: np.random.Generator) -> Sound:
    """Somebody who speaks for so long, with pauses of 0.15 to 0.6 s between what was recorded; its level is 1."""
    parts: list[Sound] = []
    for sound in speech(voice, random):
        parts += [sound, np.zeros(round(random.uniform(0.15, 0.6) * RATE), np.float32)]
        if sum(map(len, parts)) > (seconds + 1) * RATE:
            break
    whole = np.concatenate(parts)
    start = random.integers(0, len(whole) - round(seconds * RATE))
    return whole[start : start + round(seconds * RATE)]


def level(sound: Sound) -> float:
    """Of what is said: root mean square of the 32 ms frames within 25 dB of the loudest."""
    frames = sound[: len(sound) // 512 * 512].reshape(-1, 512)
    power = np.mean(frames**2, axis=1)
    return float(np.sqrt(np.mean(power[power >= power.max() * 10**-2.5]))) or 1.0


def trimmed(sound: Sound) -> Sound:
    loud = np.flatnonzero(np.abs(sound) > 0.02 * np.max(np.abs(sound), initial=1e-9))
    return sound[loud[0] : loud[-1] + 1] if len(loud) else sound[:0]
