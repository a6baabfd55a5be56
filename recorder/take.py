"""A take: one run of one stream (track, SSRC), as a Matroska file that grows by whole Clusters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.packet import Codec, SenderReport
from recorder import h264, matroska
from recorder.depacketize import AccessUnit
from recorder.disk import Disk, DiskFile
from recorder.matroska import Format

CLUSTER_MS = 400
CLUSTER_BYTES = 1 << 20
JUMP = 5.0  # seconds by which RTP time and arrival may part between two frames before it is another time base
REPORTS_A_SECOND = 4  # kept of each take; more would only fill the journal


def stream_format(codec: Codec, unit: AccessUnit) -> Format | None:
    """How the stream that begins with ``unit`` is decoded; None where it does not begin here."""
    if codec == "opus":
        return Format("opus", matroska.opus_head())
    if not unit.key:
        return None
    return h264.stream_format(unit.data) if codec == "H264" else _vp8_format(unit.data)


def _vp8_format(data: bytes) -> Format | None:
    """Size from the key frame's header (RFC 6386 §9.1)."""
    if data[3:6] != b"\x9d\x01\x2a" or len(data) < 10:
        return None
    width, height = (int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    return Format("VP8", b"", width, height) if width and height else None


@dataclass
class Second:
    """What a ``second`` line of the journal says of a take beyond its bytes; see docs/record.md."""

    reports: list[list[Any]]
    arrival: list[Any] | None


class Take:
    """Loop's thread only. ``seconds`` is what was handed to the disk, without holes of over a second."""

    def __init__(
        self,
        name: str,
        file: DiskFile,
        disk: Disk,
        ssrc: int,
        rate: int,
        first: AccessUnit,
        stream: Format,
        began: datetime,
    ) -> None:
        self.name, self.file, self.ssrc, self.rtp, self.arrival = name, file, ssrc, first.timestamp, first.arrival
        self.seconds = 0.0
        self.frames = 0
        self.pts = 0  # of the newest frame, in ms since the first
        self._disk, self._rate = disk, rate
        self._ticks = 0  # of the newest frame, unwrapped, since the first
        self._timestamp, self._last_arrival = first.timestamp, first.arrival
        self._blocks: list[bytes] = []
        self._bytes = 0
        self._cluster_pts = 0
        self._least = float("inf")  # least delay in this second: arrival − media time
        self._least_frame: list[Any] | None = None
        self._reports: list[list[Any]] = []
        disk.append(file, matroska.header(stream, name, began))

    def add(self, unit: AccessUnit) -> bool:
        """Write a frame; False where its time stamp belongs to another time base and a new take must begin."""
        delta = (unit.timestamp - self._timestamp) & 0xFFFFFFFF
        if delta >= 0x80000000:
            delta -= 0x100000000
        arrival = unit.arrival
        if not -JUMP < delta / self._rate - (arrival - self._last_arrival) < JUMP or self._ticks + delta < 0:
            return False
        self._ticks += delta
        self._timestamp, self._last_arrival = unit.timestamp, arrival
        media = self._ticks / self._rate
        pts = int(media * 1000 + 0.5)
        if arrival - media < self._least:
            self._least, self._least_frame = arrival - media, [pts, round(arrival, 6)]
        self.seconds += max(0, min(pts - self.pts, 1000)) / 1000
        self.pts = pts
        self.frames += 1
        self._add_block(pts, unit)
        return True

    def _add_block(self, pts: int, unit: AccessUnit) -> None:
        offset, data = pts - self._cluster_pts, unit.data
        if not 0 <= offset < CLUSTER_MS or self._bytes > CLUSTER_BYTES:
            self.flush()
        if not self._blocks:
            self._cluster_pts, offset = pts, 0
        head = matroska.block_head(len(data), offset, unit.key)
        self._blocks += (head, data)
        self._bytes += len(head) + len(data)

    def flush(self) -> None:
        """Hand the open Cluster to the disk."""
        if self._blocks:
            self._disk.append(self.file, matroska.cluster(self._cluster_pts, self._blocks, self._bytes))
            self._blocks, self._bytes = [], 0

    def flush_older_than(self, now: float) -> None:
        """Hand on what a silent stream would keep waiting."""
        if self._blocks and now - self._last_arrival > CLUSTER_MS / 1000:
            self.flush()

    def report(self, report: SenderReport) -> None:
        if len(self._reports) < REPORTS_A_SECOND:
            self._reports.append([f"{report.ntp:016x}", report.rtp, round(report.arrival, 6)])

    def second(self) -> Second:
        """What came since the last call, for the journal."""
        second = Second(self._reports, self._least_frame)
        self._reports, self._least, self._least_frame = [], float("inf"), None
        return second
