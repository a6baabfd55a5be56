"""A media process without media: the real control protocol on a real socket, answers from a table."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gateway.messages import LINE_LIMIT, ControlError, MessageError, check_request, decode, encode, error_reply, reply


class FakeMedia:
    """``requests`` are all that came; ``refusals`` errors to answer an op with; ``journal`` events per hearing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.boot = str(uuid.uuid4())
        self.requests: list[dict[str, Any]] = []
        self.refusals: dict[str, ControlError] = {}
        self.silent: set[str] = set()
        self.policies: dict[str, dict[str, Any]] = {}
        self.connections: dict[str, dict[str, Any]] = {}
        self.journal: dict[str, list[dict[str, Any]]] = {}
        self._arrived = asyncio.Condition()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        self.path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, self.path, limit=LINE_LIMIT)

    async def stop(self) -> None:
        """As `kill -9`: the socket file stays, every connection is gone."""
        assert self._server is not None
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()

    async def restart(self) -> None:
        """A new process: nothing is known, the boot is another."""
        self.boot = str(uuid.uuid4())
        self.policies.clear()
        self.connections.clear()
        await self.start()

    def emit(self, event: str, **fields: Any) -> None:
        self.send({"event": event, **fields})

    def send(self, message: Mapping[str, Any]) -> None:
        for writer in self._writers:
            writer.write(encode(message))

    def ops(self, op: str) -> list[dict[str, Any]]:
        return [request for request in self.requests if request["op"] == op]

    async def wait_for(self, op: str, count: int = 1) -> dict[str, Any]:
        """The ``count``-th request of an op, as soon as it is there."""
        async with self._arrived, asyncio.timeout(5):
            await self._arrived.wait_for(lambda: len(self.ops(op)) >= count)
        return self.ops(op)[count - 1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            with contextlib.suppress(ConnectionError):
                while line := await reader.readline():
                    await self._answer(decode(line), writer)
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _answer(self, request: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        try:
            op = check_request(request)
            if op not in self.silent:
                writer.write(encode(reply(request, self._perform(op, request))))
        except MessageError as error:
            writer.write(encode(error_reply(request, ControlError("bad-request", str(error)))))
        except ControlError as error:
            writer.write(encode(error_reply(request, error)))
        async with self._arrived:
            self.requests.append(request)
            self._arrived.notify_all()

    def _perform(self, op: str, request: Mapping[str, Any]) -> dict[str, Any]:
        if op in self.refusals:
            raise self.refusals[op]
        perform = getattr(self, f"_{op}", None)
        return perform(request) if perform else {}

    def _hello(self, request: Mapping[str, Any]) -> dict[str, Any]:
        hearings = [{"hearing": name, "version": policy["version"]} for name, policy in self.policies.items()]
        return {"boot": self.boot, "connections": list(self.connections.values()), "hearings": hearings}

    def _policy(self, request: Mapping[str, Any]) -> dict[str, Any]:
        policy = request["policy"]
        known = self.policies.get(policy["hearing"])
        if known and known["version"] > policy["version"]:
            raise ControlError("stale")
        self.policies[policy["hearing"]] = policy
        return {}

    def _drop(self, request: Mapping[str, Any]) -> dict[str, Any]:
        self.policies.pop(request["hearing"], None)
        return {}

    def _publish(self, request: Mapping[str, Any]) -> dict[str, Any]:
        if not request["sdp"].startswith("v=0"):
            raise ControlError("bad-sdp")
        self._connect(request, "publish")
        return {"sdp": "v=0 answer"}

    def _subscribe(self, request: Mapping[str, Any]) -> dict[str, Any]:
        policy = self._connect(request, "subscribe")
        others = [seat for seat in policy["seats"] if seat != request["seat"]]
        slots = [{"mid": str(mid), "kind": "audio", "seat": seat} for mid, seat in enumerate(others)]
        return {"sdp": "v=0 offer", "slots": slots}

    def _subscribed(self, request: Mapping[str, Any]) -> dict[str, Any]:
        if request["connection"] not in self.connections:
            raise ControlError("no-connection")
        return {}

    def _connect(self, request: Mapping[str, Any], direction: str) -> dict[str, Any]:
        policy = self.policies.get(request["hearing"])
        if policy is None or request["seat"] not in policy["seats"]:
            raise ControlError("no-seat")
        fields = {name: request[name] for name in ("connection", "hearing", "seat")}
        self.connections[request["connection"]] = {**fields, "direction": direction}
        return policy

    def _close(self, request: Mapping[str, Any]) -> dict[str, Any]:
        self.connections.pop(request["connection"], None)
        return {}

    def _close_seat(self, request: Mapping[str, Any]) -> dict[str, Any]:
        here = (request["hearing"], request["seat"])
        self.connections = {
            name: known for name, known in self.connections.items() if (known["hearing"], known["seat"]) != here
        }
        return {}

    def _journal(self, request: Mapping[str, Any]) -> dict[str, Any]:
        written = self.journal.setdefault(request["hearing"], [])
        known = {event["id"] for event in written}
        written += [event for event in request["events"] if event["id"] not in known]
        return {"last": written[-1]["id"] if written else None}
