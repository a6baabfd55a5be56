"""One participant's sound and pictures coming in: SSRCs to layers, and the feedback that keeps them whole."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Final

from gateway import red, rtcp, sdp
from gateway.connection import Connection
from gateway.history import read_rtx
from gateway.keyframe import Keyframes
from gateway.keyframe_requests import KeyframeRequests
from gateway.nack import Arrival, NackGenerator
from gateway.packet import NO_LEVEL, PAYLOAD, Codec, Packet, SenderReport
from gateway.receive_stats import ReceiveStats
from gateway.relief import Relief
from gateway.rtp import URIS, Extensions, Header, parse_header
from gateway.sdp import Chosen, Section
from gateway.seam import Address, Buffer
from gateway.track import Layer, Track
from gateway.twcc import ArrivalRecorder

_DUPLICATE: Final = Arrival.DUPLICATE
_RECOVERED: Final = Arrival.RECOVERED
_RESTART: Final = Arrival.RESTART

STREAMS: Final = 16
"""SSRCs of one connection: three layers of each kind, their RTX, and as many again after a change."""

CHANGES: Final = 16
"""New SSRCs in a second: each makes listeners change over and the record begin anew."""

COPIES: Final = 5
"""Earlier frames that are taken from one packet of sound: browsers send one, and a packet has room for hundreds."""
FILLED: Final = 64

RTCP_SIZE: Final = 1200
"""Octets of RTCP in one datagram."""

UNWANTED_S: Final = 10.0
"""For so long nobody has wanted a layer before it is switched off at its source: it takes a key frame to come back."""

SENDER: Final = 1
"""Our own SSRC in feedback; we send no media on this connection."""

REORDER_S: Final = 0.0


class MediaStream:
    """One SSRC of media: what is lost of it, and the layer it feeds."""

    __slots__ = ("filled", "keyframes", "kind", "layer", "nack", "octets", "oversized", "payload_type", "red", "stats")

    def __init__(self, layer: Layer, chosen: Chosen) -> None:
        self.layer = layer
        self.kind = chosen.kind
        self.payload_type = chosen.payload_type
        self.red = chosen.red
        self.nack = NackGenerator(REORDER_S)
        self.stats = ReceiveStats(layer.ssrc, chosen.clock_rate)
        self.octets = 0
        self.oversized = 0
        self.keyframes = Keyframes(chosen.codec)
        self.filled: dict[int, None] = {}
        """The latest numbers that copies have filled."""

    def receive(
        self, sequence: int, timestamp: int, marker: bool, payload: bytes, level: int, now: float, again: bool = False
    ) -> None:
        """``again``: it came by RTX, and says nothing of what the network lost. What is too long counts as lost."""
        if len(payload) > PAYLOAD:
            self.oversized += 1
            return
        arrival = self.nack.on_packet(sequence, now)
        if arrival is _DUPLICATE:
            if sequence in self.filled and not again:  # overtaken by its copy, and not lost
                del self.filled[sequence]
                self.stats.on_packet(sequence, timestamp, len(payload), now)
            return
        if arrival is _RESTART:
            self.stats.on_restart()
        # A packet that was asked for was lost on its way, whichever SSRC brings it again.
        if not again and not (arrival is _RECOVERED and self.nack.was_asked):
            self.stats.on_packet(sequence, timestamp, len(payload), now)
        self.octets += len(payload)
        keyframe = self.kind == "video" and self.keyframes.begins(payload, timestamp)
        if keyframe:
            self.nack.on_keyframe(sequence)
        packet = Packet(self.layer.ssrc, sequence, timestamp, marker, self.payload_type, payload, now, keyframe, level)
        self.layer.deliver(packet, arrival is _RECOVERED)

    def receive_red(self, sequence: int, timestamp: int, marker: bool, payload: bytes, level: int, now: float) -> None:
        """RED is taken off here: behind this all sound is Opus, to which each listener's own loss may add it again.

        What was lost comes with the packets after it (RFC 2198 §3), sooner than it could be asked for. What is
        malformed counts as lost.
        """
        own = red.primary(payload)
        if own is None:
            return
        if not self.nack.expects(sequence):
            earlier = red.split(payload)[:-1][-COPIES:]
            for number, block in enumerate(earlier, sequence - len(earlier)):
                if block.payload and block.payload_type == self.payload_type and self.nack.lacks(number & 0xFFFF):
                    self.filled[number & 0xFFFF] = None
                    self.receive(
                        number & 0xFFFF, (timestamp - block.offset) & 0xFFFFFFFF, False, block.payload, level, now, True
                    )
            while len(self.filled) > FILLED:
                del self.filled[next(iter(self.filled))]
        self.receive(sequence, timestamp, marker, own, level, now)


class Publisher:
    """Handler of a publish connection; ``tracks`` and ``sections`` by kind."""

    def __init__(
        self,
        connection: Connection,
        tracks: Mapping[str, Track],
        sections: Mapping[str, tuple[Section, Chosen]],
        keyframes: KeyframeRequests,
        now: float,
    ) -> None:
        self.connection = connection
        self.keyframes = keyframes
        self.tracks = dict(tracks)
        self._high_wanted = now
        self.rtt = 0.1
        self.rtt_known = False
        self.streams: dict[int, MediaStream] = {}
        self._rtx: dict[int, int] = {}
        self._changes = 0
        self._sections = dict(sections)
        self._chosen = {c.payload_type: c for _, c in sections.values()}
        self._chosen |= {c.red: c for _, c in sections.values() if c.red is not None}
        self._rtx_types = {c.rtx for _, c in sections.values() if c.rtx is not None}
        self._twcc = ArrivalRecorder()
        self._relief = Relief(now)
        self._octets = 0
        self._address: Address | None = None
        offered: dict[str, int] = {}
        for section, _ in sections.values():
            offered |= section.extensions
        self._extensions = Extensions(**{name: offered.get(uri, 0) for name, uri in URIS.items()})
        connection.handler = self

    def high_wanted(self, now: float) -> bool:
        """Whether somebody, the recorder included, wants the upper layer, or wanted it a moment ago."""
        track = self.tracks.get("video")
        if track is None or any(listener.wanted == "high" for listener in track.listeners):
            self._high_wanted = now
        return now - self._high_wanted < UNWANTED_S

    def should_change(self, decodable: Collection[Codec]) -> bool:
        """Whether not every listener can decode the picture, and it could come in a codec that all can."""
        section, chosen = self._sections.get("video", (None, None))
        if section is None or chosen is None or chosen.codec in decodable:
            return False
        return sdp.choose(section, decodable).codec in decodable

    # The synchronous path

    def on_rtp(self, buffer: Buffer, length: int, now: float) -> None:
        view = buffer.view
        header = parse_header(view, length)
        payload_type, marker, sequence, timestamp, ssrc, profile, at, stop, start, end = header
        if not end:
            self.connection.source(int.from_bytes(view[8:12], "big"))
            return
        level = NO_LEVEL
        if profile:
            transport, level = self._extensions.hot(view, profile, at, stop)
            if transport >= 0:
                self._twcc.on_packet(transport, now)
        stream = self.streams.get(ssrc)
        if stream is not None:
            if payload_type == stream.payload_type:
                stream.receive(sequence, timestamp, marker, bytes(view[start:end]), level, now)
            elif payload_type == stream.red:
                stream.receive_red(sequence, timestamp, marker, bytes(view[start:end]), level, now)
            return
        self._other(view, header, now)

    def _other(self, view: memoryview, header: Header, now: float) -> None:
        payload_type, marker, sequence, timestamp, ssrc, profile, at, stop, start, end = header
        self.connection.source(ssrc)
        if payload_type in self._rtx_types:
            self._retransmission(bytes(view[start:end]), ssrc, marker, timestamp, view, profile, at, stop, now)
            return
        chosen = self._chosen.get(payload_type)
        if chosen is None or len(self.streams) >= STREAMS or self._changes >= CHANGES:
            return
        rid = self._rid(chosen, self._extensions.names(view, profile, at, stop)[1])
        if rid is None:
            return
        self._changes += 1
        for old in [s for s, m in self.streams.items() if m.kind == chosen.kind and m.layer.rid == rid]:
            del self.streams[old]
            self.keyframes.forget(old)
        layer = self.tracks[chosen.kind].layer(rid, ssrc, now)
        stream = self.streams[ssrc] = MediaStream(layer, chosen)
        level = self._extensions.hot(view, profile, at, stop)[1] if profile else NO_LEVEL
        receive = stream.receive_red if payload_type == chosen.red else stream.receive
        receive(sequence, timestamp, marker, bytes(view[start:end]), level, now)

    def _rid(self, chosen: Chosen, rid: str) -> str | None:
        """The layer that a new SSRC belongs to; None while its first packets do not say (RFC 8852)."""
        section = self._sections[chosen.kind][0]
        if section.simulcast and section.rids:
            return rid if rid in section.rids else None
        return ""

    def _retransmission(
        self, payload: bytes, ssrc: int, marker: bool, timestamp: int, view: memoryview, profile: int, at: int,
        stop: int, now: float,
    ) -> None:  # fmt: skip
        original = read_rtx(payload)
        media = self._rtx.get(ssrc)
        if media is None or media not in self.streams:
            media = self._repaired(ssrc, self._extensions.names(view, profile, at, stop)[2])
            if media is None:
                return
            self._rtx[ssrc] = media
        if original is not None:
            stream = self.streams[media]
            sequence, data = original
            stream.receive(sequence, timestamp, marker, data, NO_LEVEL, now, again=True)

    def _repaired(self, ssrc: int, rid: str) -> int | None:
        section = self._sections["video"][0]
        if ssrc in section.rtx_of and section.rtx_of[ssrc] in self.streams:
            return section.rtx_of[ssrc]
        if len(self._rtx) >= STREAMS:
            self._rtx.clear()
        return next((s for s, m in self.streams.items() if m.kind == "video" and rid and m.layer.rid == rid), None)

    def on_rtcp(self, packet: bytes, now: float) -> None:
        try:
            parts = rtcp.parse(packet)
        except ValueError:
            return
        for part in parts:
            if isinstance(part, rtcp.SenderReport):
                stream = self.streams.get(part.ssrc)
                if stream is not None:
                    stream.stats.on_sender_report(part.ntp, now)
                    stream.layer.report(SenderReport(part.ssrc, part.ntp, part.rtp, now))

    # Feedback, on the timer

    def ask_again(self, now: float) -> None:
        """NACKs and key-frame requests; every 20 ms. What is sent again into a queue makes it longer: it waits."""
        if self._relief.full(now):
            return
        parts = []
        for ssrc, stream in self.streams.items():
            if stream.nack.busy:
                wanted = stream.nack.due(now, self.rtt)
                if wanted:
                    parts.append(rtcp.nack(SENDER, ssrc, wanted[:200]))
                if stream.nack.lost_too_much() and stream.kind == "video":
                    self.keyframes.want(ssrc)
        parts += [rtcp.pli(SENDER, ssrc) for ssrc in self.keyframes.due(now)]
        out = b""
        for part in parts:
            if len(out) + len(part) > RTCP_SIZE:
                self.connection.send_rtcp(out)
                out = b""
            out += part
        if out:
            self.connection.send_rtcp(out)

    def feed_back(self, now: float) -> None:
        """Transport-wide feedback, which drives the browser's own congestion control; every 100 ms."""
        for fci in self._twcc.due(now):
            media = next(iter(self.streams), 0)
            self.connection.send_rtcp(rtcp.transport_feedback(SENDER, media, fci))
        bps = self._relieve(now)
        if bps is not None:
            self.connection.send_rtcp(rtcp.remb(SENDER, int(bps), list(self.streams)))

    def _relieve(self, now: float) -> float | None:
        if self._address != self.connection.address:
            self._address, self._relief = self.connection.address, self._relief.elsewhere(now)
        for stream in self.streams.values():
            if stream.kind == "audio":
                if stream.stats.restarted:
                    stream.stats.restarted = False
                    self._relief.restarted(now)
                journey = stream.stats.journey()
                if journey < math.inf:
                    self._relief.heard(journey, now)
        before, self._octets = self._octets, self.connection.received_bytes
        return self._relief.turn(self._octets - before, now)

    def report(self, now: float) -> None:
        """Receiver reports; every second."""
        self._changes = 0
        blocks = [stream.stats.report(now) for stream in self.streams.values()]
        if blocks:
            self.connection.send_rtcp(rtcp.receiver_report(SENDER, blocks[:31]) + rtcp.sdes_cname(SENDER, "courtroom"))

    def close(self) -> None:
        for track in self.tracks.values():
            track.close()
        self.connection.close()
