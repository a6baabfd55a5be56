"""A place in a listener's connection for the sound or the picture of one seat, and the packets written into it.

This is the outgoing half of the hot path: header, payload, SRTP, socket; no allocation but the history's entry.
"""

from __future__ import annotations

import struct
import time
from typing import Final

from gateway import rtcp, sdp
from gateway.connection import Connection
from gateway.history import History, rtx_payload
from gateway.packet import Packet, SenderReport
from gateway.red import primary
from gateway.rewrite import Rewriter
from gateway.rtp import signed
from gateway.seam import MTU, Buffer
from gateway.track import Layer, Wanted
from gateway.vp8 import PictureNumbers

# V, P, X, CC; M and PT; sequence; timestamp; SSRC; one-byte extensions, one word: abs-send-time (RFC 3550, RFC 8285)
_HEADER: Final = struct.Struct("!BBHIIHHI")
_SIZE: Final = _HEADER.size
_ABS_SEND_TIME: Final = (sdp.ABS_SEND_TIME_ID << 28) | (2 << 24)
_LONGEST: Final = MTU - _SIZE - 32

_buffer = Buffer()
_view = _buffer.view
_pack_into = _HEADER.pack_into

_REPORTS: Final = 8
_SYNC: Final = 0x0FFF
"""Where all these bits of a sequence number are 0, the rewriter counts on: it must not lag by half of 16 bits."""
_TYPES: Final = {"H264": (sdp.H264, sdp.H264_RTX), "VP8": (sdp.VP8, sdp.VP8_RTX)}


class Slot:
    """Common to sound and picture: numbering, sender reports, what the listener says of it."""

    kind = "audio"
    clock_rate = 48000

    def __init__(self, connection: Connection, seat: str, spec: sdp.Slot) -> None:
        self.connection = connection
        self.seat = seat
        self.spec = spec
        self.wanted: Wanted = "high"
        self.layer: Layer | None = None
        self.fraction_lost = 0.0
        self.reported = 0.0
        self.lost = 0
        self.jitter_s = 0.0
        self.rtt: float | None = None
        self.packets = 0
        self.octets = 0
        self.nacked = 0
        self.broken = False
        self._rewriter = Rewriter(self.clock_rate, spec.ssrc & 0xFFFF, spec.ssrc)
        self._fresh = False
        # The hot path's copy of the rewriter's state: the next packet of the source, and what to add to its numbers.
        self._source = self._next = -1
        self._offset = self._timestamp_offset = 0
        self._newest: Packet | None = None
        self._before: Layer | None = None
        self._reports: dict[int, float] = {}
        self.asked = 0.0
        """When the sender report left from which ``rtt`` is known."""

    def switched(self, layer: Layer | None) -> None:
        self._before, self.layer = self.layer, layer
        self._fresh = layer is not None
        self._next = -1

    def failed(self) -> None:
        self.layer = None
        self.broken = True

    def sender_report(self, report: SenderReport) -> None:
        """The source's report in this listener's timestamps; its NTP time stays: sound and picture keep step."""
        if self._rewriter.source != report.ssrc or not self.packets:
            return
        middle = report.ntp >> 16 & 0xFFFFFFFF
        if len(self._reports) >= _REPORTS:
            del self._reports[next(iter(self._reports))]
        self._reports[middle] = time.monotonic()
        self.connection.send_rtcp(
            rtcp.sender_report(
                self.spec.ssrc, report.ntp, self._rewriter.timestamp(report.rtp), self.packets, self.octets
            )
            + rtcp.sdes_cname(self.spec.ssrc, self.spec.stream)
        )

    def block(self, block: rtcp.ReportBlock, now: float) -> None:
        """What the listener reports of this stream (RFC 3550 §6.4.1)."""
        self.reported = now
        self.fraction_lost = block.fraction_lost / 256
        self.lost = block.cumulative_lost
        self.jitter_s = block.jitter / self.clock_rate
        sent = self._reports.get(block.last_sr)
        if sent is not None:
            self.asked = sent
            self.rtt = max(now - sent - block.delay_since_last_sr / 65536, 0.0)

    def nack(self, sequences: list[int], now: float, rtt: float) -> None:
        raise NotImplementedError

    def send(self, packet: Packet) -> None:
        raise NotImplementedError

    def _number(self, packet: Packet) -> tuple[int, int] | None:
        """The packet's number and timestamp for this listener, where it is not simply the next of its source."""
        rewriter = self._rewriter
        if self._newest is not None:
            newest = self._newest
            rewriter.map(newest.ssrc, newest.sequence, newest.timestamp, newest.arrival)
            self._newest = None
        if self._fresh:
            self._fresh = False
            elapsed = self._elapsed(packet)
            rewriter.switch(packet.ssrc, packet.sequence, packet.timestamp, packet.arrival, elapsed)
        if not packet.payload:
            rewriter.drop(packet.ssrc, packet.sequence)
            numbers = None
        else:
            numbers = rewriter.map(packet.ssrc, packet.sequence, packet.timestamp, packet.arrival)
        self._source = rewriter.source
        self._next = rewriter.next if rewriter.next & _SYNC else -1
        self._offset, self._timestamp_offset = rewriter.offsets
        return numbers

    def _elapsed(self, packet: Packet) -> float | None:
        """Seconds from the last picture to this one, the first of another layer, by the clock that both layers' sender
        reports tell (RFC 3550 §6.4.1): by its arrival, the picture would part from the sound by what it is late."""
        before, layer, self._before = self._before, self.layer, None
        if before is None or layer is None or before.track is not layer.track:
            return None
        then, now = before.last_report, layer.last_report
        if then is None or now is None or before.ssrc != self._rewriter.source:
            return None
        apart = (now.ntp - then.ntp) / (1 << 32)
        ticks = signed(packet.timestamp - now.rtp) - signed(self._rewriter.newest - then.rtp)
        return apart + ticks / self.clock_rate

    def _write(
        self, payload_type: int, marker: bool, sequence: int, timestamp: int, ssrc: int, payload: bytes, now: float
    ) -> int:
        """Put a packet into the buffer and send it; the octets sent, 0 if the socket or SRTP did not take it."""
        length = len(payload)
        if length > _LONGEST:
            return 0
        _pack_into(
            _view, 0, 0x90, payload_type | 0x80 if marker else payload_type, sequence, timestamp, ssrc, 0xBEDE, 1,
            _ABS_SEND_TIME | int(now * 262144) & 0xFFFFFF,
        )  # fmt: skip
        end = _SIZE + length
        _view[_SIZE:end] = payload
        connection = self.connection
        pair, address = connection.pair, connection.address
        if pair is None or address is None:
            return 0
        sealed = pair.send(_buffer, end, connection.sendto, address)
        connection.sent_bytes += sealed
        return sealed


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
            self._next = following if following & _SYNC else -1
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
        sealed = self._write(payload_type, packet.marker, sequence, timestamp, self.spec.ssrc, payload, packet.arrival)
        if sealed:
            self._sealed[sequence % self.KEEP] = (sequence, bytes(_view[:sealed]))
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


class VideoSlot(Slot):
    """A picture. Lost packets are sent again as RTX (RFC 4588), and probes are made of the same."""

    kind = "video"
    clock_rate = 90000

    def __init__(self, connection: Connection, seat: str, spec: sdp.Slot) -> None:
        super().__init__(connection, seat, spec)
        self._history = History(512)
        self._rtx_sequence = spec.rtx_ssrc & 0x7FFF
        self._type, self._rtx_type = _TYPES["VP8"]
        self._pictures: PictureNumbers | None = None
        self._last = -1
        self._last_payload = b""
        self.wanted = "low"

    def send(self, packet: Packet) -> None:
        payload = packet.payload
        if packet.sequence == self._next and packet.ssrc == self._source and payload:
            following = (packet.sequence + 1) & 0xFFFF
            self._next = following if following & _SYNC else -1
            self._newest = packet
            sequence = (packet.sequence + self._offset) & 0xFFFF
            timestamp = (packet.timestamp + self._timestamp_offset) & 0xFFFFFFFF
        else:
            if self._fresh and self._last >= 0 and self._type == sdp.VP8 and payload:
                self._go_on(payload)
            numbers = self._number(packet)
            if numbers is None:
                return
            sequence, timestamp = numbers
        if self._pictures is not None:
            payload = self._pictures.map(payload)
        history = self._history
        history.ring[sequence & history.mask] = (sequence, timestamp, packet, payload)
        self._last = sequence
        self._last_payload = payload
        if self._write(self._type, packet.marker, sequence, timestamp, self.spec.ssrc, payload, packet.arrival):
            self.packets += 1
            self.octets += len(payload)

    def switched(self, layer: Layer | None) -> None:
        super().switched(layer)
        types = _TYPES[layer.track.info.codec] if layer is not None else None
        if types is None or types != (self._type, self._rtx_type):  # nobody may hear it, or nobody can read it
            self._history.clear()
        if types is not None:
            self._type, self._rtx_type = types

    def failed(self) -> None:
        super().failed()
        self._history.clear()

    def _go_on(self, payload: bytes) -> None:
        """Chromium wants VP8's picture numbers to go on across a change of source; the first needs no rewriting."""
        if self._pictures is None:
            self._pictures = PictureNumbers()
            self._pictures.map(self._last_payload)
        self._pictures.switch(payload)

    def nack(self, sequences: list[int], now: float, rtt: float) -> None:
        for sequence in sequences:
            if self._again(sequence, now, rtt):
                self.nacked += 1

    def probe(self, octets: int, now: float) -> int:
        """Send the latest packets again as padding, up to about ``octets``; what was sent."""
        sent = 0
        sequence = self._last
        for _ in range(64):
            if sent >= octets or self._last < 0:
                break
            size = self._resend(sequence, now)
            if not size:
                break
            sent += size
            sequence = (sequence - 1) & 0xFFFF
        return sent

    def _again(self, sequence: int, now: float, rtt: float) -> bool:
        sent = self._history.answer(sequence, now, rtt)
        return sent is not None and self._resend(sequence, now) > 0

    def _resend(self, sequence: int, now: float) -> int:
        sent = self._history.latest(sequence)
        if sent is None:
            return 0
        self._rtx_sequence = (self._rtx_sequence + 1) & 0xFFFF
        return self._write(
            self._rtx_type, sent.packet.marker, self._rtx_sequence, sent.timestamp, self.spec.rtx_ssrc,
            rtx_payload(sent.sequence, sent.payload), now,
        )  # fmt: skip
