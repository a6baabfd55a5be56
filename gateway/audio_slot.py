"""The sound of one seat at one listener."""

from __future__ import annotations

from typing import Final

from gateway import bundle, red, rtcp, sdp
from gateway.bundle import Bundle
from gateway.connection import Connection
from gateway.packet import PAYLOAD, Packet
from gateway.redundancy import MOST
from gateway.slot import SYNC, Slot
from gateway.track import Layer

VOICE: Final = 60
"""-dBov: what is quieter is the room (RFC 6464)."""
HANGOVER: Final = 1.0
"""s after a voice that are sent too: pauses between words are speech."""
PATIENCE: Final = 0.2
"""s for which a frame waits for those that share its packet; browsers send one every 0.02 s."""


class AudioSlot(Slot):
    """Sound. Lost packets are sent again as they were, on their own SSRC: an SRTP packet is never sealed twice with
    other contents (RFC 7714 §8.1), so what is kept is what went out.

    ``redundancy`` is how many earlier frames each packet of a voice carries along (RFC 2198). While ``sparing``, only
    voices are sent: the listener's link has no room for silence. ``together`` is how many frames share a packet, where
    it has none for so many headers either.
    """

    KEEP: Final = 128

    def __init__(self, connection: Connection, seat: str, spec: sdp.Slot, takes_red: bool) -> None:
        super().__init__(connection, seat, spec)
        self.redundancy = 0
        self.sparing = False
        self.together = 1
        self.frames = self.spared = self.asked = self.lost_frames = 0
        """Frames that were sent, left out, sent again and lost: packets tell as much where each has one."""
        self._before_report = (0, 0)
        self._each = 1.0
        self._takes_red = takes_red
        self._earlier: list[Packet] = []
        self._bundle = Bundle()
        self._voice_until = 0.0
        self._sealed = [b""] * self.KEEP
        self._held = [1] * self.KEEP
        """Frames of each of those."""
        self._answered: dict[int, float] = {}

    def send(self, packet: Packet) -> None:
        voiced = self._voiced(packet)
        left_out = self.sparing and not voiced
        if left_out:
            self.spared += 1
        if self.together > 1:
            self._gather(packet, voiced, left_out or not packet.payload)
            return
        if packet.sequence == self._next and packet.ssrc == self._source and packet.payload and not left_out:
            following = (packet.sequence + 1) & 0xFFFF
            self._next = following if following & SYNC else -1
            self._newest = packet
            sequence = (packet.sequence + self._offset) & 0xFFFF
            timestamp = (packet.timestamp + self._timestamp_offset) & 0xFFFFFFFF
        else:
            numbers = self._number(packet, left_out)
            if numbers is None:
                return
            sequence, timestamp = numbers
        self._out(packet, voiced, sequence, timestamp, 1)

    def _gather(self, packet: Packet, voiced: bool, left_out: bool) -> None:
        """It goes with those before it and after it, or is left out."""
        if left_out or not self._bundle.takes(packet):
            self._flush(voiced)
        if left_out:
            self._number(packet, left_out)
            return
        self._bundle.add(packet)
        if self._bundle.full:
            self._flush(voiced)

    def _flush(self, voiced: bool) -> None:
        """What waits goes out, in one packet with one number."""
        packets = self._bundle.clear()
        if not packets:
            return
        for packet in packets[:-1]:
            self._number(packet, left_out=True)
        numbers = self._number(packets[-1])
        if numbers is not None:
            whole = bundle.joined(packets)
            timestamp = (whole.timestamp + self._timestamp_offset) & 0xFFFFFFFF
            self._out(whole, voiced, numbers[0], timestamp, len(packets))

    def _out(self, packet: Packet, voiced: bool, sequence: int, timestamp: int, frames: int) -> None:
        payload, payload_type = packet.payload, sdp.OPUS
        if voiced and self.redundancy and self._takes_red:
            payload, payload_type = self._with_earlier(packet), sdp.RED
        sealed = self._write(payload_type, packet.marker, sequence, timestamp, self._ssrc, payload)
        if sealed:
            self._sealed[sequence % self.KEEP] = bytes(self.connection.outbox.last[:sealed])
            self._held[sequence % self.KEEP] = frames
            self.packets += 1
            self.frames += frames
            self.octets += len(payload)

    def bps(self, now: float, redundancy: int = 0, together: int = 1) -> float:
        """What the sound takes of the listener's link with so much redundancy."""
        speaks = now < self._voice_until
        if self.layer is None or (self.sparing and not speaks):
            return 0.0
        copies = redundancy if self._takes_red and speaks else 0
        alone = self.layer.bps
        return bundle.bundled_bps(alone, together) + copies * bundle.frames_bps(alone)

    def treat(self, redundancy: int, sparing: bool, together: int = 1, now: float = 0.0) -> None:
        """From now on, as above. Every 200 ms: what waits for a frame that does not come, waits no more."""
        waiting = self._bundle.waiting
        if waiting and (together == 1 or now - waiting[0].arrival > PATIENCE):
            self._flush(now < self._voice_until)
        if not self.redundancy:
            self._earlier = []
        self.redundancy, self.sparing, self.together = redundancy, sparing, together
        self._bundle.frames = together

    def block(self, block: rtcp.ReportBlock, now: float) -> None:
        frames, packets = self.frames - self._before_report[0], self.packets - self._before_report[1]
        self._before_report = (self.frames, self.packets)
        self._each = frames / packets if packets > 0 else self._each
        self.lost_frames += round((block.cumulative_lost - self.lost) * self._each)
        super().block(block, now)

    def _voiced(self, packet: Packet) -> bool:
        if packet.level <= VOICE or (self.layer is not None and not self.layer.track.levels):
            self._voice_until = packet.arrival + HANGOVER
        return packet.arrival < self._voice_until

    def _with_earlier(self, packet: Packet) -> bytes:
        """RED of the frame and of those before it, as far as there is room; what comes late is carried by none."""
        earlier, late = [], False
        for other in self._earlier:
            offset = (packet.timestamp - other.timestamp) & 0xFFFFFFFF
            if other.ssrc == packet.ssrc and offset <= red.MAX_OFFSET:
                earlier.append((offset, other.payload))
            late = late or -offset & 0xFFFFFFFF <= red.MAX_OFFSET
        if not late:
            self._earlier = [*self._earlier[1 - MOST :], packet]
        payload = red.build(sdp.OPUS, packet.payload, earlier[-self.redundancy :])
        return payload if len(payload) <= PAYLOAD else red.build(sdp.OPUS, packet.payload)

    def switched(self, layer: Layer | None) -> None:
        super().switched(layer)
        self._earlier = []
        self._bundle.clear()
        if layer is None:
            self._sealed = [b""] * self.KEEP

    def failed(self) -> None:
        super().failed()
        self._bundle.clear()
        self._sealed = [b""] * self.KEEP

    def nack(self, sequences: list[int], now: float, rtt: float) -> None:
        for sequence in sequences:
            kept = self._sealed[sequence % self.KEEP]
            there = kept and int.from_bytes(kept[2:4], "big") == sequence  # RFC 3550 §5.1
            if not there or now - self._answered.get(sequence, -1.0) < rtt:
                continue
            if len(self._answered) > self.KEEP:
                self._answered.clear()
            self._answered[sequence] = now
            self.nacked += 1
            self.asked += self._held[sequence % self.KEEP]
            self.connection.send_sealed(kept)
