"""One participant's connection for all that they hear and see: slots, feedback, and what the link can carry."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from math import fsum
from typing import Final

from gateway import rtcp, sdp, twcc
from gateway.audio_slot import AudioSlot
from gateway.budget import Budget
from gateway.bundle import Bundling
from gateway.connection import Connection
from gateway.departures import Departures
from gateway.estimate import BandwidthEstimate
from gateway.nack import MIN_INTERVAL
from gateway.packet import Codec, Kind
from gateway.redundancy import Redundancy
from gateway.seam import Address, Buffer
from gateway.slot import Slot
from gateway.train import Train
from gateway.video_slot import VideoSlot

STALE_S: Final = 5.0
"""A stream of which its listener has said nothing for so long, others' reports going on, has stopped: its last loss
says nothing of the link any more."""

STATUSES: Final = 8192
"""Of packets in one feedback at most: a listener that was away for ten seconds tells of some 6,000."""
STATUSES_A_SECOND: Final = 20_000
"""And in the long run: ten times what a hearing of thirty needs."""

QUEUE: Final = 0.1
"""Seconds that packets may stand before the link while sound is sent again."""

RESENDS: Final = 1000
"""Packets a second that are sent again at most, however many a listener asks for."""

KEYFRAMES: Final = 3
KEYFRAMES_PER_S: Final = 0.5
"""How often one listener may have one picture begin anew for everybody: a few times in a row, then every 2 s. Asking
again for what is on its way costs nothing."""
ALL_KEYFRAMES_PER_S: Final = 1.0
"""And all of its pictures together, after one of each."""


def plan(seats: Iterable[str]) -> list[tuple[str, sdp.Slot]]:
    """A section for the sound and one for the picture of each seat, for the life of the connection."""
    slots = []
    for number, seat in enumerate(seats):
        # The stream's name is on the wire and in the browser; it need not tell who sits where.
        stream = f"s{number}-{secrets.token_hex(4)}"
        for kind, letter in (("audio", "a"), ("video", "v")):
            ssrc, rtx = secrets.randbits(31) | 1 << 31, secrets.randbits(31)
            slots.append((seat, sdp.Slot(f"{letter}{number}", kind, stream, ssrc, rtx)))  # type: ignore[arg-type]
    return slots


class Subscriber:
    """Handler of a subscribe connection; its slots exist from the offer on, and work once the answer has come."""

    def __init__(self, connection: Connection, slots: list[tuple[str, sdp.Slot]], now: float) -> None:
        self.connection = connection
        self.plan = slots
        self.slots: dict[tuple[str, Kind], Slot] = {}
        self.decodes: frozenset[Codec] = frozenset(sdp.VIDEO)
        self.estimate = BandwidthEstimate(now)
        self.redundancy = Redundancy(now)
        self.bundling = Bundling()
        self._train: Train | None = None
        self._statuses = Budget(STATUSES_A_SECOND, STATUSES_A_SECOND)
        self.freezes = 0
        self.freeze_s = 0.0
        self._media_bps = 0.0
        self._measured = (now, 0)
        self._padded = 0
        self._address: Address | None = None
        self._resends = Budget(RESENDS, RESENDS)
        pictures = [spec.ssrc for _, spec in slots if spec.kind == "video"]
        self._keyframes = {ssrc: Budget(KEYFRAMES_PER_S, KEYFRAMES) for ssrc in pictures}
        self._all_keyframes = Budget(ALL_KEYFRAMES_PER_S, max(len(pictures), KEYFRAMES))
        self._by_ssrc: dict[int, Slot] = {}
        connection.handler = self

    def answered(self, answer: sdp.Description) -> None:
        """The browser's answer: which slots it takes, what it can decode, and whether it can read RED.

        Only the first counts: slots made anew would seal other packets under numbers that were used (RFC 7714 §8.1).
        """
        if self.slots:
            return
        self.decodes = sdp.decodable(answer)
        if sdp.transport_wide(answer):
            self.connection.departures = Departures()
        red = {s.mid: any(f.name == "red" for f in s.formats) for s in answer.sections if s.used}
        for seat, spec in self.plan:
            if spec.mid not in red:
                continue
            slot: Slot
            if spec.kind == "audio":
                slot = AudioSlot(self.connection, seat, spec, red[spec.mid])
            else:
                slot = VideoSlot(self.connection, seat, spec)
            self.slots[seat, spec.kind] = slot
            self._by_ssrc[spec.ssrc] = slot

    def takes(self, codec: Codec) -> bool:
        return codec == "opus" or codec in self.decodes

    @property
    def rtt(self) -> float | None:
        """Seconds; None before the first report. The latest of all slots that carry something."""
        found = [s.rtt for s in self.slots.values() if s.rtt is not None]
        return min(found) if found else None

    @property
    def loss(self) -> float:
        """Share of packets lost on the way, 0..1: of all that were sent, or over the streams that carry something."""
        return self.estimate.loss if self.estimate.told else self._reported_loss()

    def _reported_loss(self) -> float:
        newest = max((s.reported for s in self.slots.values()), default=0.0)
        carrying = [
            s for s in self.slots.values() if s.layer is not None and s.packets and newest - s.reported < STALE_S
        ]
        return fsum(s.fraction_lost for s in carrying) / len(carrying) if carrying else 0.0

    @property
    def jitter_s(self) -> float:
        return max((s.jitter_s for s in self.slots.values() if s.layer is not None), default=0.0)

    def videos(self) -> Mapping[str, VideoSlot]:
        return {seat: s for (seat, _), s in self.slots.items() if isinstance(s, VideoSlot)}

    def pictures(self) -> dict[str, str]:
        """Per seat, what the listener is sent of its picture (``gateway.messages.Picture``)."""
        found = {}
        for seat, slot in self.videos().items():
            if slot.layer is not None:
                found[seat] = "high" if slot.layer.rid != "l" else "low"
            else:
                found[seat] = "paused" if slot.wanted == "paused" else "off"
        return found

    def media_bps(self, now: float) -> float:
        """What is sent without padding, in bit/s, smoothed over a second."""
        then, before = self._measured
        sent = self.connection.sent_bytes - self._padded
        passed = max(now - then, 0.01)
        self._measured = (now, sent)
        self._media_bps += (8 * (sent - before) / passed - self._media_bps) * min(passed, 1.0)
        return self._media_bps

    def turn(self, seconds: float, now: float) -> None:
        """Every ``seconds``: what waited goes out, then what is sent to learn what the link carries."""
        pacer, probe = self.connection.pacer, self.estimate.probe
        pacer.run(now)
        if probe.train:
            self._send_train(probe.train)
        elif probe.padding_bps and not pacer.waiting:
            self._pad(int(probe.padding_bps * seconds / 8))

    def _send_train(self, count: int) -> None:
        departures, slot = self.connection.departures, self._padding()
        self.estimate.probe.train = 0
        if departures is None or slot is None:
            return
        first = departures.next
        for _ in range(count):
            self._padded += slot.pad()
        self._train = Train(first, departures.next - 1)

    def _padding(self) -> VideoSlot | None:
        """Whichever picture's retransmissions padding goes with; none in a hearing of sound alone."""
        return next((slot for slot in self.slots.values() if isinstance(slot, VideoSlot)), None)

    def _pad(self, octets: int) -> None:
        slot = self._padding()
        while slot is not None and octets > 0:
            sent = slot.pad()
            self._padded += sent
            octets -= sent or octets

    def on_rtp(self, buffer: Buffer, length: int, now: float) -> None:
        """A listener sends no media."""
        self.connection.source(int.from_bytes(buffer.view[8:12], "big"))

    def on_rtcp(self, packet: bytes, now: float) -> None:
        try:
            parts = rtcp.parse(packet)
        except ValueError:
            return
        reported, rtt, late = False, 0.0, None  # looked up once, where they are asked for
        for part in parts:
            match part:
                case rtcp.ReceiverReport(blocks=blocks) | rtcp.SenderReport(blocks=blocks):
                    reported = True
                    for block in blocks:
                        slot = self._by_ssrc.get(block.ssrc)
                        if slot is not None:
                            slot.block(block, now)
                case rtcp.Nack(media=media, sequences=sequences):
                    slot = self._by_ssrc.get(media)
                    if slot is None:
                        continue
                    if slot.kind == "audio":
                        late = self.estimate.queue(now) > QUEUE if late is None else late
                        if late:  # it would come too late, and make what comes after it late too
                            continue
                    rtt = rtt or min(max(self.rtt or 0.05, MIN_INTERVAL), 0.5)
                    slot.nack(sequences[: self._resends.take(now, len(sequences))], now, rtt)
                case rtcp.Pli(media=media):
                    self._keyframe(media, now)
                case rtcp.Fir(entries=entries):
                    for media, _ in entries[:32]:
                        self._keyframe(media, now)
                case rtcp.Remb(bitrate=bitrate):
                    self.estimate.on_remb(bitrate)
                case rtcp.TransportFeedback(fci=fci):
                    self._feedback(fci, now)
        if reported and not self.estimate.told:  # looks at every slot: once, however much a datagram says
            self.estimate.on_loss(self._reported_loss(), now)

    def _feedback(self, fci: bytes, now: float) -> None:
        """Transport-wide feedback; what is malformed, or more than any listener has to say, is not read."""
        departures, statuses = self.connection.departures, int.from_bytes(fci[2:4], "big")
        if departures is None or statuses > STATUSES or self._statuses.take(now, statuses) < statuses:
            return
        try:
            feedback = twcc.decode(fci)
        except ValueError:
            return
        if self.connection.address != self._address:
            self._address = self.connection.address
            self.estimate.moved()
        train = self._train
        told = departures.read(feedback, train)
        self.estimate.on_feedback(told, departures.arrived, departures.lost, now)
        if train is not None and train.over:
            first, last, apart = train.span
            self.estimate.on_train(8 * departures.octets_between(first, last) / apart if apart else 0.0, now)
            self._train = None

    def _keyframe(self, ssrc: int, now: float) -> None:
        slot, budget = self._by_ssrc.get(ssrc), self._keyframes.get(ssrc)
        if slot is None or budget is None or slot.layer is None or slot.layer.keyframe_wanted:
            return
        if budget.take(now) and self._all_keyframes.take(now):
            slot.layer.ask_keyframe()

    def close(self) -> None:
        self.connection.close()
