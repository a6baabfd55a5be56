"""The picture of one seat at one listener."""

from __future__ import annotations

from functools import partial
from typing import Final

from gateway import sdp
from gateway.connection import Connection
from gateway.history import History, Shift, rtx_payload
from gateway.packet import Packet
from gateway.probe import PACKET
from gateway.slot import FIRST, PADDED, SYNC, Slot
from gateway.track import Layer
from gateway.vp8 import PictureNumbers

_PADDING: Final = bytes(PACKET - 1) + bytes((PACKET,))
_TYPES: Final = {"H264": (sdp.H264, sdp.H264_RTX), "VP8": (sdp.VP8, sdp.VP8_RTX)}


class VideoSlot(Slot):
    """A picture. Lost packets are sent again as RTX (RFC 4588), and probes are made of the same."""

    kind = "video"
    clock_rate = 90000

    def __init__(self, connection: Connection, seat: str, spec: sdp.Slot) -> None:
        super().__init__(connection, seat, spec)
        self._history = History(512)
        self._shift = Shift(0, 0)
        self._rtx_sequence = spec.rtx_ssrc & FIRST
        self._type, self._rtx_type = _TYPES["VP8"]
        self._pictures: PictureNumbers | None = None
        self._rtx_timestamp = 0
        self._newest_out = ((spec.ssrc & FIRST) - 1) & 0xFFFF
        self._last_payload = b""
        self.wanted = "low"

    def send(self, packet: Packet) -> None:
        payload, shift = packet.payload, self._shift
        if packet.sequence == self._next and packet.ssrc == self._source and payload:
            following = (packet.sequence + 1) & 0xFFFF
            self._next = following if following & SYNC else -1
            self._newest = packet
            sequence = (packet.sequence + self._offset) & 0xFFFF
            timestamp = (packet.timestamp + self._timestamp_offset) & 0xFFFFFFFF
        else:
            if self._fresh and packet.ssrc != self._source >= 0 and self._type == sdp.VP8 and payload:
                self._go_on(payload)
            numbers = self._number(packet)
            self._shift = Shift(self._offset, self._timestamp_offset)
            if numbers is None:
                return
            sequence, timestamp = numbers
            shift = Shift(sequence - packet.sequence, timestamp - packet.timestamp)
        if self._pictures is not None:
            payload = self._pictures.map(payload)
            packet = packet.instead(payload)
        self._history.put(sequence, packet, shift)
        self._last_payload = payload
        pacer = self.connection.pacer
        if pacer.admits(packet.arrival):
            self._out(self._type, packet.marker, sequence, timestamp, payload)
        else:
            pacer.hold(self, len(payload), partial(self._out, self._type, packet.marker, sequence, timestamp, payload))

    def _out(self, payload_type: int, marker: bool, sequence: int, timestamp: int, payload: bytes) -> None:
        if self._write(payload_type, marker, sequence, timestamp, self._ssrc, payload):
            self.packets += 1
            self.octets += len(payload)
            if (sequence - self._newest_out) & 0x8000 == 0:  # else it came late
                self._newest_out = sequence

    def switched(self, layer: Layer | None) -> None:
        super().switched(layer)
        if layer is None:
            self.connection.pacer.forget(self)
            self._take_back()
        types = _TYPES[layer.track.info.codec] if layer is not None else None
        if types is None or types != (self._type, self._rtx_type):  # nobody may hear it, or nobody can read it
            self._history.clear()
        if types is not None:
            self._type, self._rtx_type = types

    def failed(self) -> None:
        super().failed()
        self.connection.pacer.forget(self)
        self._history.clear()

    def _take_back(self) -> None:
        """No listener asks for what waited, or found no room, and is not wanted now. No number is sealed twice (RFC
        7714 §8.1)."""
        newest, self._newest = self._newest, None
        if newest is not None:
            self._rewriter.map(newest.ssrc, newest.sequence, newest.timestamp, newest.arrival)
        self._rewriter.take_back(self._newest_out)

    def _go_on(self, payload: bytes) -> None:
        """Chromium wants VP8's picture numbers to go on across a change of source; the first needs no rewriting, nor
        does one that comes back: its numbers only leave some out."""
        if self._pictures is None:
            self._pictures = PictureNumbers()
            self._pictures.map(self._last_payload)
        self._pictures.switch(payload)

    def nack(self, sequences: list[int], now: float, rtt: float) -> None:
        for sequence in sequences:
            if self._again(sequence, now, rtt):
                self.nacked += 1

    def pad(self) -> int:
        """Send a packet of padding alone (RFC 3550 §5.1) as RTX, where it disturbs no decoder; the octets sent."""
        self._rtx_sequence = (self._rtx_sequence + 1) & 0xFFFF
        return self._write(
            self._rtx_type, False, self._rtx_sequence, self._rtx_timestamp, self.spec.rtx_ssrc, _PADDING, PADDED
        )

    def _again(self, sequence: int, now: float, rtt: float) -> bool:
        sent = self._history.answer(sequence, now, rtt)
        if sent is None:
            return False
        self._rtx_sequence = (self._rtx_sequence + 1) & 0xFFFF
        self._rtx_timestamp = sent.timestamp
        return self._write(
            self._rtx_type, sent.packet.marker, self._rtx_sequence, sent.timestamp, self.spec.rtx_ssrc,
            rtx_payload(sent.sequence, sent.packet.payload),
        ) > 0  # fmt: skip
