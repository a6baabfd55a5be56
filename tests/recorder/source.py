"""A simulated sender: known material, its own RTP offsets and skewed wall clock, a network with delay."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.packet import Codec, Packet, SenderReport, TrackInfo
from gateway.sink import Sink, SittingInfo
from recorder.writer import Clock, SittingRecording, TakeRecorder
from tests.media import material, packetize

STARTED = datetime(2026, 11, 21, 9, 0, 3, 120000, tzinfo=UTC)
SITTING = SittingInfo("almaty", "hearing-1", "sitting-1", "7204-25-00-2/15", "2026-11-21T09:00:03.120Z")
BASE = 5000.0  # the monotonic clock at the sitting's start


@dataclass
class FakeClock:
    """Stands where a test puts it: ``now`` is hearing time."""

    now: float = 0.0
    boot: str = "boot-1"

    def clock(self) -> Clock:
        return Clock(lambda: BASE + self.now, lambda: STARTED + timedelta(seconds=self.now), lambda: self.boot)


@dataclass
class Source:
    """``wall``: what the sender's clock shows at hearing time 0, in NTP seconds; ``drift`` of its clock, as a share."""

    codec: Codec
    units: Sequence[material.AccessUnit]
    seat: str = "party-1"
    ssrc: int = 1
    wall: float = 3_900_000_000.0
    drift: float = 0.0
    delay: float = 0.02
    jitter: float = 0.0
    cname: str = "cname-1"
    track: str = "track"
    seed: int = 1
    rng: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.rng = random.Random(f"{self.seed}{self.ssrc}")
        self.rtp_offset, self.sequence = self.rng.getrandbits(32), self.rng.getrandbits(16)

    @property
    def rate(self) -> int:
        return 48000 if self.codec == "opus" else 90000

    def info(self) -> TrackInfo:
        kind = "audio" if self.codec == "opus" else "video"
        return TrackInfo("hearing-1", self.seat, self.track, kind, self.codec, self.rate, self.cname)  # type: ignore[arg-type]

    def rtp(self, time: float) -> int:
        """The RTP time stamp of what is captured at hearing time ``time``."""
        return (self.rtp_offset + round(time * (1 + self.drift) * self.rate)) & 0xFFFFFFFF

    def arrival(self, time: float) -> float:
        return BASE + time + self.delay + self.rng.random() * self.jitter

    def packets(self, at: float = 0.0) -> Iterator[Packet]:
        """The material's packets; its first access unit is captured at hearing time ``at``."""
        for unit in self.units:
            payloads, arrival = packetize.payloads(self.codec, unit.data), self.arrival(at + unit.time)
            for n, payload in enumerate(payloads):
                marker = n == len(payloads) - 1
                stamp = self.rtp(at + unit.time)
                key = unit.key and n == 0
                yield Packet(self.ssrc, self.sequence & 0xFFFF, stamp, marker, 96, payload, arrival, keyframe=key)
                self.sequence += 1

    def report(self, time: float) -> SenderReport:
        ntp = round((self.wall + time * (1 + self.drift)) * (1 << 32))
        return SenderReport(self.ssrc, ntp, self.rtp(time), self.arrival(time))


def feed(
    sink: Sink, source: Source, at: float = 0.0, lose: frozenset[int] = frozenset(), report_every: float = 1.0
) -> None:
    """Everything of ``source`` into ``sink``, without the packets whose index is in ``lose``, with sender reports."""
    reported = at
    for n, packet in enumerate(source.packets(at)):
        if packet.arrival - BASE - source.delay >= reported:
            sink.on_sender_report(source.report(reported))
            reported += report_every
        if n not in lose:
            sink.on_packet(packet)


def recording(root: Path, clock: FakeClock) -> tuple[TakeRecorder, SittingRecording]:
    recorder = TakeRecorder(root, clock.clock())
    return recorder, recorder.open(SITTING)


def folder(root: Path) -> Path:
    return root / "almaty" / "hearing-1" / "sitting-1"
