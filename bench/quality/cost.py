"""What one look costs: CPU time of this process, one thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle, islice
from time import process_time
from typing import Any

import av
import numpy as np

from bench.quality.hearing import mixed
from bench.quality.lighting import HEIGHT, WIDTH, as_it_is, scene, shots
from bench.quality.people import Person
from bench.quality.video import FRAMES_PER_S, coded
from bench.quality.voices import of
from quality import light, noise
from quality.novelty import CALM
from quality.thrift import STEPS

LOOK_S = STEPS[0].look_s
SECONDS = 3.0
"""Of sound in one judgement."""


def per_look(person: Person, seconds: int = 8) -> dict[str, float]:
    """Milliseconds: of decoding one frame of the low layer of a 720p camera (640×360, H.264, 200 kbit/s), of turning a
    frame into RGB and judging it, of decoding 20 ms of Opus, of judging 3 s of sound at 48 kHz; and the share of a core
    that one participant takes with nothing to save: all frames decoded as our client sends them, all sound decoded,
    and both judged as the worker does where nothing changes."""
    random = np.random.default_rng(1)
    picture = as_it_is(scene(person, 0.35, random), random)
    packets = coded(shots(picture, seconds * FRAMES_PER_S, random))
    decoder = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    frames: list[av.VideoFrame] = []
    frame_ms = timed(lambda data: frames.extend(decoder.decode(av.Packet(data))), packets)
    light_ms = timed(lambda frame: light.judge(frame.to_ndarray(format="rgb24")), list(islice(cycle(frames[:5]), 40)))
    sound = mixed(of("tuning")[0], "fan", SECONDS, 20, random).sound
    opus_ms = _opus_ms(sound)
    noise_ms = timed(lambda _: noise.judge(np.repeat(sound, 3), 48_000), range(20))
    core = frame_ms * FRAMES_PER_S + light_ms / (LOOK_S * CALM) + opus_ms * 50 + noise_ms / LOOK_S
    assert (WIDTH, HEIGHT) == (640, 360)
    return {"frame_decode_ms": round(frame_ms, 3), "light_ms": round(light_ms, 2), "opus_decode_ms": round(opus_ms, 4),
            "noise_3s_ms": round(noise_ms, 2), "core_share": round(core / 1000, 4)}  # fmt: skip


def timed(work: Callable[[Any], object], items: Sequence[Any]) -> float:
    """Mean milliseconds of each, after the first."""
    work(items[0])
    started = process_time()
    for item in items[1:]:
        work(item)
    return (process_time() - started) * 1000 / (len(items) - 1)


def opus(sound: np.typing.NDArray[np.float32]) -> list[bytes]:
    """Packets of 20 ms; ``sound`` at 16 kHz."""
    coder = av.CodecContext.create("libopus", "w")
    coder.sample_rate, coder.layout, coder.format, coder.bit_rate = 48_000, "mono", "s16", 32_000
    whole = (np.repeat(sound, 3) * 32_767).astype(np.int16)
    packets: list[bytes] = []
    for number in range(len(whole) // 960):
        frame = av.AudioFrame.from_ndarray(whole[None, number * 960 : (number + 1) * 960], "s16", "mono")
        frame.sample_rate, frame.pts = 48_000, number * 960
        packets += [bytes(packet) for packet in coder.encode(frame)]
    return packets


def _opus_ms(sound: np.typing.NDArray[np.float32]) -> float:
    packets = opus(sound)
    decoder = av.CodecContext.create("libopus", "r")
    return timed(lambda data: decoder.decode(av.Packet(data)), packets)
