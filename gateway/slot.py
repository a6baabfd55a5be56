"""A place in a listener's connection for the sound or the picture of one seat, and the packets written into it.

This is the outgoing half of the hot path: header, payload, SRTP, socket; no allocation but the history's entry.
"""

from __future__ import annotations

import struct
import time
from typing import Final

from gateway import rtcp, sdp
from gateway.connection import Connection
from gateway.packet import Packet, SenderReport
from gateway.rewrite import Rewriter
from gateway.rtp import signed
from gateway.seam import MTU
from gateway.track import Layer, Wanted

# V, P, X, CC; M and PT; sequence; timestamp; SSRC; one-byte extensions, one word (RFC 3550, RFC 8285): the number that
# transport-wide feedback is given on, or abs-send-time
_HEADER: Final = "!BBHIIHHI"
_SIZE: Final = struct.calcsize(_HEADER)
PLAIN: Final = 0x90
PADDED: Final = 0xB0
_TRANSPORT_CC: Final = (sdp.TRANSPORT_CC_ID << 28) | (1 << 24)
_ABS_SEND_TIME: Final = (sdp.ABS_SEND_TIME_ID << 28) | (2 << 24)
_LONGEST: Final = MTU - _SIZE - 32

# Final also where mypyc would look a name up in the module's dictionary for every packet.
_PACK: Final = [struct.Struct(f"{_HEADER}{length}s").pack_into for length in range(_LONGEST + 1)]
"""Puts header and payload into a buffer, by the payload's length: one call costs less than two."""
_monotonic: Final = time.monotonic

FIRST: Final = 0x7FFF
"""A stream's first number is at most this: a receiver that lost all packets before the first wrap cannot know that
there was one (RFC 3711 §3.3.1), and would open none of those after it."""
_REPORTS: Final = 8
SYNC: Final = 0x0FFF
"""Where all these bits of a sequence number are 0, the rewriter counts on: it must not lag by half of 16 bits."""


class Slot:
    """Common to sound and picture: numbering, sender reports, what the listener says of it."""

    kind = "audio"
    clock_rate = 48000

    def __init__(self, connection: Connection, seat: str, spec: sdp.Slot) -> None:
        self.connection = connection
        self.seat = seat
        self.spec = spec
        self._ssrc = spec.ssrc
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
        self._rewriter = Rewriter(self.clock_rate, spec.ssrc & FIRST, spec.ssrc)
        self._fresh = False
        # The hot path's copy of the rewriter's state: the next packet of the source, and what to add to its numbers.
        self._source = self._next = -1
        self._offset = self._timestamp_offset = 0
        self._newest: Packet | None = None
        self._before: Layer | None = None
        self._reports: dict[int, float] = {}
        self._told = 0

    def switched(self, layer: Layer | None) -> None:
        self._before, self.layer = self.layer, layer
        self._fresh = layer is not None
        self._next = -1

    def failed(self) -> None:
        self.layer = None
        self.broken = True

    def sender_report(self, report: SenderReport) -> None:
        """The source's report in this listener's timestamps; its NTP time stays: sound and picture keep step."""
        if self._rewriter.source != report.ssrc or self.packets == self._told:  # RFC 3550 §6.4: of what was sent
            return
        self._told = self.packets
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
            self.rtt = max(now - sent - block.delay_since_last_sr / 65536, 0.0)

    def nack(self, sequences: list[int], now: float, rtt: float) -> None:
        raise NotImplementedError

    def send(self, packet: Packet) -> None:
        raise NotImplementedError

    def _number(self, packet: Packet, left_out: bool = False) -> tuple[int, int] | None:
        """The packet's number and timestamp for this listener, where it is not simply the next of its source; None of
        what cannot or, being ``left_out``, must not be sent."""
        rewriter = self._rewriter
        if self._newest is not None:
            newest = self._newest
            rewriter.map(newest.ssrc, newest.sequence, newest.timestamp, newest.arrival)
            self._newest = None
        if self._fresh:
            self._fresh = False
            elapsed = self._elapsed(packet)
            rewriter.switch(packet.ssrc, packet.sequence, packet.timestamp, packet.arrival, elapsed)
        if left_out or not packet.payload:
            rewriter.drop(packet.ssrc, packet.sequence)
            numbers = None
        else:
            numbers = rewriter.map(packet.ssrc, packet.sequence, packet.timestamp, packet.arrival)
        self._source = rewriter.source
        self._next = rewriter.next if rewriter.next & SYNC else -1
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
        self, payload_type: int, marker: bool, sequence: int, timestamp: int, ssrc: int, payload: bytes,
        first: int = PLAIN,
    ) -> int:  # fmt: skip
        """Seal a packet and put it into the outbox; its octets, 0 if it has nowhere to go or SRTP refused it."""
        length = len(payload)
        connection = self.connection
        pair, target, departures = connection.pair, connection.target, connection.departures
        if length > _LONGEST or pair is None or target is None:
            return 0
        outbox = connection.outbox
        buffer = outbox.buffer
        now: float = _monotonic()
        _PACK[length](
            buffer.view, 0, first, payload_type | 0x80 if marker else payload_type, sequence, timestamp, ssrc, 0xBEDE,
            1,
            _TRANSPORT_CC | (departures.next & 0xFFFF) << 8 if departures is not None
            else _ABS_SEND_TIME | int(now * 262144) & 0xFFFFFF,
            payload,
        )  # fmt: skip
        sealed = pair.protect(buffer, _SIZE + length)
        if sealed:
            outbox.put(sealed, target)
            connection.sent_bytes += sealed
            connection.pacer.spend(sealed)
            if departures is not None:
                departures.depart(sealed, now)
        return sealed
