"""The sound of one seat at one listener."""

from __future__ import annotations

from typing import Final

from gateway import sdp
from gateway.connection import Connection
from gateway.packet import Packet
from gateway.red import primary
from gateway.slot import SYNC, Slot, view
from gateway.track import Layer


class AudioSlot(Slot):
    """Sound. Lost packets are sent again as they were, on their own SSRC: an SRTP packet is never sealed twice with
    other contents (RFC 7714 §8.1), so what is kept is what went out."""

    KEEP: Final = 128

    def __init__(self, connection: Connection, seat: str, spec: sdp.Slot, red: bool) -> None:
        super().__init__(connection, seat, spec)
        self._red = red
        self._sealed: list[tuple[int, bytes] | None] = [None] * self.KEEP
        self._answered: dict[int, float] = {}

    def send(self, packet: Packet) -> None:
        if packet.sequence == self._next and packet.ssrc == self._source and packet.payload:
            following = (packet.sequence + 1) & 0xFFFF
            self._next = following if following & SYNC else -1
            self._newest = packet
            sequence = (packet.sequence + self._offset) & 0xFFFF
            timestamp = (packet.timestamp + self._timestamp_offset) & 0xFFFFFFFF
        else:
            numbers = self._number(packet)
            if numbers is None:
                return
            sequence, timestamp = numbers
        payload, payload_type = packet.payload, sdp.OPUS
        if packet.red:
            if self._red:
                payload_type = sdp.RED
            else:
                own = primary(payload)
                if own is None:
                    return
                payload = own
        sealed = self._write(payload_type, packet.marker, sequence, timestamp, self.spec.ssrc, payload)
        if sealed:
            self._sealed[sequence % self.KEEP] = (sequence, bytes(view[:sealed]))
            self.packets += 1
            self.octets += len(payload)

    def switched(self, layer: Layer | None) -> None:
        super().switched(layer)
        if layer is None:
            self._sealed = [None] * self.KEEP

    def failed(self) -> None:
        super().failed()
        self._sealed = [None] * self.KEEP

    def nack(self, sequences: list[int], now: float, rtt: float) -> None:
        for sequence in sequences:
            kept = self._sealed[sequence % self.KEEP]
            if kept is None or kept[0] != sequence or now - self._answered.get(sequence, -1.0) < rtt:
                continue
            if len(self._answered) > self.KEEP:
                self._answered.clear()
            self._answered[sequence] = now
            self.nacked += 1
            self.connection.send_sealed(kept[1])
