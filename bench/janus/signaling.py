"""Janus's WebSocket API: rooms of the videoroom plugin, a publisher and a multistream subscriber per participant."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import aiohttp

from bench.server import Kind, Sources

PLUGIN = "janus.plugin.videoroom"
KEEPALIVE = 20.0
TIMEOUT = 15.0


class JanusError(Exception):
    """Janus refused a request."""


class JanusSignaling:
    """One session; a plugin handle per connection. Feed ids are participants' numbers from 1.

    ``room`` has more settings of the rooms.
    """

    def __init__(self, address: str, room: Mapping[str, Any] = MappingProxyType({})) -> None:
        self._room = room
        self._url, _, self._records = address.partition(" ")
        self._http: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._session = 0
        self._transactions = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._participants = 0
        self._subscribers: dict[tuple[int, int], tuple[int, Sources]] = {}

    async def open(self, hearings: int, participants: int) -> None:
        self._participants = participants
        self._http = aiohttp.ClientSession()
        self._socket = await self._http.ws_connect(self._url, protocols=("janus-protocol",), max_msg_size=0)
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._keep_alive())]
        self._session = (await self._request({"janus": "create"}))["data"]["id"]
        handle = await self._attach()
        for hearing in range(hearings):
            await self._message(
                handle,
                {
                    "request": "create",
                    "room": hearing + 1,
                    "publishers": participants,
                    "audiocodec": "opus",
                    "videocodec": "vp8",
                    "bitrate": 0,
                    "fir_freq": 0,
                    "audiolevel_ext": True,
                    "audiolevel_event": True,
                    "transport_wide_cc_ext": True,
                    "opus_fec": True,
                    "record": True,
                    "rec_dir": self._records,
                    **self._room,
                },
            )

    async def publish(self, hearing: int, participant: int, offer: str) -> str:
        handle = await self._attach()
        await self._message(
            handle,
            {
                "request": "join",
                "ptype": "publisher",
                "room": hearing + 1,
                "id": participant + 1,
            },
        )
        body = {"request": "publish", "audiocodec": "opus", "videocodec": "vp8"}
        event = await self._message(handle, body, {"type": "offer", "sdp": offer, "trickle": False})
        sdp: str = event["jsep"]["sdp"]
        return sdp

    async def subscribe(self, hearing: int, participant: int) -> str:
        handle = await self._attach()
        feeds = [{"feed": p + 1} for p in range(self._participants) if p != participant]
        event = await self._message(
            handle,
            {
                "request": "join",
                "ptype": "subscriber",
                "room": hearing + 1,
                "streams": feeds,
            },
        )
        self._subscribers[hearing, participant] = handle, _sources(event["plugindata"]["data"]["streams"])
        sdp: str = event["jsep"]["sdp"]
        return sdp

    async def subscribed(self, hearing: int, participant: int, answer: str) -> Sources:
        handle, sources = self._subscribers[hearing, participant]
        await self._message(handle, {"request": "start"}, {"type": "answer", "sdp": answer, "trickle": False})
        return sources

    async def close(self) -> None:
        """Destroying the session ends every connection and with it every recording."""
        if self._session:
            with contextlib.suppress(JanusError, TimeoutError):  # it may be over already
                await self._request({"janus": "destroy"})
        for task in self._tasks:
            task.cancel()
        if self._http:
            await self._http.close()

    async def _attach(self) -> int:
        handle: int = (await self._request({"janus": "attach", "plugin": PLUGIN}))["data"]["id"]
        return handle

    async def _message(self, handle: int, body: dict[str, Any], jsep: dict[str, Any] | None = None) -> dict[str, Any]:
        request: dict[str, Any] = {"janus": "message", "handle_id": handle, "body": body}
        if jsep:
            request["jsep"] = jsep
        reply = await self._request(request)
        data = reply.get("plugindata", {}).get("data", {})
        if "error" in data:
            raise JanusError(f"{body['request']}: {data['error']}")
        return reply

    async def _request(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._socket is not None
        transaction = str(next(self._transactions))
        future = self._waiting[transaction] = asyncio.get_running_loop().create_future()
        await self._send(request, transaction)
        reply: dict[str, Any] = await asyncio.wait_for(future, TIMEOUT)
        if reply["janus"] == "error":
            raise JanusError(f"{request['janus']}: {reply['error']['reason']}")
        return reply

    async def _send(self, request: dict[str, Any], transaction: str) -> None:
        assert self._socket is not None
        await self._socket.send_json({**request, "transaction": transaction, "session_id": self._session or None})

    async def _read(self) -> None:
        assert self._socket is not None
        async for text in self._socket:
            message = text.json()
            if message["janus"] == "ack":  # the event with the same transaction follows
                continue
            future = self._waiting.pop(message.get("transaction", ""), None)
            if future and not future.done():
                future.set_result(message)

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(KEEPALIVE)
            await self._send({"janus": "keepalive"}, "keepalive")  # answered by an ack alone


def _sources(streams: list[dict[str, Any]]) -> Sources:
    sources: dict[str, tuple[Kind, int]] = {}
    for stream in streams:
        if stream["type"] in ("audio", "video") and stream.get("feed_id"):
            sources[stream["mid"]] = stream["type"], stream["feed_id"] - 1
    return sources
