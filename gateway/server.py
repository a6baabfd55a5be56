"""The media process: one UDP socket, one control socket, the rooms, and the clock that drives their feedback."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import structlog

import gateway
from gateway import policy as policies
from gateway import sdp
from gateway.connection import Connection, State
from gateway.control import ControlServer
from gateway.endpoint import Endpoint
from gateway.load import BUSY_CORES, LAG_S, Load
from gateway.messages import PROTOCOL, ControlError
from gateway.readout import Verdict
from gateway.record import Record
from gateway.room import Room, Tools
from gateway.rounds import TURN_S, Rounds
from gateway.sample_socket import SampleSocket
from gateway.seam import Certificate
from gateway.sink import Recorder, SittingInfo

log = structlog.get_logger()

COLLECT_S = 600
"""Cycles are few, those of connections that have ended: once in ten minutes is enough for them."""

DROP_S = 4.0
"""So long a ``drop`` waits for the disk at most; the app waits for 5 s."""


@dataclass(frozen=True, slots=True)
class MediaConfig:
    """``advertised`` are the addresses that participants reach this machine at; ``port`` 0 takes a free one. Beyond
    ``busy`` (cores) or ``late`` (seconds that a timer fires after its time) nobody new is let in."""

    host: str = "0.0.0.0"  # noqa: S104 - participants come from outside
    port: int = 0
    advertised: list[str] = field(default_factory=lambda: ["127.0.0.1"])
    control: Path = Path("data/run/media.sock")
    samples: Path = Path("data/run/samples.sock")
    busy: float = BUSY_CORES
    late: float = LAG_S


def uuid7() -> str:
    """RFC 9562 §5.7."""
    value = (int(time.time() * 1000) << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (7 << 76)
    return str(uuid.UUID(int=(value & ~(3 << 62)) | (2 << 62)))


class MediaServer:
    def __init__(self, config: MediaConfig, recorder: Recorder, verdict: Verdict) -> None:
        self._config = config
        self._recorder = recorder
        self._verdict = verdict
        self.boot = uuid7()
        self.rooms: dict[str, Room] = {}
        self._certificate = Certificate()
        self.endpoint = Endpoint(config.host, config.port)
        self._control = ControlServer(config.control, self._handle)
        self._samples = SampleSocket(config.samples, self._want_keyframe)
        self._load = Load(config.busy, config.late)
        self._tools = Tools(self._connect, self._local, self._control.emit, uuid7, time.monotonic, self._samples)
        self._rounds: dict[str, Rounds] = {}
        self._connections: dict[str, Connection] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        """For the records of dropped hearings to be on disk."""
        self._seconds = 0
        self._ops: dict[str, Callable[[Mapping[str, Any]], Mapping[str, Any] | None]] = {
            "hello": self._hello, "policy": self._policy, "publish": self._publish, "subscribe": self._subscribe,
            "subscribed": self._subscribed, "close": self._close, "close_seat": self._close_seat,
            "report": self._report, "measure": self._measure,
        }  # fmt: skip

    async def start(self) -> None:
        # Reference counts free the packets; a collector's pause of tens of milliseconds would be heard.
        gc.collect()
        gc.freeze()
        gc.disable()
        self.endpoint.start(asyncio.get_running_loop())
        await self._samples.start()
        await self._control.start()
        self._ticking = asyncio.ensure_future(self._tick())
        log.info("media_ready", boot=self.boot, port=self.endpoint.port, compiled=gateway.compiled)

    async def stop(self) -> None:
        """Close every connection and have every record on disk."""
        gc.enable()
        self._ticking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._ticking
        await self._control.stop()
        await self._samples.stop()
        rooms, self.rooms = list(self.rooms.values()), {}
        for room in rooms:
            room.close_all()
        await asyncio.gather(*self._leaving, *(room.record.closed() for room in rooms))
        self.endpoint.close(asyncio.get_running_loop())

    # The control protocol

    def _handle(self, op: str, request: Mapping[str, Any]) -> Awaitable[Mapping[str, Any] | None]:
        if op == "journal":
            return self._journal(request)
        if op == "drop":
            return self._on_disk(self._drop(request["hearing"]))
        return self._do(op, request)

    async def _do(self, op: str, request: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return self._ops[op](request)

    def _hello(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        if request["protocol"] != PROTOCOL:
            raise ControlError("bad-request", "protocol")
        connections = [
            {"connection": connection.name, "hearing": hearing, "seat": seat, "direction": direction}
            for hearing, room in self.rooms.items()
            for seat, member in room.members.items()
            for direction, connection in member.connections()
        ]
        hearings = [{"hearing": h, "version": room.policy.version} for h, room in self.rooms.items()]
        for rounds in self._rounds.values():
            rounds.forget()
        return {"boot": self.boot, "connections": connections, "hearings": hearings}

    def _policy(self, request: Mapping[str, Any]) -> None:
        policy = policies.read(request["policy"])
        room = self.rooms.get(policy.hearing)
        if room is None:
            room = self.rooms[policy.hearing] = Room(policy, self._tools, Record(self._recorder))
            self._rounds[policy.hearing] = Rounds(
                room, self._tools.emit, self._verdict, self.endpoint.look, phase=7 * len(self.rooms)
            )
        room.apply(policy)
        self._rounds[policy.hearing].recording()

    def _drop(self, hearing: str) -> asyncio.Task[None] | None:
        room = self.rooms.pop(hearing, None)
        self._rounds.pop(hearing, None)
        if room is None:
            return None
        room.close_all()
        leaving = asyncio.ensure_future(room.record.closed())
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)
        return leaving

    async def _on_disk(self, leaving: asyncio.Task[None] | None) -> None:
        """Wait until a dropped hearing's record is closed; what is made of it is made of all of it."""
        if leaving is not None and not (await asyncio.wait({leaving}, timeout=DROP_S))[0]:
            log.warning("record_closes_slowly")

    def _publish(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        room = self._room_for(request)
        return {"sdp": room.publish(request["seat"], request["connection"], request["sdp"])}

    def _subscribe(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        room = self._room_for(request)
        text, slots = room.subscribe(request["seat"], request["connection"])
        return {"sdp": text, "slots": slots}

    def _subscribed(self, request: Mapping[str, Any]) -> None:
        self._room_of(request["connection"]).subscribed(request["connection"], request["sdp"])

    def _close(self, request: Mapping[str, Any]) -> None:
        with contextlib.suppress(ControlError):
            self._room_of(request["connection"]).close(request["connection"])

    def _close_seat(self, request: Mapping[str, Any]) -> None:
        room = self.rooms.get(request["hearing"])
        if room is not None:
            room.close_seat(request["seat"])

    def _report(self, request: Mapping[str, Any]) -> None:
        with contextlib.suppress(ControlError):
            self._room_of(request["connection"]).report(request["connection"], request)

    def _measure(self, request: Mapping[str, Any]) -> None:
        self._room_of(request["connection"]).measure(request["connection"])

    async def _journal(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        room = self.rooms.get(request["hearing"])
        events = cast(list[Mapping[str, Any]], request["events"])
        if room is not None and room.record.is_open:
            await room.record.journal(events)
        else:
            await self._journal_late(policies.sitting_info(request["hearing"], request["sitting"]), events)
        return {"last": events[-1]["id"] if events else None}

    async def _journal_late(self, sitting: SittingInfo, events: list[Mapping[str, Any]]) -> None:
        """Events of a sitting whose record is closed, as when media was away at the hearing's conclusion."""
        recording = self._recorder.open(sitting)
        try:
            await recording.append_events(events)
        finally:
            if not any(room.record.holds(recording) for room in self.rooms.values()):
                await recording.close()

    def _room_for(self, request: Mapping[str, Any]) -> Room:
        """The room that somebody comes into. An overloaded machine refuses newcomers, never those who are there already
        or whom the hearing has admitted: they come back however long they were away, and after a restart of ours."""
        room = self.rooms.get(request["hearing"])
        if room is None:
            raise ControlError("no-seat")
        known = request["seat"] in room.members or request["seat"] in room.policy.inside
        if self._load.overloaded and not known:
            raise ControlError("overloaded")
        if request["connection"] in self._connections:
            raise ControlError("bad-request", "connection")
        return room

    def _room_of(self, connection: str) -> Room:
        for room in self.rooms.values():
            if room.has(connection):
                return room
        raise ControlError("no-connection")

    def _want_keyframe(self, track: str) -> None:
        for room in self.rooms.values():
            room.sampling.want_keyframe(track)

    # What the rooms need

    def _connect(self, name: str, on_state: Callable[[Connection, State], None]) -> Connection:
        def changed(connection: Connection, state: State) -> None:
            if state == "closed":
                self._connections.pop(name, None)
            on_state(connection, state)

        connection = self._connections[name] = Connection(name, self.endpoint, self._certificate, changed)
        return connection

    def _local(self, connection: Connection) -> sdp.Local:
        return sdp.Local(
            connection.ufrag, connection.password, self._certificate.fingerprint, self._config.advertised,
            self.endpoint.port,
        )  # fmt: skip

    # The clock

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        due, turn, cpu = loop.time() + TURN_S, 0, time.process_time()
        while True:
            await asyncio.sleep(max(due - loop.time(), 0))
            late, now = loop.time() - due, time.monotonic()
            self._load.on_tick(late)
            if late > LAG_S:
                for rounds in self._rounds.values():
                    rounds.held_up(now)
            for rounds in list(self._rounds.values()):
                try:
                    rounds.turn(turn, now)
                except Exception as error:
                    log.error("round_failed", error=type(error).__name__, exc_info=True)
            turn += 1
            if turn % 50 == 0:
                spent = time.process_time()
                try:
                    self._second(now, spent - cpu)
                except Exception as error:
                    log.error("second_failed", error=type(error).__name__, exc_info=True)
                cpu = spent
            due = max(due + TURN_S, loop.time())

    def _second(self, now: float, cpu: float) -> None:
        self._load.second(cpu)
        self._seconds += 1
        if self._seconds % COLLECT_S == 0:
            gc.collect()
        for connection in list(self._connections.values()):
            try:
                connection.tick(now)
            except Exception as error:
                log.error("connection_failed", connection=connection.name, error=type(error).__name__, exc_info=True)
        self._control.emit({
            "event": "load", "cpu": round(cpu, 3), "lag_ms": round(1000 * self._load.lag, 1),
            "packets": sum(r.packets() for r in self._rounds.values()), "connections": len(self._connections),
            "overloaded": self._load.overloaded,
        })  # fmt: skip


async def serve(config: MediaConfig, recorder: Recorder, verdict: Verdict) -> None:
    """Run until SIGTERM or SIGINT. ``verdict`` judges the links."""
    server = MediaServer(config, recorder, verdict)
    await server.start()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await server.stop()
