"""One RTP stream that we send: header extensions, history for retransmissions, sender reports."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.client import rtcp, rtp

HISTORY = 2048
"""Packets kept for NACKs: more than two seconds of any stream of ours."""


@dataclass(frozen=True)
class RtpClock:
    """``at`` gives the RTP timestamp of a media time in seconds; ``offset`` is the timestamp of media time 0."""

    rate: int
    offset: int

    def at(self, media_time: float) -> int:
        return (self.offset + round(media_time * self.rate)) & 0xFFFFFFFF


@dataclass
class ExtensionIds:
    """The ids agreed on for one media section; 0 where an extension was not taken."""

    mid: int = 0
    rid: int = 0
    repaired_rid: int = 0
    audio_level: int = 0
    abs_send_time: int = 0
    transport_cc: int = 0


class TransportSequence:
    """The transport-wide sequence number that all streams of a connection share."""

    def __init__(self) -> None:
        self.value = 0

    def next(self) -> bytes:
        self.value = self.value + 1 & 0xFFFF
        return self.value.to_bytes(2, "big")


class SendStream:
    """``write_rtp`` protects and sends, and gives the datagram; ``resend`` sends such a datagram as it is.

    Audio has no retransmission stream: what was lost is sent again as it was, same SSRC and sequence number, as
    Chromium does.
    """

    def __init__(
        self,
        write_rtp: Callable[[bytes], bytes | None],
        resend: Callable[[bytes], None],
        transport: TransportSequence,
        clock: RtpClock,
        payload_type: int,
        ids: ExtensionIds,
        mid: str,
        cname: str,
        rid: str = "",
        ssrc: int = 0,
        rtx_ssrc: int = 0,
        rtx_payload_type: int | None = None,
    ) -> None:
        self.ssrc = ssrc or random_ssrc()
        self.rtx_ssrc = rtx_ssrc or random_ssrc()
        self.clock = clock
        self.payload_type = payload_type
        self.cname = cname
        self.rid = rid
        self.sequence = secrets.randbits(15)
        self.packets = 0
        self.octets = 0
        self.resent = 0
        self._rtx_payload_type = rtx_payload_type
        self._rtx_sequence = secrets.randbits(15)
        self._write = write_rtp
        self._resend = resend
        self._transport = transport
        self._ids = ids
        self._static = self._elements(mid, rid, ids.rid)
        self._rtx_static = self._elements(mid, rid, ids.repaired_rid)
        self._history: dict[int, tuple[int, bool, bytes, bytes]] = {}

    def send(self, payload: bytes, timestamp: int, marker: bool, now: float, level: int | None = None) -> int:
        """Send one packet; gives its sequence number. ``level`` in -dBov (RFC 6464)."""
        sequence = self.sequence
        self.sequence = sequence + 1 & 0xFFFF
        extensions = self._extensions(self._static, now, level)
        packet = rtp.build(self.payload_type, sequence, timestamp, self.ssrc, payload, marker, extensions)
        datagram = self._write(packet)
        self.packets += 1
        self.octets += len(payload)
        self._remember(sequence, timestamp, marker, payload, datagram)
        return sequence

    def answer_nack(self, sequences: Sequence[int], now: float) -> None:
        for sequence in sequences:
            kept = self._history.get(sequence)
            if kept is None:
                continue
            self.resent += 1
            timestamp, marker, payload, datagram = kept
            if self._rtx_payload_type is None:
                self._resend(datagram)
            else:
                self._retransmit(sequence, timestamp, marker, payload, now)

    def report(self, ntp: int, timestamp: int) -> bytes | None:
        """An SR, once something was sent."""
        if not self.packets:
            return None
        return rtcp.sender_report(self.ssrc, self.cname, ntp, timestamp, self.packets, self.octets)

    def _retransmit(self, sequence: int, timestamp: int, marker: bool, payload: bytes, now: float) -> None:
        """RFC 4588 §4, SSRC multiplexing."""
        assert self._rtx_payload_type is not None
        extensions = self._extensions(self._rtx_static, now, None)
        body = sequence.to_bytes(2, "big") + payload
        self._rtx_sequence = self._rtx_sequence + 1 & 0xFFFF
        self._write(
            rtp.build(self._rtx_payload_type, self._rtx_sequence, timestamp, self.rtx_ssrc, body, marker, extensions)
        )

    def _remember(self, sequence: int, timestamp: int, marker: bool, payload: bytes, datagram: bytes | None) -> None:
        self._history[sequence] = timestamp, marker, payload, datagram or b""
        if len(self._history) > HISTORY:
            del self._history[next(iter(self._history))]

    def _elements(self, mid: str, rid: str, rid_id: int) -> dict[int, bytes]:
        named = {self._ids.mid: mid.encode(), rid_id: rid.encode()}
        return {identifier: value for identifier, value in named.items() if identifier and value}

    def _extensions(self, static: dict[int, bytes], now: float, level: int | None) -> bytes:
        ids = self._ids
        elements = dict(static)
        if ids.abs_send_time:
            elements[ids.abs_send_time] = rtp.abs_send_time(now)
        if ids.transport_cc:
            elements[ids.transport_cc] = self._transport.next()
        if ids.audio_level and level is not None:
            voice = 0x80 if level < 60 else 0
            elements[ids.audio_level] = bytes([voice | level])
        return rtp.pack_extensions(elements)


def random_ssrc() -> int:
    return secrets.randbits(31) + 1
