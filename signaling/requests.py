"""What a client asks over its WebSocket, by type. Each answers with a message's type and fields, or raises Problem."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from gateway.messages import ControlError
from hearings.terms import PRESENT
from hearings.texts import is_text
from hearings.times import iso
from signaling import connections
from signaling.authority import Authority
from signaling.conversation import Conversation
from signaling.hub import Hub
from signaling.media_link import problem_of
from signaling.problems import Problem
from signaling.relays import Relays
from signaling.room import Room, owner

Message = Mapping[str, Any]
Answer = tuple[str, dict[str, Any]]

SDP_MOST = 100_000
DEVICE_STATES = frozenset({"on", "off", "muted", "resting", "missing", "denied"})
_FIGURES = ("kbps", "freezes", "freeze_s")
_FIGURE_MOST = 1e12
"""No measurement is larger; what is no number at all compares as false."""


class Requests:
    """One conversation's requests. ``expires`` is when its token ends, in seconds since the epoch."""

    def __init__(
        self,
        hub: Hub,
        authority: Authority,
        room: Room,
        conversation: Conversation,
        expires: float,
        relays: Relays | None = None,
    ) -> None:
        self._hub = hub
        self._authority = authority
        self.room = room
        self.conversation = conversation
        self.expires = expires
        self._relays = relays
        self._kinds: dict[str, Callable[[Message], Awaitable[Answer | None]]] = {
            "renew": self._renew,
            "relays": self._relay,
            "publish": self._publish,
            "subscribe": self._subscribe,
            "subscribed": self._subscribed,
            "measure": self._measure,
            "report": self._report,
            "device": self._device,
            "understood": self._understood,
        }

    async def answer(self, message: Message) -> Answer | None:
        kind = self._kinds.get(str(message.get("type")))
        if kind is None:
            raise Problem("bad-request", field="type")
        try:
            return await kind(message)
        except ControlError as error:
            raise problem_of(error) from error

    async def _renew(self, message: Message) -> None:
        token = _text(message, "token")
        session = await self._authority.device(token)
        if session.id != self.conversation.session:
            raise Problem("not-permitted")
        self.expires = self._authority.expiry(token)

    async def _relay(self, message: Message) -> Answer:
        """For those only who may have media connections."""
        connections.require_media(self.room, self.conversation)
        if self._relays is None:
            return "relays", {"servers": [], "expires_in": 0}
        servers = self._relays.servers(self.conversation.hearing, self.conversation.seat, self._hub.utc())
        return "relays", {"servers": servers, "expires_in": self._relays.lifetime_s}

    async def _publish(self, message: Message) -> Answer:
        sdp = _text(message, "sdp", SDP_MOST)
        return "answer", await connections.publish(self._hub.link, self.room, self.conversation, sdp)

    async def _subscribe(self, message: Message) -> Answer:
        return "offer", await connections.subscribe(self._hub.link, self.room, self.conversation)

    async def _subscribed(self, message: Message) -> Answer:
        connection = self._own(_text(message, "connection"))
        await self._hub.link.request("subscribed", connection=connection, sdp=_text(message, "sdp", SDP_MOST))
        return "ok", {}

    async def _measure(self, message: Message) -> Answer:
        """What the link carries down, before entry (Rules ¶38)."""
        connection = self._own(_text(message, "connection"))
        if self._hub.load and self._hub.load["overloaded"]:  # those inside come first
            raise Problem("overloaded")
        self._hub.measuring.begin(self.conversation.attendance)
        await self._hub.link.request("measure", connection=connection)
        return "ok", {}

    async def _report(self, message: Message) -> None:
        """The listener's own figures go to the link readout; nobody waits for an answer."""
        for direction in ("up", "down"):
            figures = message.get(direction)
            if not isinstance(figures, dict) or figures.get("connection") is None:
                continue
            connection = self._own(_text(figures, "connection"))
            if direction == "down":
                self._hub.listened(self.room, self.conversation, connection, figures)
            else:
                self._hub.reported(self.room, self.conversation, figures)
            with contextlib.suppress(Problem, ControlError):  # The next one is a second away.
                await self._hub.link.request("report", **_figures(figures), connection=connection)

    async def _device(self, message: Message) -> None:
        microphone, camera = (_one_of(message, field, DEVICE_STATES) for field in ("microphone", "camera"))
        self._hub.device(self.room, self.conversation, microphone, camera)

    async def _understood(self, message: Message) -> None:
        number = message.get("message")
        if type(number) is not int:
            raise Problem("bad-request", field="message")
        if self.room.standing(self.conversation) in PRESENT:
            self.room.watch.understood(number, self.conversation.seat, iso(self._hub.utc()))

    def _own(self, connection: str) -> str:
        if owner(connection) != self.conversation.attendance:
            raise Problem("not-permitted")
        return connection


def _text(message: Message, field: str, most: int = 4000) -> str:
    value = message.get(field)
    if not isinstance(value, str) or not 0 < len(value) <= most or not is_text(value):
        raise Problem("bad-request", field=field)
    return value


def _one_of(message: Message, field: str, values: frozenset[str]) -> str:
    value = message.get(field)
    if not isinstance(value, str) or value not in values:
        raise Problem("bad-request", field=field)
    return value


def _figures(report: Message) -> dict[str, float]:
    """The figures of a report that the link readout keeps."""
    found: dict[str, Any] = {name: report.get(name) for name in _FIGURES}
    return {name: value for name, value in found.items() if type(value) in (int, float) and abs(value) <= _FIGURE_MOST}
