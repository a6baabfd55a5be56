"""The control protocol, spoken as the app speaks it (ARCHITECTURE.md): all see and hear all, and all are recorded."""

from __future__ import annotations

import asyncio
import itertools
from datetime import UTC, datetime
from typing import Any

from bench.server import Sources
from gateway.messages import LINE_LIMIT, PROTOCOL, Policy, Slot, decode, encode

TIMEOUT = 15.0


class CourtroomSignaling:
    """One connection to the control socket; events are read and forgotten. ``sampled``: all are looked at."""

    def __init__(self, address: str, sampled: bool = False) -> None:
        self._path = address
        self._sampled = sampled
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._hearings = 0
        self._slots: dict[tuple[int, int], list[Slot]] = {}

    async def open(self, hearings: int, participants: int) -> None:
        reader, self._writer = await asyncio.open_unix_connection(self._path, limit=LINE_LIMIT)
        self._reading = asyncio.create_task(self._read(reader))
        self._hearings = hearings
        await self._request("hello", protocol=PROTOCOL)
        for hearing in range(hearings):
            await self._request("policy", policy=policy(hearing, participants, self._sampled))

    async def publish(self, hearing: int, participant: int, offer: str) -> str:
        name = f"{hearing}-{participant}.publish"
        reply = await self._request("publish", **_seat(hearing, participant), connection=name, sdp=offer)
        sdp: str = reply["sdp"]
        return sdp

    async def subscribe(self, hearing: int, participant: int) -> str:
        name = f"{hearing}-{participant}.subscribe"
        reply = await self._request("subscribe", **_seat(hearing, participant), connection=name)
        self._slots[hearing, participant] = reply["slots"]
        sdp: str = reply["sdp"]
        return sdp

    async def subscribed(self, hearing: int, participant: int, answer: str) -> Sources:
        await self._request("subscribed", connection=f"{hearing}-{participant}.subscribe", sdp=answer)
        slots = self._slots[hearing, participant]
        return {slot["mid"]: (slot["kind"], _number(slot["seat"])) for slot in slots}

    async def close(self) -> None:
        """Dropping a hearing closes its record."""
        for hearing in range(self._hearings):
            await self._request("drop", hearing=f"hearing-{hearing}")
        if self._reading:
            self._reading.cancel()
        if self._writer:
            self._writer.close()

    async def _request(self, op: str, **fields: Any) -> dict[str, Any]:
        assert self._writer is not None
        number = next(self._ids)
        future = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._writer.write(encode({"id": number, "op": op, **fields}))
        reply: dict[str, Any] = await asyncio.wait_for(future, TIMEOUT)
        if "error" in reply:
            raise SystemExit(f"{op} was refused: {reply['error']} {reply.get('detail', '')}")
        return reply

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            message = decode(line)
            future = self._waiting.pop(message.get("re", 0), None)
            if future and not future.done():
                future.set_result(message)


def policy(hearing: int, participants: int, sampled: bool = False) -> Policy:
    names = [f"party-{number}" for number in range(participants)]
    return {
        "hearing": f"hearing-{hearing}",
        "version": 1,
        "capacity": participants,
        "sitting": {
            "court": "bench",
            "sitting": f"sitting-{hearing}",
            "number": "1",
            "started_utc": datetime.now(UTC).isoformat(),
        },
        "seats": {name: {"title": name, "role": "party"} for name in names},
        "links": {name: {other: "av" for other in names if other != name} for name in names},
        "record": dict.fromkeys(names, "av"),
        "speaker_first": [],
        "sampled": dict.fromkeys(names, "face") if sampled else {},
    }


def _seat(hearing: int, participant: int) -> dict[str, str]:
    return {"hearing": f"hearing-{hearing}", "seat": f"party-{participant}"}


def _number(seat: str) -> int:
    return int(seat.rpartition("-")[2])
