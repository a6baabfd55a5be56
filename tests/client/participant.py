"""A person in a hearing: enters by the protocol, publishes, subscribes, and comes back by itself."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic, time
from typing import Any

from tests.client.api import Api, ProblemError
from tests.client.network import Network
from tests.client.player import Player
from tests.client.publisher import Options, Publisher
from tests.client.rtp import RtpPacket
from tests.client.session import Message, Session, SessionClosed
from tests.client.source import Source
from tests.client.subscriber import Subscriber
from tests.client.transport import MediaTransport

PRESENT = ("waiting", "held", "admitted")
RETRY = 1.0
PASSING = ("media-down", "overloaded", "hearing-full", "server-error")
"""Problems that a second try may not meet again."""

Heard = tuple[str, str]
"""Seat and kind."""
OnPacket = Callable[[str, str, RtpPacket, float], None]
"""Seat, kind, packet, arrival in monotonic seconds."""


@dataclass
class Reception:
    """What came of one seat's sound or picture."""

    packets: int = 0
    octets: int = 0
    first: float = 0.0
    last: float = 0.0


class Participant:
    """``source`` is sent, again and again where ``loop``, from the moment when the publish connection stands.

    ``network_out`` and ``network_in`` are what happens to its media; ``wall`` is the clock of its sender reports.
    """

    def __init__(
        self, api: Api, source: Source | None = None, *, loop: bool = True, rids: tuple[str, ...] = (),
        red: bool = True, video_codecs: tuple[str, ...] = ("VP8", "H264"), network_out: Network | None = None,
        network_in: Network | None = None, wall: Callable[[], float] = time, bandwidth: int = 20_000_000,
    ) -> None:  # fmt: skip
        self.api = api
        self.session = Session(api)
        self.publisher: Publisher | None = None
        self.subscriber: Subscriber | None = None
        self.player: Player | None = None
        self.received: dict[Heard, Reception] = {}
        self.problems: list[dict[str, Any]] = []
        self.speaker: str | None = None
        self.pictures: dict[str, str] = {}
        self.links: dict[str, Any] = {}
        self.slots: dict[str, Heard] = {}
        self.on_packet: OnPacket = lambda seat, kind, packet, arrival: None
        self.connections = 0
        self.ready = asyncio.Event()
        self.bandwidth = bandwidth
        self._source = source
        self._loop = loop
        self._options = Options(
            audio=source is None or bool(source.audio), red=red, video=source is None or bool(source.video),
            video_codecs=_codecs(source) or video_codecs, rids=rids,
        )  # fmt: skip
        self._networks = network_out, network_in
        self._wall = wall
        self._wanted = asyncio.Event()
        self._arrived = asyncio.Event()
        self._sections: dict[str, list[dict[str, str]]] = {}
        self._down = ""
        self._boot: str | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._playing: asyncio.Task[None] | None = None
        self.session.on_message = self._on_message
        self.session.on_open = self._on_open

    async def join(self) -> None:
        """Open the session; the media follow by themselves once the seat may have them (``ready``)."""
        self._spawn(self._keep_media())
        await self.session.start()

    async def leave(self) -> None:
        """Give the seat back."""
        with contextlib.suppress(ProblemError, OSError):
            await self.api.leave()
        await self.close()

    async def close(self, silently: bool = False) -> None:
        """Stop at once; ``silently`` as when a phone dies: no goodbye on any connection."""
        for task in self._tasks:
            task.cancel()
        await self.session.close()
        for connection in (self.publisher, self.subscriber):
            if connection:
                await connection.close(silently)
        await self.api.close()

    async def media_ready(self, timeout: float = 30.0) -> None:
        await asyncio.wait_for(self.ready.wait(), timeout)

    async def hears(self, seat: str, kind: str = "audio", packets: int = 1, timeout: float = 30.0) -> Reception:
        """Wait until ``packets`` more of the seat's have come."""
        async with asyncio.timeout(timeout):
            have = self.reception(seat, kind).packets
            while self.reception(seat, kind).packets < have + packets:
                self._arrived.clear()
                await self._arrived.wait()
        return self.reception(seat, kind)

    def reception(self, seat: str, kind: str) -> Reception:
        return self.received.setdefault((seat, kind), Reception())

    # The conversation

    def _on_open(self, resumed: bool) -> None:
        self._wanted.set()
        # Admitted while a server that has restarted could not tell whose the sections are.
        if not resumed and self.subscriber and not self.slots and self._admitted():
            self._spawn(self._subscribe_again())

    def _on_message(self, message: Message) -> None:
        if message["type"] in ("offer", "slots"):
            self._sections[message["connection"]] = message["slots"]
            self._name_sections()
        match message["type"]:
            case "hearing":
                self._wanted.set()
            case "welcome":
                self._started(message.get("media"))
            case "media":
                self._started(message["boot"])
            case "offer" if message.get("re") is None:
                self._spawn(self._answer(message))
            case "republish":
                self.publisher = None
                self.ready.clear()
                self._wanted.set()
            case "speaker":
                self.speaker = message["seat"]
            case "pictures":
                self.pictures = message["pictures"]
            case "links":
                self.links = message["seats"]
            case "problem":
                self.problems.append(message["problem"])

    def _started(self, boot: str | None) -> None:
        """An app that has restarted finds the same media server: only another start takes our connections along."""
        if boot is None:
            return
        known, self._boot = self._boot, boot
        if known not in (None, boot):
            self.ready.clear()
            self._spawn(self._restart())

    def _name_sections(self) -> None:
        """Whose the sections of our connection are; nobody's before the admission."""
        sections = self._sections.get(self._down, [])
        self.slots = {slot["mid"]: (slot["seat"], slot["kind"]) for slot in sections}

    def _admitted(self) -> bool:
        you: Mapping[str, Any] = self.session.hearing.get("you") or {}
        return you.get("standing") == "admitted"

    def _present(self) -> bool:
        you: Mapping[str, Any] = self.session.hearing.get("you") or {}
        return self.session.connected.is_set() and you.get("standing") in PRESENT

    # The media

    async def _keep_media(self) -> None:
        """Publish and subscribe whenever the seat may and a connection is missing."""
        while self.session.bye is None:
            await self._wanted.wait()
            self._wanted.clear()
            if not self._present() or self.ready.is_set():
                continue
            try:
                await self._publish()
                await self._subscribe()
                self.ready.set()
            except ProblemError as error:
                if error.code not in PASSING:
                    continue
                await self._again()
            except (ConnectionError, TimeoutError):
                await self._again()
            except SessionClosed:
                return

    async def _again(self) -> None:
        await asyncio.sleep(RETRY)
        self._wanted.set()

    async def _restart(self) -> None:
        """The media server is new: every connection to it is gone."""
        for connection in (self.publisher, self.subscriber):
            if connection:
                await connection.close(silently=True)
        self.publisher = self.subscriber = None
        self._wanted.set()

    async def _publish(self) -> None:
        if self.publisher and self.publisher.transport.connected:
            return
        publisher = Publisher(self._options, self._transport(), wall=self._wall)
        reply = await self.session.request("publish", sdp=publisher.offer())
        await publisher.connect(reply["sdp"])
        self.publisher = publisher
        self.connections += 1
        self._play(publisher)

    async def _subscribe(self) -> None:
        if self.subscriber and self.subscriber.transport.connected:
            return
        await self._answer(await self.session.request("subscribe"))

    async def _subscribe_again(self) -> None:
        with contextlib.suppress(ProblemError, ConnectionError, TimeoutError):
            await self._answer(await self.session.request("subscribe"))

    async def _answer(self, offer: Message) -> None:
        """An offer of a new connection, or of more sections on the one that stands."""
        subscriber = Subscriber(self._transport(), self.bandwidth)
        subscriber.on_packet = self._on_packet
        answer = subscriber.answer(offer["sdp"])
        await self.session.request("subscribed", connection=offer["connection"], sdp=answer)
        await subscriber.connect()
        before, self.subscriber = self.subscriber, subscriber
        self._down = offer["connection"]
        self._name_sections()
        self._sections = {self._down: self._sections[self._down]}
        if before:
            await before.close(silently=True)

    def _transport(self) -> MediaTransport:
        transport = MediaTransport()
        transport.outgoing, transport.incoming = self._networks
        transport.on_failed = self._on_failed
        return transport

    def _on_failed(self) -> None:
        self.ready.clear()
        self._wanted.set()

    def _play(self, publisher: Publisher) -> None:
        if self._source is None:
            return
        if self.player is None:
            self.player = Player(self._source, publisher)
            self._playing = self._spawn(self.player.play(self._loop))
        else:
            self.player.exchange(publisher)

    def _on_packet(self, mid: str, packet: RtpPacket, arrival: float) -> None:
        heard = self.slots.get(mid)
        if heard is None:
            return
        reception = self.received.setdefault(heard, Reception(first=monotonic()))
        reception.packets += 1
        reception.octets += len(packet.payload)
        reception.last = arrival
        self._arrived.set()
        self.on_packet(*heard, packet, arrival)

    async def played(self) -> None:
        """Until the source is over (``loop=False``)."""
        if self._playing:
            await self._playing

    def _spawn(self, coroutine: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _codecs(source: Source | None) -> tuple[str, ...]:
    """The codec that the file has is the only one that we can send."""
    units = [units for units in source.video.values() if units] if source else []
    return (units[0][0].codec,) if units else ()


async def enter(url: str, hearing: str, seat: str, code_word: str, **options: Any) -> Participant:
    """A participant who has entered by code word, not yet joined."""
    api = Api(url)
    try:
        await api.enter(hearing, seat, code_word)
    except BaseException:
        await api.close()
        raise
    return Participant(api, **options)


async def enter_as_staff(url: str, hearing: str, seat: str, name: str, password: str, **options: Any) -> Participant:
    """Judge or clerk, by name and password; ``participant.api.act("admit", "party-1")`` acts."""
    api = Api(url)
    try:
        await api.login(name, password)
        await api.enter_as_staff(hearing, seat)
    except BaseException:
        await api.close()
        raise
    return Participant(api, **options)
