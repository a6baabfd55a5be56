"""What recording costs the media process: ``python -m bench.recorder [--seconds 10] [--participants 20]``.

Each participant sends 50 Opus and 100 video packets a second (0.9 Mbit/s, alternately H.264 and VP8) into recorder
sinks, in an event loop paced by the wall clock, as the media process does. One JSON line: ``us_per_packet`` is the loop
thread's time inside the sinks, ``us_per_packet_all`` the whole process's time for recording (ticks, journal and disk
threads included; the pacing itself is measured without sinks and taken off), ``core_percent`` the same as a share of
one core.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import random
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
import uvloop

from gateway.packet import Codec, Packet, TrackInfo
from gateway.sink import Sink, SittingInfo
from recorder.writer import TakeRecorder

SLOT = 0.02  # seconds: one Opus frame of everybody
VIDEO_EVERY = 4  # slots between pictures of eight packets: 12.5 pictures/s, 100 packets/s
PICTURE_PACKETS = 8
PICTURE_BYTES = 1100
SPS = bytes.fromhex("6742c01fda0280bfe5c044000003000400000300ca3c60ca80")  # 640x360, baseline
PPS = bytes.fromhex("68ce0fc8")


@dataclass
class Source:
    track: TrackInfo
    payloads: list[bytes]
    ssrc: int
    first_slot: int
    sequence: int = 0

    def packets(self, slot: int, now: float) -> Iterator[Packet]:
        if self.track.kind == "video" and slot % VIDEO_EVERY != self.first_slot:
            return
        timestamp = round(slot * SLOT * self.track.clock_rate) & 0xFFFFFFFF
        for n, payload in enumerate(self.payloads):
            last = n == len(self.payloads) - 1
            key = n == 0 and self.track.kind == "video"
            yield Packet(self.ssrc, self.sequence & 0xFFFF, timestamp, last, 96, payload, now, keyframe=key)
            self.sequence += 1


def _picture(codec: Codec) -> list[bytes]:
    """A key frame in eight packets; what stands in it after the headers is noise."""
    noise = [random.randbytes(PICTURE_BYTES - 20) for _ in range(PICTURE_PACKETS)]
    if codec == "VP8":
        frame = b"\x10\x02\x00\x9d\x01\x2a\x80\x02\x68\x01"
        return [
            bytes([0x90 if n == 0 else 0x80, 0x80, 0x81, 0]) + frame * (n == 0) + part for n, part in enumerate(noise)
        ]
    sets = b"\x78" + b"".join(len(nal).to_bytes(2, "big") + nal for nal in (SPS, PPS))
    fragments = [bytes([0x7C, (n == 1) << 7 | (n == 7) << 6 | 5, 0x80]) + part for n, part in enumerate(noise) if n]
    return [sets, *fragments]


def _sources(participants: int) -> list[Source]:
    sources = []
    for n in range(participants):
        codec: Codec = "H264" if n % 2 else "VP8"
        audio = TrackInfo("bench", f"party-{n}", f"a{n}", "audio", "opus", 48000, f"c{n}")
        video = TrackInfo("bench", f"party-{n}", f"v{n}", "video", codec, 90000, f"c{n}")
        sources.append(Source(audio, [random.randbytes(80)], 1000 + n, 0))
        sources.append(Source(video, _picture(codec), 2000 + n, n % VIDEO_EVERY))
    return sources


async def _run(sources: list[Source], sinks: list[Sink] | None, seconds: float) -> tuple[int, float, float]:
    """Packets sent, seconds in sinks, process seconds."""
    count, inside = 0, 0.0
    begin, cpu = time.monotonic(), time.process_time()
    for slot in range(round(seconds / SLOT)):
        await asyncio.sleep(max(0.0, begin + slot * SLOT - time.monotonic()))
        now = time.monotonic()
        batch = [(n, packet) for n, source in enumerate(sources) for packet in source.packets(slot, now)]
        count += len(batch)
        if sinks:
            before = time.thread_time()
            for n, packet in batch:
                sinks[n].on_packet(packet)
            inside += time.thread_time() - before
    return count, inside, time.process_time() - cpu


async def bench(participants: int, seconds: float) -> dict[str, float | int]:
    idle = (await _run(_sources(participants), None, min(seconds, 5)))[2] / min(seconds, 5)
    with tempfile.TemporaryDirectory() as root:
        recorder = TakeRecorder(Path(root))
        sitting = SittingInfo("court", "bench", "sitting", "bench", datetime.now(UTC).isoformat())
        recording, sources = recorder.open(sitting), _sources(participants)
        sinks: list[Sink] = [recording.sink(source.track, source.track.seat, lambda: None) for source in sources]
        count, inside, cpu = await _run(sources, sinks, seconds)
        health = recording.health()
        await recorder.close()
        size = sum(path.stat().st_size for path in Path(root).rglob("*.mkv"))
        takes = len(list(Path(root).rglob("*.mkv")))
    used = cpu - idle * seconds
    return {
        "packets": count,
        "packets_per_second": round(count / seconds),
        "us_per_packet": round(1e6 * inside / count, 2),
        "us_per_packet_all": round(1e6 * used / count, 2),
        "core_percent": round(100 * used / seconds, 2),
        "takes": takes,
        "mbytes": round(size / 1e6, 1),
        "shortfall_seconds": round(max(itertools.chain([0.0], _shortfalls(health))), 1),
    }


def _shortfalls(health: Mapping[str, Any]) -> Iterator[float]:
    for seat, received in health["received_seconds"].items():
        yield received - health["seconds"][seat]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--participants", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=10)
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    print(json.dumps(uvloop.run(bench(arguments.participants, arguments.seconds))))


if __name__ == "__main__":
    main()
