"""A media server of one's own, on loopback, with headless peers: no app, no browser."""

from __future__ import annotations

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from gateway.packet import Packet, SenderReport, TrackInfo
from gateway.server import MediaConfig, MediaServer
from gateway.sink import SittingInfo
from tests.client.publisher import Options, Publisher
from tests.client.rtp import RtpPacket
from tests.client.subscriber import Subscriber

SITTING = {"court": "c", "sitting": "s", "number": "1", "started_utc": "2026-01-01T00:00:00Z"}


class MemorySink:
    def __init__(self) -> None:
        self.packets: list[Packet] = []
        self.over = False
        self.arrived = asyncio.Event()

    def on_packet(self, packet: Packet) -> None:
        self.packets.append(packet)
        self.arrived.set()

    def on_sender_report(self, report: SenderReport) -> None: ...

    def on_end(self) -> None:
        self.over = True


class MemoryRecorder:
    """Keeps what the record would be made of; ``sinks`` by seat and kind, a new one per take."""

    def __init__(self) -> None:
        self.sinks: dict[tuple[str, str], list[Any]] = defaultdict(list)
        self.events: list[Mapping[str, Any]] = []
        self.make: Callable[[], Any] = MemorySink

    def open(self, sitting: SittingInfo) -> MemoryRecorder:
        return self

    def sink(self, track: TrackInfo, title: str, request_keyframe: Callable[[], None]) -> Any:
        sink = self.make()
        self.sinks[track.seat, track.kind].append(sink)
        return sink

    async def append_events(self, events: Sequence[Mapping[str, Any]]) -> None:
        self.events += events

    def health(self) -> Mapping[str, Any]:
        return {"seconds": {}, "received_seconds": {}, "failed": None}

    async def close(self) -> None: ...


class Hearing:
    """Drives a server as the app would, without the control socket. Every event is kept in ``events``."""

    def __init__(self, seats: Sequence[str], tmp_path: Path, recorder: Any = None, capacity: int = 30) -> None:
        self.recorder = recorder or MemoryRecorder()
        self.server = MediaServer(
            MediaConfig("127.0.0.1", 0, ["127.0.0.1"], tmp_path / "m.sock", tmp_path / "s.sock"),
            self.recorder,
            lambda *_: "good",
        )
        self.server._tools.emit = self._emit
        self.seats = list(seats)
        self.capacity = capacity
        self.version = 0
        self.events: list[Mapping[str, Any]] = []
        self._changed = asyncio.Event()
        self._peers: list[Publisher | Subscriber] = []

    async def __aenter__(self) -> Hearing:
        await self.server.start()
        await self.allow()
        return self

    async def __aexit__(self, *exc: object) -> None:
        for peer in self._peers:
            await peer.close()
        await self.server.stop()

    async def ask(self, op: str, **fields: Any) -> Any:
        return await self.server._handle(op, fields)

    async def allow(
        self,
        links: Any = "all",
        record: Sequence[str] | Mapping[str, str] = (),
        sampled: Mapping[str, str] | None = None,
        inside: Sequence[str] = (),
    ) -> None:
        """A new policy; by default everybody hears and sees everybody. ``record``: seats, or what of each."""
        if links == "all":
            links = {a: {b: "av" for b in self.seats if b != a} for a in self.seats}
        self.version += 1
        await self.ask("policy", policy={
            "hearing": "h", "version": self.version, "capacity": self.capacity, "sitting": SITTING if record else None,
            "seats": {s: {"title": s, "role": "party"} for s in self.seats}, "links": links,
            "record": dict(record) if isinstance(record, Mapping) else dict.fromkeys(record, "av"), "speaker_first": [],
            "sampled": dict(sampled or {}), "inside": list(inside),
        })  # fmt: skip

    async def publish(self, seat: str, **options: Any) -> Publisher:
        name = secrets.token_hex(4)
        publisher = Publisher(Options(**{"red": True, "audio_nack": True, "video_codecs": ("VP8",), **options}))
        reply = await self.ask("publish", hearing="h", seat=seat, connection=name, sdp=publisher.offer())
        await asyncio.gather(publisher.connect(reply["sdp"]), self.until(connection=name, state="connected"))
        self._peers.append(publisher)
        return publisher

    async def subscribe(self, seat: str, without: str = "no codec") -> Listener:
        """``without`` is a codec that the listener cannot decode."""
        name = secrets.token_hex(4)
        subscriber = Subscriber(audio_nack=True)
        reply = await self.ask("subscribe", hearing="h", seat=seat, connection=name)
        listener = Listener(subscriber, {s["mid"]: (s["seat"], s["kind"]) for s in reply["slots"]})
        answer = subscriber.answer(reply["sdp"]).replace(without, "unknown")
        await self.ask("subscribed", connection=name, sdp=answer)
        await asyncio.gather(subscriber.connect(), self.until(connection=name, state="connected"))
        self._peers.append(subscriber)
        return listener

    async def received(self, seat: str, count: int) -> None:
        """The server has had this many packets of sound from ``seat``."""
        async with asyncio.timeout(10):
            while True:
                publisher = self.server.rooms["h"].members[seat].publisher
                if (
                    publisher
                    and sum(s.stats.received for s in publisher.streams.values() if s.kind == "audio") >= count
                ):
                    return
                await asyncio.sleep(0.005)

    async def until(self, **fields: Any) -> Mapping[str, Any]:
        """The first event, past or to come, with these fields."""
        async with asyncio.timeout(10):
            while True:
                for event in self.events:
                    if all(event.get(k) == v for k, v in fields.items()):
                        return event
                self._changed.clear()
                await self._changed.wait()

    async def until_link(self, seat: str, good: Callable[[Any], bool]) -> Any:
        """The first readout from now on of ``seat`` that is ``good``."""
        async with asyncio.timeout(20):
            while True:
                self._changed.clear()
                await self._changed.wait()
                last = self.events[-1]
                if last["event"] == "links" and seat in last["seats"] and good(last["seats"][seat]):
                    return last["seats"][seat]

    def _emit(self, event: Mapping[str, Any]) -> None:
        self.events.append(event)
        self._changed.set()


class Listener:
    def __init__(self, subscriber: Subscriber, slots: Mapping[str, tuple[str, str]]) -> None:
        self.subscriber = subscriber
        self.got: dict[tuple[str, str], list[RtpPacket]] = defaultdict(list)
        self._arrived = asyncio.Event()
        self._slots = slots
        subscriber.on_packet = self._on_packet

    def _on_packet(self, mid: str, packet: RtpPacket, arrival: float) -> None:
        self.got[self._slots[mid]].append(packet)
        self._arrived.set()

    async def hears(self, seat: str, kind: str, count: int) -> list[RtpPacket]:
        async with asyncio.timeout(10):
            while len(self.got[seat, kind]) < count:
                self._arrived.clear()
                await self._arrived.wait()
        return self.got[seat, kind]
