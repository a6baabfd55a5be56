"""The load client: participants of several hearings who send and receive over real DTLS-SRTP, in its own process.

``python -m bench.load PLAN`` (JSON) connects everybody, warms up and writes JSON lines: ``{"phase": "begin"}`` and
``{"phase": "end"}`` around the measured seconds, then the result. The same code drives every server.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from math import ceil
from time import monotonic, process_time

import uvloop

from bench import media
from bench.courtroom.signaling import CourtroomSignaling
from bench.janus.signaling import JanusSignaling
from bench.server import Signaling, Sources
from bench.small_pictures import pictures
from tests.client.publisher import Options, Publisher
from tests.client.rtp import RtpPacket
from tests.client.subscriber import Subscriber

SIGNALING: dict[str, Callable[[str], Signaling]] = {
    "janus": JanusSignaling, "janus-loops": JanusSignaling, "courtroom": CourtroomSignaling,
    "courtroom-lookout": lambda address: CourtroomSignaling(address, sampled=True),
}  # fmt: skip
PERIOD = 0.020
WARM_UP = 6.0
"""Seconds in which a server learns what its listeners' links carry, before a packet counts."""
FLOWING_TIMEOUT = 15.0
DRAIN = 0.5
TICK = 0.001
SPEECH_LEVEL = 30
"""-dBov of everybody's sound."""
NEVER = 1 << 62


@dataclass(frozen=True)
class Plan:
    server: str
    address: str
    hearings: int
    participants: int
    seconds: float
    real_pictures: bool = False


@dataclass
class Result:
    """Packets of the measured seconds, latencies in milliseconds, the client's own CPU in cores."""

    expected: int = 0
    delivered: int = 0
    sent: int = 0
    planned: int = 0
    misrouted: int = 0
    recovered: int = 0
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    client_cpu: float = 0.0
    max_lag_ms: float = 0.0
    transport_reported: int = 0
    keyframe_requests: int = 0
    missing: list[str] = field(default_factory=list)


@dataclass
class Window:
    """Numbers of the packets that count, per source (audio and video of every participant)."""

    first: list[int]
    last: list[int]
    latencies: list[float] = field(default_factory=list)


class Participant:
    """One person: a publish and a subscribe connection, and what is next to send."""

    def __init__(self, index: int, hearing: int, number: int, window: Window, real: Sequence[bytes] = ()) -> None:
        self.index, self.hearing, self.number = index, hearing, number
        self.publisher = Publisher(Options(video_codecs=("VP8",), audio_nack=True))
        self.subscriber = Subscriber(audio_nack=True)
        self.video = media.VideoSource(index, real)
        self.audio_number = 0
        self.misrouted = 0
        self.heard: set[tuple[int, int]] = set()
        self.counted = [0] * len(window.first)
        self._window = window
        self._sources: dict[str, tuple[int, int]] = {}

    async def publish(self, signaling: Signaling) -> None:
        answer = await signaling.publish(self.hearing, self.number, self.publisher.offer())
        self.publisher.on_keyframe_request = self._on_keyframe_request
        await self.publisher.connect(answer)

    async def subscribe(self, signaling: Signaling, participants: int) -> None:
        answer = self.subscriber.answer(await signaling.subscribe(self.hearing, self.number))
        sources: Sources = await signaling.subscribed(self.hearing, self.number, answer)
        for mid, (kind, number) in sources.items():
            self._sources[mid] = self.hearing * participants + number, int(kind == "video")
        self.subscriber.on_packet = self._on_packet
        await self.subscriber.connect()

    def send_audio(self) -> None:
        stream = self.publisher.audio
        assert stream is not None
        timestamp = stream.clock.offset + 960 * self.audio_number
        payload = media.opus(self.index, self.audio_number)
        self.audio_number += 1
        stream.send(payload, timestamp, False, monotonic(), SPEECH_LEVEL)

    def send_video(self) -> None:
        stream = self.publisher.video[""]
        payload, frame, last = self.video.next()
        stream.send(payload, stream.clock.offset + 90000 * frame // media.FRAME_RATE, last, monotonic())

    async def close(self) -> None:
        await self.publisher.close()
        await self.subscriber.close()

    def _on_keyframe_request(self, rid: str) -> None:
        self.video.want_keyframe = True

    def _on_packet(self, mid: str, packet: RtpPacket, arrival: float) -> None:
        payload = packet.payload
        size = len(payload)
        if size < media.TRAILER.size:
            return  # padding that probes
        source, kind, number, sent = media.TRAILER.unpack_from(payload, size - media.TRAILER.size)
        if self._sources.get(mid) != (source, kind):
            self.misrouted += 1
            return
        window, slot = self._window, 2 * source + kind
        if window.first[slot] <= number < window.last[slot]:
            window.latencies.append(arrival - sent / 1e9)
            self.counted[slot] += 1
        elif window.first[slot] == NEVER:
            self.heard.add((source, kind))


class Load:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        count = plan.hearings * plan.participants
        self.window = Window([NEVER] * (2 * count), [NEVER] * (2 * count))
        real = pictures() if plan.real_pictures else ()
        self.participants = [
            Participant(i, i // plan.participants, i % plan.participants, self.window, real) for i in range(count)
        ]
        self.max_lag = 0.0
        self._schedule = sorted(self._events(), key=lambda event: event[0])

    async def connect(self, signaling: Signaling) -> None:
        for participant in self.participants:
            await participant.publish(signaling)
        for participant in self.participants:
            await participant.subscribe(signaling, self.plan.participants)

    async def send(self) -> None:
        """Every packet at its own time: nobody's share of the 20 ms coincides with another's."""
        start, cycle = monotonic(), 0
        while True:
            for offset, participant, is_video in self._schedule:
                due = start + cycle * PERIOD + offset
                wait = due - monotonic()
                if wait > 0:
                    await asyncio.sleep(max(wait, TICK))
                self.max_lag = max(self.max_lag, monotonic() - due)
                if is_video:
                    participant.send_video()
                else:
                    participant.send_audio()
            cycle += 1

    async def flowing(self) -> None:
        """Everybody gets everybody else's sound and picture."""
        others = 2 * (self.plan.participants - 1)
        deadline = monotonic() + FLOWING_TIMEOUT
        while any(len(p.heard) < others for p in self.participants):
            if monotonic() > deadline:
                raise SystemExit(f"streams that never began to flow: {', '.join(self._silent())}")
            await asyncio.sleep(0.05)

    def _silent(self) -> Iterator[str]:
        for listener in self.participants:
            for source in self.participants:
                if source.hearing != listener.hearing or source is listener:
                    continue
                for kind, name in enumerate(("sound", "picture")):
                    if (source.index, kind) not in listener.heard:
                        asked = source.publisher.feedback.keyframe_requests
                        yield f"{name} {source.index} to {listener.index} ({asked} key frames asked for)"

    async def measure(self) -> Result:
        report("begin")
        cpu, began, self.max_lag = process_time(), monotonic(), 0.0
        self.window.first = self._numbers()
        await asyncio.sleep(self.plan.seconds)
        self.window.last = self._numbers()
        elapsed = monotonic() - began
        report("end")
        cpu = process_time() - cpu
        await asyncio.sleep(DRAIN)
        return self._result(cpu / elapsed, elapsed)

    async def close(self) -> None:
        for participant in self.participants:
            await participant.close()

    def _events(self) -> Iterator[tuple[float, Participant, bool]]:
        step = PERIOD / (3 * len(self.participants))
        for i, participant in enumerate(self.participants):
            yield i * step * 3, participant, False
            for half in (0.0, PERIOD / 2):
                yield (i * step * 3 + step + half) % PERIOD, participant, True

    def _numbers(self) -> list[int]:
        return [number for p in self.participants for number in (p.audio_number, p.video.number)]

    def _result(self, client_cpu: float, elapsed: float) -> Result:
        sent = sum(last - first for first, last in zip(self.window.first, self.window.last, strict=True))
        latencies = sorted(self.window.latencies)
        return Result(
            expected=sent * (self.plan.participants - 1),
            delivered=len(latencies),
            sent=sent,
            planned=int(elapsed / PERIOD * len(self._schedule)),
            misrouted=sum(p.misrouted for p in self.participants),
            recovered=sum(s.recovered for p in self.participants for s in p.subscriber.streams()),
            p50_ms=percentile_ms(latencies, 0.50),
            p99_ms=percentile_ms(latencies, 0.99),
            client_cpu=round(client_cpu, 3),
            max_lag_ms=round(self.max_lag * 1000, 1),
            transport_reported=sum(p.publisher.feedback.transport_reported for p in self.participants),
            keyframe_requests=sum(p.publisher.feedback.keyframe_requests for p in self.participants),
            missing=list(self._missing()),
        )

    def _missing(self) -> Iterator[str]:
        for listener in self.participants:
            for source in self.participants:
                if source.hearing != listener.hearing or source is listener:
                    continue
                for kind, name in enumerate(("sound", "picture")):
                    slot = 2 * source.index + kind
                    count = self.window.last[slot] - self.window.first[slot] - listener.counted[slot]
                    if count:
                        yield f"{count} of the {name} of {source.index} to {listener.index}"


def percentile_ms(ordered: list[float], share: float) -> float:
    """Nearest rank, of sorted seconds, in milliseconds."""
    return round(ordered[max(0, ceil(share * len(ordered)) - 1)] * 1000, 3) if ordered else 0.0


def report(phase: str, **fields: object) -> None:
    print(json.dumps({"phase": phase, **fields}), flush=True)


async def run(plan: Plan) -> None:
    signaling = SIGNALING[plan.server](plan.address)
    await signaling.open(plan.hearings, plan.participants)
    load = Load(plan)
    await load.connect(signaling)
    sending = asyncio.create_task(load.send())
    await load.flowing()
    await asyncio.sleep(WARM_UP)
    result = await load.measure()
    sending.cancel()
    await load.close()
    await signaling.close()
    report("result", **asdict(result))


if __name__ == "__main__":
    uvloop.run(run(Plan(**json.loads(sys.argv[1]))))
