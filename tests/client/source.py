"""The access units of a media file, undecoded, byte by byte as they stand in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import av

from tests.media.packetize import annexb_nals, avcc_nals

Codec = Literal["opus", "H264", "VP8"]
CODECS: dict[str, Codec] = {"opus": "opus", "h264": "H264", "vp8": "VP8"}
PARAMETER_SETS = (7, 8)
IDR = 5


@dataclass(frozen=True)
class AccessUnit:
    """``time`` and ``duration`` in seconds of the file's clock; H.264 is a byte stream of NAL units (Annex B)."""

    codec: Codec
    time: float
    duration: float
    data: bytes
    key: bool


@dataclass(frozen=True)
class Source:
    """What one participant sends: ``video`` by RID, "" where there is one layer only. ``duration`` in seconds."""

    audio: tuple[AccessUnit, ...]
    video: dict[str, tuple[AccessUnit, ...]]
    duration: float


def read(path: str | Path, rids: tuple[str, ...] = ()) -> Source:
    """Opus and H.264 or VP8 of a file. With ``rids``, its video streams are the layers, in that order; a file with
    fewer streams gives its last one to the layers that remain."""
    with av.open(str(path)) as container:
        streams = [stream for stream in container.streams if stream.codec_context.name in CODECS]
        units = {stream.index: _Reader(stream) for stream in streams}
        for packet in container.demux(streams):
            if packet.pts is not None and packet.size:
                units[packet.stream.index].add(packet)
    audio = [r.units for r in units.values() if r.codec == "opus"]
    video = [r.units for r in units.values() if r.codec != "opus"]
    layers = {rid: tuple(video[min(i, len(video) - 1)]) for i, rid in enumerate(rids or ("",)) if video}
    ends = [unit.time + unit.duration for r in units.values() for unit in r.units]
    return Source(tuple(audio[0]) if audio else (), layers, max(ends, default=0.0))


def nal_units(data: bytes) -> list[bytes]:
    return annexb_nals(data)


class _Reader:
    def __init__(self, stream: Any) -> None:
        self.codec = CODECS[stream.codec_context.name]
        self.units: list[AccessUnit] = []
        self._extradata = bytes(stream.codec_context.extradata or b"")
        rate = getattr(stream, "average_rate", None)
        self._duration = 0.02 if self.codec == "opus" else float(1 / rate) if rate else 0.04

    def add(self, packet: Any) -> None:
        assert packet.pts is not None
        base = float(packet.time_base)
        data = bytes(packet)
        if self.codec == "H264":
            data = self._annexb(data, packet.is_keyframe)
        duration = packet.duration * base if packet.duration else self._duration
        self.units.append(AccessUnit(self.codec, packet.pts * base, duration, data, packet.is_keyframe))

    def _annexb(self, data: bytes, key: bool) -> bytes:
        """As WebRTC wants it: parameter sets before each key frame, taken from the container where it has none."""
        if self._extradata[:1] == b"\x01":
            nals = avcc_nals(data, (self._extradata[4] & 3) + 1)
            sets = _avcc_parameter_sets(self._extradata)
        else:
            nals, sets = annexb_nals(data), annexb_nals(self._extradata)
        if key and not any(nal[0] & 31 == 7 for nal in nals):
            nals = [nal for nal in sets if nal[0] & 31 in PARAMETER_SETS] + nals
        return b"".join(b"\0\0\0\1" + nal for nal in nals)


def _avcc_parameter_sets(extradata: bytes) -> list[bytes]:
    """SPS and PPS of an AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1.2)."""
    sets: list[bytes] = []
    at, count = 6, extradata[5] & 31
    for _ in range(2):
        for _ in range(count):
            size = int.from_bytes(extradata[at : at + 2], "big")
            sets.append(extradata[at + 2 : at + 2 + size])
            at += 2 + size
        count = extradata[at] if at < len(extradata) else 0
        at += 1
    return sets
