"""One participant's sampled packets, decoded in the worker: the last whole picture, the last seconds of sound."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any, Final

import av
import numpy as np
from numpy.typing import NDArray

from gateway.packet import Codec, Packet
from quality.speech import FRAME, RATE, Listening
from recorder.depacketize import AccessUnit, depacketizer
from recorder.h264 import nals
from recorder.reorder import Gap, Reorder

SOUND_S: Final = 2.0
"""Of sound in one look: a fan is told once it runs through half of it. A second look confirms what so little says."""
WAIT_S: Final = 0.4
"""So long a hole waits for its retransmission."""
_PIXELS: Final = 4_000_000
_SIDE: Final = 960
"""A wider picture is made smaller before it is looked at."""
_STRIDE: Final = 8
"""Of so many rows and columns one is glanced at."""
_DECODERS: Final = {"H264": "h264", "VP8": "vp8", "opus": "opus"}


class _Ordered:
    """Packets of one track to access units, whatever SSRC they come by."""

    def __init__(self, codec: Codec) -> None:
        self.codec = codec
        self._begin(-1)

    def _begin(self, ssrc: int) -> None:
        self._ssrc = ssrc
        self._reorder = Reorder(WAIT_S)
        self._depacketizer = depacketizer(self.codec)

    def push(self, packets: Sequence[Packet]) -> tuple[list[AccessUnit], bool]:
        """The access units that are whole now, and whether anything is missing before the last of them."""
        units: list[AccessUnit] = []
        lost = False
        for packet in packets:
            if packet.ssrc != self._ssrc:
                self._begin(packet.ssrc)
            for item in (*self._reorder.push(packet), *self._reorder.expire(packet.arrival)):
                if isinstance(item, Gap):
                    self._depacketizer.lost()
                    lost = True
                else:
                    units += self._depacketizer.push(item)
        return units, lost


class Pictures:
    """A damaged picture is not looked at: until the next key frame there is none. ``wants_keyframe``: it waits for one,
    in vain so far."""

    def __init__(self, codec: Codec) -> None:
        self._ordered = _Ordered(codec)
        self._decoder: Any = None
        self._frame: Any = None
        self._fresh = False

    @property
    def wants_keyframe(self) -> bool:
        return self._decoder is None

    def push(self, packets: Sequence[Packet], all_pictures: bool) -> None:
        """Without ``all_pictures`` key frames alone are decoded."""
        units, lost = self._ordered.push(packets)
        if lost:
            self._decoder, self._fresh = None, False
        for unit in units:
            if unit.key and self._decoder is None:
                self._decoder = _video(self._ordered.codec)
            if not (unit.key or all_pictures):
                self._decoder = None
            if self._decoder is not None:
                self._decode(unit)

    def glance(self) -> tuple[float, ...] | None:
        """How bright the newest picture is in its dark, middle and bright parts, 0–255; None where there is none that
        was not glanced at."""
        fresh, self._fresh = self._fresh, False
        if not fresh:
            return None
        plane = self._frame.planes[0]  # luma, in all of the 4:2:0 formats that browsers send
        rows = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
        return tuple(float(one) for one in np.percentile(rows[::_STRIDE, : plane.width : _STRIDE], (10, 50, 90)))

    def picture(self) -> NDArray[np.uint8]:
        """The newest one, H×W×3 RGB. Only after a glance at it."""
        frame = self._frame
        if frame.width > _SIDE:
            height = max(2, round(frame.height * _SIDE / frame.width / 2) * 2)
            frame = frame.reformat(width=_SIDE, height=height)
        return np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)

    def _decode(self, unit: AccessUnit) -> None:
        try:
            frames = self._decoder.decode(av.Packet(_bytes(self._ordered.codec, unit.data)))
        except av.FFmpegError:
            self._decoder = None
            return
        if frames:
            self._frame, self._fresh = frames[-1], True


class Sound:
    """The last `SOUND_S` seconds, and where in them somebody speaks."""

    def __init__(self) -> None:
        self._ordered = _Ordered("opus")
        self._decoder: Any = av.CodecContext.create(_DECODERS["opus"], "r")
        self._resampler = av.AudioResampler("flt", "mono", RATE)
        self._listening = Listening()
        self._coming: deque[NDArray[np.float32]] = deque(maxlen=round(SOUND_S * 50))
        self._rest = self._sound = np.zeros(0, np.float32)
        self._likely: NDArray[np.float32] | None = np.zeros(0, np.float32)

    def push(self, packets: Sequence[Packet]) -> None:
        """What was lost is left out: it is neither speech nor silence."""
        units, _ = self._ordered.push(packets)
        for unit in units:
            try:
                frames = self._decoder.decode(av.Packet(unit.data))
            except av.FFmpegError:
                continue
            for frame in frames:
                frame.pts = None  # what was lost is not filled up
                for small in self._resampler.resample(frame):
                    self._coming.append(np.asarray(small.to_ndarray()[0], np.float32))

    def take(self) -> tuple[NDArray[np.float32], NDArray[np.float32] | None] | None:
        """Whole frames of `quality.speech`, and how likely each is speech (None without the model); None where nothing
        has come since the last time."""
        if not self._coming:
            return None
        come = np.concatenate([self._rest, *self._coming])
        self._coming.clear()
        whole = len(come) // FRAME * FRAME
        self._rest = come[whole:]
        likely = self._listening.presence(come[:whole])
        keep = round(SOUND_S * RATE / FRAME)
        self._sound = np.concatenate([self._sound, come[:whole]])[-keep * FRAME :]
        known = likely is not None and self._likely is not None
        self._likely = np.concatenate([self._likely, likely])[-keep:] if known else None
        return self._sound, self._likely


def _video(codec: Codec) -> Any:
    decoder = av.CodecContext.create(_DECODERS[codec], "r")
    decoder.thread_count = 1
    decoder.options = {"max_pixels": str(_PIXELS)}
    return decoder


def _bytes(codec: Codec, data: bytes) -> bytes:
    """H.264 as a byte stream (ITU-T H.264 Annex B)."""
    return b"".join(b"\0\0\0\1" + nal for nal in nals(data)) if codec == "H264" else data
