"""One participant's sampled packets, decoded in the worker: the last whole picture, the last seconds of sound."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Final

import av
import numpy as np
from numpy.typing import NDArray

from courtroom.breath import breathless
from gateway.budget import Budget
from gateway.packet import Codec, Packet
from quality.speech import FRAME, RATE, Listening
from recorder.depacketize import AccessUnit, depacketizer
from recorder.h264 import nals
from recorder.reorder import Gap, Reorder

SOUND_S: Final = 2.0
"""Of sound in one look: a fan is told once it runs through half of it. A second look confirms what so little says."""
MOST_UNITS_PER_S: Final = 60
"""Of sound, that are decoded: browsers send 50."""
WAIT_S: Final = 0.4
"""So long a hole waits for its retransmission."""
_PIXELS: Final = 4_000_000
LEAST_HEIGHT: Final = 160
"""Of a picture that is looked at: one that rests for its link is tried again by a smaller one."""
_SIDE: Final = 960
"""A wider picture is made smaller before it is looked at."""
_STRIDE: Final = 8
"""Of so many rows and columns one is glanced at."""
_MOST: Final = 1024
"""Pictures that wait to be decoded: half a minute of them."""
_AT_ONCE: Final = 6
"""Frames of sound that are listened to between two rests."""
_OPUS_RATE: Final = 48_000
_DECODERS: Final = {"H264": "h264", "VP8": "vp8", "opus": "opus"}


class _Ordered:
    """Packets of one track to access units, whatever SSRC they come by: with another one, something was lost."""

    def __init__(self, codec: Codec) -> None:
        self.codec = codec
        self._begin(-1)

    def _begin(self, ssrc: int) -> None:
        self._ssrc = ssrc
        self._reorder = Reorder(WAIT_S)
        self._depacketizer = depacketizer(self.codec)

    def push(self, packets: Sequence[Packet]) -> list[AccessUnit | None]:
        """The access units that are whole now; None where something is missing between them."""
        units: list[AccessUnit | None] = []
        for packet in packets:
            if packet.ssrc != self._ssrc:
                if self._ssrc >= 0:
                    units.append(None)
                self._begin(packet.ssrc)
            for item in (*self._reorder.push(packet), *self._reorder.expire(packet.arrival)):
                if isinstance(item, Gap):
                    self._depacketizer.lost()
                    units.append(None)
                else:
                    units += self._depacketizer.push(item)
        return units


class Pictures:
    """A damaged picture is not looked at: until the next key frame there is none. Nothing is decoded before the look
    that needs it, and then all at once, which costs less. ``rest`` is called between pieces of work."""

    def __init__(self, codec: Codec, rest: Callable[[], None] = breathless) -> None:
        self._rest = rest
        self._ordered = _Ordered(codec)
        self._decoder: Any = None
        self._units: list[AccessUnit] = []
        self._intact = False
        self._frame: Any = None

    @property
    def wants_keyframe(self) -> bool:
        return not self._intact

    def push(self, packets: Sequence[Packet], all_pictures: bool) -> None:
        """Without ``all_pictures`` key frames alone are decoded."""
        for unit in self._ordered.push(packets):
            if unit is None or len(self._units) > _MOST:
                self._break()
                continue
            if unit.key:
                self._units.clear()
                self._intact = True
            elif not all_pictures:
                self._intact = False
            if self._intact:
                self._units.append(unit)

    def glance(self) -> tuple[float, ...] | None:
        """How bright the newest picture is in its dark, middle and bright parts, 0–255; None where there is none that
        was not glanced at."""
        fresh, units = None, self._units
        self._units = []
        for unit in units:
            fresh = self._decode(unit) or fresh
            self._rest()
        if fresh is None or fresh.height < LEAST_HEIGHT:
            return None
        self._frame = fresh
        plane = fresh.planes[0]  # luma, in all of the 4:2:0 formats that browsers send
        rows = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
        return tuple(float(one) for one in np.percentile(rows[::_STRIDE, : plane.width : _STRIDE], (10, 50, 90)))

    def picture(self) -> NDArray[np.uint8]:
        """The newest one, H×W×3 RGB. Only after a glance at it."""
        frame = self._frame
        width, height = frame.width, frame.height
        if width > _SIDE:
            width, height = _SIDE, max(2, round(height * _SIDE / width / 2) * 2)
        return np.asarray(frame.reformat(width, height, "rgb24", threads=1).to_ndarray(), np.uint8)

    def _decode(self, unit: AccessUnit) -> Any:
        """The picture, where one comes out."""
        if unit.key and self._decoder is None:
            self._decoder = _video(self._ordered.codec)
        if self._decoder is None:
            return None
        try:
            frames = self._decoder.decode(av.Packet(_bytes(self._ordered.codec, unit.data)))
        except av.FFmpegError:
            self._break()
            return None
        return frames[-1] if frames else None

    def _break(self) -> None:
        self._decoder, self._intact, self._units = None, False, []


class Sound:
    """The last `SOUND_S` seconds, and where in them somebody speaks. ``rest`` is called between pieces of work."""

    def __init__(self, rest: Callable[[], None] = breathless) -> None:
        self._rest = rest
        self._ordered = _Ordered("opus")
        self._decoder: Any = av.CodecContext.create(_DECODERS["opus"], "r")
        self._resampler = _resampler()
        self._listening = Listening()
        self._budget = Budget(MOST_UNITS_PER_S, SOUND_S * 50)
        self._units: deque[AccessUnit] = deque(maxlen=round(SOUND_S * 50))
        self._beyond = self._sound = np.zeros(0, np.float32)
        self._likely: NDArray[np.float32] | None = np.zeros(0, np.float32)
        self.fresh: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None
        """Of what was taken last, what was not taken before; None without the model."""

    def push(self, packets: Sequence[Packet]) -> None:
        """What was lost is left out: it is neither speech nor silence."""
        whole = (unit for unit in self._ordered.push(packets) if unit is not None)
        self._units += [unit for unit in whole if self._budget.take(unit.arrival)]

    def take(self) -> tuple[NDArray[np.float32], NDArray[np.float32] | None] | None:
        """Whole frames of `quality.speech`, and how likely each is speech (None without the model); None where nothing
        has come since the last time."""
        parts = self._decoded()
        if not parts:
            return None
        come = np.concatenate([self._beyond, *parts])
        whole = len(come) // FRAME * FRAME
        self._beyond = come[whole:]
        likely = self._presence(come[:whole])
        self.fresh = None if likely is None else (come[:whole], likely)
        keep = round(SOUND_S * RATE / FRAME)
        self._sound = np.concatenate([self._sound, come[:whole]])[-keep * FRAME :]
        known = likely is not None and self._likely is not None
        self._likely = np.concatenate([self._likely, likely])[-keep:] if known else None
        return self._sound, self._likely

    def _presence(self, sound: NDArray[np.float32]) -> NDArray[np.float32] | None:
        found = []
        for start in range(0, max(len(sound), 1), _AT_ONCE * FRAME):
            likely = self._listening.presence(sound[start : start + _AT_ONCE * FRAME])
            if likely is None:
                return None
            found.append(likely)
            self._rest()
        return np.concatenate(found)

    def _decoded(self) -> list[NDArray[np.float32]]:
        """At `RATE`, mono. A resampler is called once: each call costs more than what it does for 20 ms."""
        planes = []
        while self._units:
            self._rest()
            with contextlib.suppress(av.FFmpegError):
                planes += [frame.to_ndarray() for frame in self._decoder.decode(av.Packet(self._units.popleft().data))]
        mono = [plane.mean(axis=0, dtype=np.float32) for plane in planes]
        if not mono:
            return []
        newest = np.concatenate(mono)[-round(SOUND_S * _OPUS_RATE) :]  # a unit has 120 ms at most (RFC 6716 §3.2.5)
        whole = av.AudioFrame.from_ndarray(newest[None], "flt", "mono")
        whole.sample_rate = _OPUS_RATE
        self._resampler.push(whole)
        with contextlib.suppress(av.BlockingIOError):  # until more has come
            return [np.asarray(self._resampler.pull().to_ndarray()[0], np.float32)]
        return []


def _resampler() -> Any:
    """`av.AudioResampler`, which begins as many threads as there are processors for each participant."""
    graph = av.filter.Graph()
    graph.threads = 1
    graph.link_nodes(
        graph.add_abuffer(sample_rate=_OPUS_RATE, format="flt", layout="mono", time_base=Fraction(1, _OPUS_RATE)),
        graph.add("aresample", str(RATE)), graph.add("abuffersink"),
    ).configure()  # fmt: skip
    return graph


def _video(codec: Codec) -> Any:
    decoder = av.CodecContext.create(_DECODERS[codec], "r")
    decoder.thread_count = 1
    decoder.options = {"max_pixels": str(_PIXELS)}
    return decoder


def _bytes(codec: Codec, data: bytes) -> bytes:
    """H.264 as a byte stream (ITU-T H.264 Annex B)."""
    return b"".join(b"\0\0\0\1" + nal for nal in nals(data)) if codec == "H264" else data
