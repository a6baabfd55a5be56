"""One hearing's media: who is connected, and which tracks reach which listeners and the recorder.

The policy decides; everything here only carries it out. What is not allowed is not attached, so that nothing on the
synchronous path has to ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import structlog

from gateway import sdp, sdp_writer
from gateway.budget import Budget
from gateway.connection import Connection, State
from gateway.keyframe_requests import KeyframeRequests
from gateway.messages import ControlError, Direction
from gateway.packet import Codec, Kind, TrackInfo
from gateway.policy import Policy
from gateway.publisher import Publisher
from gateway.record import Record
from gateway.sampling import NoOutlet, Outlet, Sampling
from gateway.speaking import Speaking
from gateway.subscriber import Subscriber, plan
from gateway.track import Listener, Track

log = structlog.get_logger()

KINDS: tuple[Kind, Kind] = ("audio", "video")

COMING = 3
"""Connections of one seat and direction that may be on their way at once."""

MEASURED = 1.25
MOST_MEASURED_BPS = 2_500_000
"""What a link must carry is asked of it with a quarter more; a court that asks for very much measures otherwise, as a
browser does not find out how much more than a call its uplink carries."""
REPUBLISHES = 2
"""So often in a row a seat is asked to publish anew: every time is an encoder and a key frame more at its device."""
REPUBLISH_S = 30.0
"""And in the long run once in so many seconds, however often what listeners can decode changes."""


class Tools:
    """What every room needs of its server."""

    def __init__(
        self,
        connect: Callable[[str, Callable[[Connection, State], None]], Connection],
        local: Callable[[Connection], sdp.Local],
        emit: Callable[[dict[str, Any]], None],
        new_id: Callable[[], str],
        clock: Callable[[], float],
        samples: Outlet | None = None,
    ) -> None:
        self.connect = connect
        self.local = local
        self.emit = emit
        self.new_id = new_id
        self.clock = clock
        self.samples: Outlet = samples or NoOutlet()


class Member:
    """A seat's two directions. A newer connection takes over once it is connected; until then the older one works."""

    def __init__(self) -> None:
        self.publisher: Publisher | None = None
        self.subscriber: Subscriber | None = None
        self.coming: dict[str, Publisher | Subscriber] = {}
        self.republishes = Budget(1 / REPUBLISH_S, REPUBLISHES)

    def connections(self) -> Iterator[tuple[Direction, Connection]]:
        for peer in (self.publisher, self.subscriber, *self.coming.values()):
            if peer is not None:
                yield direction(peer), peer.connection

    def make_way(self, coming: Direction) -> None:
        """A device that asks again and again has a few tries at once; the oldest gives way."""
        waiting = [peer for peer in self.coming.values() if direction(peer) == coming]
        for peer in waiting[: max(len(waiting) - COMING + 1, 0)]:
            peer.close()

    def find(self, name: str) -> Publisher | Subscriber | None:
        for peer in (self.publisher, self.subscriber, *self.coming.values()):
            if peer is not None and peer.connection.name == name:
                return peer
        return None


def direction(peer: Publisher | Subscriber) -> Direction:
    return "publish" if isinstance(peer, Publisher) else "subscribe"


class Room:
    def __init__(self, policy: Policy, tools: Tools, record: Record) -> None:
        self.policy = policy
        self.record = record
        self.members: dict[str, Member] = {}
        self.speaking = Speaking()
        self.sampling = Sampling(tools.samples)
        self._tools = tools

    # What the app asks

    def apply(self, policy: Policy) -> None:
        """The hearing has changed. ``ControlError("stale")`` if ``policy`` is older than the one that holds."""
        if policy.version < self.policy.version:
            raise ControlError("stale")
        self.policy = policy
        for seat in [s for s in self.members if s not in policy.seats]:
            self.close_seat(seat)
        self.record.apply(policy)
        self.wire()
        self.ask_for_decodable()

    def publish(self, seat: str, name: str, text: str) -> str:
        """The answer to a participant's offer. ``ControlError`` with ``bad-sdp``, ``no-seat`` or ``full``."""
        self._admit(seat)
        try:
            offer = sdp.read(text)
            found = {s.kind: (s, sdp.choose(s, self.decodable())) for s in sdp.published(offer) if s is not None}
        except sdp.BadSdp as error:
            raise ControlError("bad-sdp", str(error)) from error
        self._make_way(seat, "publish")
        connection = self._tools.connect(name, lambda c, state: self._changed(seat, c, state))
        keyframes = KeyframeRequests()
        tracks = {kind: self._track(seat, section, chosen, keyframes) for kind, (section, chosen) in found.items()}
        self._member(seat).coming[name] = Publisher(connection, tracks, found, keyframes, self._tools.clock())
        answer = sdp_writer.answer(offer, {s.mid: c for s, c in found.values()}, self._tools.local(connection))
        connection.start(offer.algorithm, offer.fingerprint)
        return answer

    def subscribe(self, seat: str, name: str) -> tuple[str, list[dict[str, str]]]:
        """Our offer and whose each section is."""
        self._admit(seat)
        self._make_way(seat, "subscribe")
        connection = self._tools.connect(name, lambda c, state: self._changed(seat, c, state))
        slots = plan(s for s in self.policy.seats if s != seat)
        self._member(seat).coming[name] = Subscriber(connection, slots, self._tools.clock())
        text = sdp_writer.offer(self._tools.local(connection), [spec for _, spec in slots])
        return text, [{"mid": spec.mid, "kind": spec.kind, "seat": s} for s, spec in slots]

    def subscribed(self, name: str, text: str) -> None:
        """The participant's answer to our offer."""
        peer = self._find(name)
        if not isinstance(peer, Subscriber):
            raise ControlError("no-connection")
        try:
            answer = sdp.read(text)
        except sdp.BadSdp as error:
            raise ControlError("bad-sdp", str(error)) from error
        peer.answered(answer)
        self.ask_for_decodable()
        peer.connection.start(answer.algorithm, answer.fingerprint)

    def has(self, name: str) -> bool:
        return self._find(name) is not None

    def close(self, name: str) -> None:
        peer = self._find(name)
        if peer is not None:
            peer.close()

    def report(self, name: str, fields: Mapping[str, Any]) -> None:
        """The listener's own count of freezes."""
        peer = self._find(name)
        if isinstance(peer, Subscriber):
            peer.freezes = int(fields.get("freezes", peer.freezes))
            peer.freeze_s = round(float(fields.get("freeze_s", peer.freeze_s)), 2)

    def measure(self, name: str) -> None:
        """A listener who hears nothing yet is sent what a link must carry, and a quarter more, for some seconds."""
        peer, bps = self._find(name), MEASURED * self.policy.link_threshold_bps
        if not isinstance(peer, Subscriber):
            raise ControlError("no-connection")
        if not 0 < bps <= MOST_MEASURED_BPS:
            raise ControlError("overloaded")
        peer.estimate.probe.measure(self._tools.clock(), bps)

    def close_seat(self, seat: str) -> None:
        member = self.members.get(seat)
        if member is not None:
            for _, connection in list(member.connections()):
                connection.close()

    def close_all(self) -> None:
        for seat in list(self.members):
            self.close_seat(seat)
        self.record.close()

    def decodable(self) -> frozenset[Codec]:
        """The video codecs that everybody who may see somebody can decode. RFC 7742 §5 asks both of every browser, but
        a Firefox has H.264 only once it has downloaded it. Who can decode neither is helped by no change."""
        watching = self.policy.watching()
        peers = [
            peer
            for seat, member in self.members.items() if seat in watching
            for peer in (member.subscriber, *member.coming.values()) if isinstance(peer, Subscriber)
        ]  # fmt: skip
        return frozenset(sdp.VIDEO).intersection(*(peer.decodes for peer in peers if peer.decodes))

    def ask_for_decodable(self) -> None:
        """Have those publish anew whose picture somebody cannot decode."""
        decodable, now = self.decodable(), self._tools.clock()
        for seat, member in self.members.items():
            peers = [peer for peer in (member.publisher, *member.coming.values()) if isinstance(peer, Publisher)]
            if peers and peers[-1].should_change(decodable) and member.republishes.take(now):
                self._tools.emit({
                    "event": "republish", "hearing": self.policy.hearing, "seat": seat,
                    "connection": peers[-1].connection.name,
                })  # fmt: skip

    # What follows from it

    def _admit(self, seat: str) -> None:
        if seat not in self.policy.seats:
            raise ControlError("no-seat")
        if seat not in self.members and len(self.members) >= self.policy.capacity:
            raise ControlError("full")

    def _make_way(self, seat: str, coming: Direction) -> None:
        if seat in self.members:
            self.members[seat].make_way(coming)

    def _member(self, seat: str) -> Member:
        return self.members.setdefault(seat, Member())

    def _find(self, name: str) -> Publisher | Subscriber | None:
        found = (member.find(name) for member in self.members.values())
        return next((peer for peer in found if peer is not None), None)

    def _track(self, seat: str, section: sdp.Section, chosen: sdp.Chosen, keyframes: KeyframeRequests) -> Track:
        info = TrackInfo(
            self.policy.hearing, seat, self._tools.new_id(), chosen.kind, chosen.codec, chosen.clock_rate, section.cname
        )
        return Track(info, keyframes)

    def _changed(self, seat: str, connection: Connection, state: State) -> None:
        member = self.members.get(seat)
        peer = member.find(connection.name) if member is not None else None
        if member is None or peer is None:
            return
        told: str = state
        if state == "connected":
            told = self._took_over(member, peer)
        elif state == "closed":
            self._gone(seat, member, peer)
        log.info("connection", hearing=self.policy.hearing, seat=seat, connection=connection.name, state=told)
        self._tools.emit({
            "event": "connection", "hearing": self.policy.hearing, "seat": seat, "connection": connection.name,
            "direction": direction(peer), "state": told,
        })  # fmt: skip
        self.wire()

    def _took_over(self, member: Member, peer: Publisher | Subscriber) -> str:
        if member.coming.pop(peer.connection.name, None) is None:
            return "back"
        older: Publisher | Subscriber | None
        if isinstance(peer, Publisher):
            older, member.publisher = member.publisher, peer
        else:
            older, member.subscriber = member.subscriber, peer
        if older is not None:
            older.close()
            if isinstance(older, Publisher):
                for track in older.tracks.values():
                    self._over(track)
        return "connected"

    def _gone(self, seat: str, member: Member, peer: Publisher | Subscriber) -> None:
        member.coming.pop(peer.connection.name, None)
        if member.publisher is peer:
            member.publisher = None
        if member.subscriber is peer:
            member.subscriber = None
        if isinstance(peer, Publisher):
            for track in peer.tracks.values():
                self._over(track)
        if not any(True for _ in member.connections()):
            self.members.pop(seat, None)

    def _over(self, track: Track) -> None:
        track.close()
        self.record.over(track)
        self.speaking.over(track)
        self.sampling.over(track)

    def wire(self) -> None:
        """Attach what the policy allows, detach the rest. Run after every change of policy or connections."""
        now = self._tools.clock()
        for seat, member in self.members.items():
            if member.publisher is None:
                continue
            for track in member.publisher.tracks.values():
                allowed = self._allowed(seat, track)
                for listener in track.listeners:
                    if listener not in allowed:
                        track.detach(listener)
                        self.record.detached(listener)
                for listener in allowed:
                    track.attach(listener, now)

    def _allowed(self, seat: str, track: Track) -> set[Listener]:
        allowed: set[Listener] = set()
        listeners = self.policy.listeners(seat, track.info.kind)
        if track.info.kind == "audio" and listeners:
            allowed.add(self.speaking.tap(track))
        for to in listeners:
            subscriber = self.members[to].subscriber if to in self.members else None
            slot = subscriber.slots.get((seat, track.info.kind)) if subscriber is not None else None
            if subscriber is not None and slot is not None and not slot.broken and subscriber.takes(track.info.codec):
                allowed.add(slot)
        if listeners and seat in self.policy.sampled:
            allowed.add(self.sampling.tap(track))
        tap = self.record.tap(track)
        if tap is not None:
            allowed.add(tap)
        return allowed
