"""Sends a source's access units at their own times through a publish connection."""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import monotonic

from tests.client.publisher import Publisher
from tests.client.sender import SendStream
from tests.client.source import AccessUnit, Source
from tests.media.packetize import payloads, red_payload

SPEECH_LEVEL = 25
RED_MAX = 1023
"""Octets that the length of a redundant block can say (RFC 2198 §3)."""


@dataclass(frozen=True)
class Sent:
    """An access unit that was sent: its layer, its RTP timestamp and when, in monotonic seconds and packets."""

    unit: AccessUnit
    rid: str
    timestamp: int
    at: float
    packets: int


class Player:
    """``sent`` keeps the last ``keep`` units. The publisher may be exchanged between units, as after a reconnection.

    ``level`` is what the audio level extension says, -dBov: 127 is silence, so that tests choose who speaks.
    """

    def __init__(self, source: Source, publisher: Publisher, keep: int = 100_000, level: int = SPEECH_LEVEL) -> None:
        self.source = source
        self.publisher = publisher
        self.level = level
        self.sent: list[Sent] = []
        self.muted = False
        self._keep = keep
        self._pictures: Counter[str] = Counter()
        self._last_audio: tuple[int, bytes] | None = None

    async def play(self, loop: bool = False) -> None:
        """Media time 0 is now; with ``loop`` again and again without a gap in time."""
        started = self.publisher.epoch = monotonic()
        lap = 0.0
        while True:
            for time, rid, unit in self._units():
                await asyncio.sleep(max(0.0, started + lap + time - monotonic()))
                self._send(unit, rid, started + lap + time - self.publisher.epoch)
            if not loop:
                return
            lap += self.source.duration

    def exchange(self, publisher: Publisher) -> None:
        """Go on through a new connection; its media time goes on with its own epoch."""
        self.publisher = publisher
        self._last_audio = None

    def _units(self) -> Iterator[tuple[float, str, AccessUnit]]:
        tracks = [("", self.source.audio), *self.source.video.items()]
        return heapq.merge(*(_timed(rid, units) for rid, units in tracks), key=lambda item: item[0])

    def _send(self, unit: AccessUnit, rid: str, media_time: float) -> None:
        stream = self.publisher.audio if unit.codec == "opus" else self.publisher.video.get(rid)
        if stream is None or not self.publisher.transport.connected or (self.muted and unit.codec == "opus"):
            return
        timestamp = stream.clock.at(media_time)
        packets = self._packets(unit, rid, timestamp)
        for number, payload in enumerate(packets, 1):
            last = number == len(packets) and unit.codec != "opus"
            stream.send(payload, timestamp, last, monotonic(), self.level if unit.codec == "opus" else None)
        self._note(unit, rid, timestamp, len(packets), stream)

    def _packets(self, unit: AccessUnit, rid: str, timestamp: int) -> list[bytes]:
        if unit.codec != "opus":
            self._pictures[rid] += 1
            return payloads(unit.codec, unit.data, picture_id=self._pictures[rid])
        publisher, stream = self.publisher, self.publisher.audio
        assert stream is not None
        if stream.payload_type != publisher.red_payload_type:
            return [unit.data]
        before, self._last_audio = self._last_audio, (timestamp, unit.data)
        redundant = [(timestamp - before[0] & 0xFFFFFFFF, before[1])] if before else []
        fitting = [(offset, data) for offset, data in redundant if offset < 1 << 14 and len(data) <= RED_MAX]
        return [red_payload(unit.data, fitting, publisher.opus_payload_type)]

    def _note(self, unit: AccessUnit, rid: str, timestamp: int, packets: int, stream: SendStream) -> None:
        if unit.codec == "opus":
            rid = ""
        self.sent.append(Sent(unit, rid, timestamp, monotonic(), packets))
        if len(self.sent) > self._keep:
            del self.sent[: self._keep // 10]


def _timed(rid: str, units: Iterable[AccessUnit]) -> Iterator[tuple[float, str, AccessUnit]]:
    return ((unit.time, rid, unit) for unit in units)
