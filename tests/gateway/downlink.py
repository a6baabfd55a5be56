"""A listener behind a link, in virtual time: sound, pictures, the pacer, the link, and transport-wide feedback."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from random import Random

from bench.shaping import Link, Shape
from gateway.allocator import Level, Want, allocate, next_step_bps, starved, wanted_bps
from gateway.departures import OVERHEAD, Departures
from gateway.estimate import BandwidthEstimate
from gateway.pacer import Pacer
from gateway.probe import PACKET
from gateway.track import WIRE
from gateway.train import Train
from gateway.twcc import ArrivalRecorder, decode

STEP = 0.005
CLOCK = 1234.5  # s by which the listener's clock differs


@dataclass(eq=False)
class Picture:
    """``low`` and ``high`` in bit/s, on the wire; 25 frames a second, a key frame at each change of layer."""

    low: float
    high: float
    level: Level = "paused"
    owed: float = 0.0
    keyframe: bool = False

    def frame(self) -> int:
        """Octets of the next frame."""
        if self.level == "paused":
            return 0
        size = (self.high if self.level == "high" else self.low) / 8 / 25
        if self.keyframe:
            self.keyframe = False
            size *= 5
        return int(size)


@dataclass
class Listener:
    """``voices`` are heard all the time; ``threshold`` bit/s are asked of the link, whatever is sent."""

    voices: int = 4
    pictures: list[Picture] = field(default_factory=lambda: [Picture(200e3, 1.2e6) for _ in range(4)])
    now: float = 0.0
    shape: Shape = field(default_factory=Shape)
    threshold: float = 0.0

    def __post_init__(self) -> None:
        self.departures = Departures()
        self.estimate = BandwidthEstimate(self.now)
        self.pacer = Pacer(self.now)
        self.link, self.back = Link(self.shape, Random(1)), Link(self.shape, Random(2))
        self.arrivals = ArrivalRecorder(0.1)
        self.train: Train | None = None
        self.voice_delays: list[float] = []
        self.voices_sent = 0
        self.queues: list[float] = []
        self.bps: list[float] = []
        self.levels: list[tuple[Level, ...]] = []
        self.delivered = 0
        self.media = 0.0
        self._bits = (self.now, 0)
        self._sent = self._padded = 0
        self._turn = 0
        self._gathered: list[tuple[int, int]] | None = None

    def held_up(self, seconds: float) -> Listener:
        """The gateway does nothing for so long, then sends at once what has gathered."""
        self._gathered = []
        self.run(seconds)
        gathered, self._gathered = self._gathered, None
        for octets, voice in gathered:
            self._send(octets, voice)
        self.estimate.held_up(self.now)
        return self

    def run(self, seconds: float, shape: Shape | None = None) -> Listener:
        if shape is not None:
            self.link.shape = self.back.shape = shape
        for _ in range(round(seconds / STEP)):
            self._step()
        return self

    def _step(self) -> None:
        self.now = round(self.now + STEP, 6)
        self._turn += 1
        if self._turn % 4 == 0:
            for voice in range(self.voices):
                self._send(80 + WIRE, voice=voice)
            self.pacer.run(self.now)
            self._probe(0.02)
        if self._turn % 8 == 0:
            for picture in self.pictures:
                self._frame(picture)
        if self._turn % 40 == 0:
            self._allocate()
        self._arrive()

    def _frame(self, picture: Picture) -> None:
        size = picture.frame()
        while size > 0:
            octets = min(size, 1200)
            size -= octets
            if self.pacer.admits(self.now):
                self._send(octets + WIRE)
            else:
                self.pacer.hold(picture, octets, partial(self._send, octets + WIRE))

    def _send(self, octets: int, voice: int = -1) -> None:
        if self._gathered is not None:
            self._gathered.append((octets, voice))
            return
        number = self.departures.next
        self.departures.depart(octets - OVERHEAD, self.now)
        self._sent += octets
        self.pacer.spend(octets)
        self.voices_sent += voice >= 0
        packet = number.to_bytes(8, "big") + (b"v" if voice >= 0 else b".") + bytes(octets - 9)
        self.link.put(packet, self.now)

    def _probe(self, seconds: float) -> None:
        probe = self.estimate.probe
        if probe.train:
            first = self.departures.next
            for _ in range(probe.train):
                self._pad()
            probe.train = 0
            self.train = Train(first, self.departures.next - 1)
        elif probe.padding_bps and not self.pacer.waiting:
            for _ in range(int(probe.padding_bps * seconds / 8) // (PACKET + WIRE)):
                self._pad()

    def _pad(self) -> None:
        self._send(PACKET + WIRE)
        self._padded += PACKET + WIRE

    def _wants(self) -> list[Want]:
        return [Want(str(n), p.low, p.high, n == 0, p.level, "high") for n, p in enumerate(self.pictures)]

    def _allocate(self) -> None:
        then, before = self._bits
        sent = self._sent - self._padded
        self.media += (8 * (sent - before) / (self.now - then) - self.media) * 0.2
        self._bits = (self.now, sent)
        wants = self._wants()
        sound = (80 + WIRE) * 400.0 * len(wants)
        granted = allocate(self.estimate.budget, sound, wants)
        for n, picture in enumerate(self.pictures):
            level = granted[str(n)]
            if picture in self._overrun():
                level = "paused"
            picture.keyframe = picture.keyframe or (level != picture.level and level != "paused")
            if level == "paused":
                self.pacer.forget(picture)
            picture.level = level
        useful, least = max(wanted_bps(sound, wants), self.threshold), next_step_bps(sound, wants, granted)
        if self.estimate.bps < self.threshold:
            least = min(least, self.threshold)
        self.estimate.turn(self.now, self.media, useful, least, starved(granted, wants))
        self.pacer.rate(self.estimate.pace(self.now))
        self.bps.append(self.estimate.bps)
        self.levels.append(tuple(p.level for p in self.pictures))

    def _overrun(self) -> list[Picture]:
        return [p for p in self.pictures if any(o is p for o in self.pacer.overrun)]

    def _arrive(self) -> None:
        for packet in self.link.take(self.now):
            number = int.from_bytes(packet[:8], "big")
            sent = self.departures._left[number & 8191]
            self.arrivals.on_packet(number & 0xFFFF, self.now + CLOCK)
            self.delivered += len(packet)
            if packet[8:9] == b"v":
                self.voice_delays.append(self.now - sent)
        for fci in self.arrivals.due(self.now + CLOCK):
            self.back.put(fci, self.now)
        for fci in self.back.take(self.now):
            feedback = decode(fci)
            told = self.departures.read(feedback, self.train)
            self.estimate.on_feedback(told, self.departures.arrived, self.departures.lost, self.now)
            if self.train is not None and self.train.over:
                first, last, apart = self.train.span
                octets = self.departures.octets_between(first, last)
                self.estimate.on_train(8 * octets / apart if apart else 0.0, self.now)
                self.train = None
