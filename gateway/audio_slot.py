"""The sound of one seat at one listener."""

from __future__ import annotations

from typing import Final

from gateway import red, sdp
from gateway.connection import Connection
from gateway.packet import PAYLOAD, Packet
from gateway.redundancy import MOST
from gateway.slot import SYNC, Slot
from gateway.track import WIRE, Layer

VOICE: Final = 60
"""-dBov: what is quieter is the room (RFC 6464)."""
HANGOVER: Final = 1.0
"""s after a voice that are sent too: pauses between words are speech."""
FRAMES: Final = 50
"""A second, as all browsers make them."""


class AudioSlot(Slot):
    """Sound. Lost packets are sent again as they were, on their own SSRC: an SRTP packet is never sealed twice with
    other contents (RFC 7714 §8.1), so what is kept is what went out.

    ``redundancy`` is how many earlier frames each packet of a voice carries along (RFC 2198). While ``sparing``, only
    voices are sent: the listener's link has no room for silence.
    """

    KEEP: Final = 128

    def __init__(self, connection: Connection, seat: str, spec: sdp.Slot, takes_red: bool) -> None:
        super().__init__(connection, seat, spec)
        self.redundancy = 0
        self.sparing = False
        self.spared = 0
        """Packets that were left out."""
        self._takes_red = takes_red
        self._earlier: list[Packet] = []
        self._voice_until = 0.0
        self._sealed = [b""] * self.KEEP
        self._answered: dict[int, float] = {}

    def send(self, packet: Packet) -> None:
        voiced = self._voiced(packet)
        left_out = self.sparing and not voiced
        if left_out:
            self.spared += 1
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
        payload, payload_type = packet.payload, sdp.OPUS
        if voiced and self.redundancy and self._takes_red:
            payload, payload_type = self._with_earlier(packet), sdp.RED
        sealed = self._write(payload_type, packet.marker, sequence, timestamp, self._ssrc, payload)
        if sealed:
            self._sealed[sequence % self.KEEP] = bytes(self.connection.outbox.last[:sealed])
            self.packets += 1
            self.octets += len(payload)

    def bps(self, now: float, redundancy: int = 0) -> float:
        """What the sound takes of the listener's link with so much redundancy."""
        speaks = now < self._voice_until
        if self.layer is None or (self.sparing and not speaks):
            return 0.0
        copies = redundancy if self._takes_red and speaks else 0
        return self.layer.bps + copies * max(self.layer.bps - 8 * FRAMES * WIRE, 0.0)

    def treat(self, redundancy: int, sparing: bool) -> None:
        """From now on, as above."""
        if not self.redundancy:
            self._earlier = []
        self.redundancy, self.sparing = redundancy, sparing

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
        if layer is None:
            self._sealed = [b""] * self.KEEP

    def failed(self) -> None:
        super().failed()
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
            self.connection.send_sealed(kept)
