"""The publish connection: we offer, send audio and one or two layers of video, and heed the server's feedback."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic, time

from tests.client import rtcp, sdp
from tests.client.sender import ExtensionIds, RtpClock, SendStream, TransportSequence, random_ssrc
from tests.client.transport import MediaTransport

REPORT_INTERVAL = 1.0
AUDIO_RATE, VIDEO_RATE = 48000, 90000


@dataclass
class Feedback:
    """What the server has told us so far."""

    nacked: int = 0
    keyframe_requests: int = 0
    transport_reported: int = 0
    bandwidth: int | None = None
    loss: dict[int, float] = field(default_factory=dict)
    round_trip: float | None = None


@dataclass(frozen=True)
class Options:
    """What to offer. ``rids`` in the order of the offer, best layer first; empty for one layer without RIDs."""

    audio: bool = True
    red: bool = False
    video: bool = True
    video_codecs: Sequence[str] = ("VP8", "H264")
    rids: Sequence[str] = ()
    audio_nack: bool = False


class Publisher:
    """``audio`` and ``video`` (by RID, "" without simulcast) are there once connected.

    ``epoch`` is the monotonic time of media time 0, which sender reports tie to the wall clock ``wall``.
    """

    def __init__(
        self,
        options: Options,
        transport: MediaTransport | None = None,
        cname: str | None = None,
        wall: Callable[[], float] = time,
    ) -> None:
        self.transport = transport or MediaTransport()
        self.cname = cname or secrets.token_hex(8)
        self.audio: SendStream | None = None
        self.video: dict[str, SendStream] = {}
        self.video_codec: str | None = None
        self.red_payload_type: int | None = None
        self.opus_payload_type = sdp.OPUS
        self.epoch = monotonic()
        self.feedback = Feedback()
        self.on_keyframe_request: Callable[[str], None] = lambda rid: None
        self._options = options
        self._wall = wall
        self._sequence = TransportSequence()
        self._streams: dict[int, SendStream] = {}
        self._task: asyncio.Task[None] | None = None
        self._audio_ssrc = random_ssrc()
        self._video_ssrcs = sdp.SsrcPair(random_ssrc(), random_ssrc())

    def offer(self) -> str:
        options = self._options
        single = options.video and not options.rids
        sending = sdp.Sending(
            self.cname,
            self._audio_ssrc if options.audio else None,
            options.red,
            self._video_ssrcs if single else None,
            options.video_codecs,
            options.rids if options.video else (),
            options.audio_nack,
        )
        return sdp.offer(self.transport.local_parameters("actpass"), sending)

    async def connect(self, answer: str, timeout: float = 30.0) -> None:
        description = sdp.parse(answer)
        remote = description.transport()
        for section in description.sections:
            if section.port and section.direction != "inactive":
                self._open(section)
        self.transport.on_rtcp = self._on_rtcp
        await self.transport.connect(remote, "server" if remote.setup == "active" else "client", timeout)
        self._task = asyncio.create_task(self._run())

    def send_reports(self) -> None:
        now, ntp = monotonic(), rtcp.ntp(self._wall())
        for stream in {id(stream): stream for stream in self._streams.values()}.values():
            report = stream.report(ntp, stream.clock.at(now - self.epoch))
            if report:
                self.transport.send_rtcp(report)

    async def close(self, silently: bool = False) -> None:
        if self._task:
            self._task.cancel()
        await self.transport.close(silently)

    def _open(self, section: sdp.Section) -> None:
        codecs = section.codecs()
        if section.kind == "audio":
            self._open_audio(section, codecs)
        else:
            self._open_video(section, codecs)

    def _open_audio(self, section: sdp.Section, codecs: dict[int, str]) -> None:
        opus = next((pt for pt, name in codecs.items() if name == "opus"), None)
        if opus is None:
            raise ValueError("the server takes no Opus")
        self.opus_payload_type = opus
        self.red_payload_type = next((pt for pt, name in codecs.items() if name == "red"), None)
        first = next(iter(codecs))
        payload_type = first if first in (opus, self.red_payload_type) else opus
        self.audio = self._stream(section, payload_type, AUDIO_RATE, "", self._audio_ssrc, 0, None)

    def _open_video(self, section: sdp.Section, codecs: dict[int, str]) -> None:
        """The first codec of the answer is the one to send (RFC 8829 §5.10)."""
        payload_type = next((pt for pt, name in codecs.items() if name in ("vp8", "h264")), None)
        if payload_type is None:
            raise ValueError("the server takes no video codec of ours")
        self.video_codec = "H264" if codecs[payload_type] == "h264" else "VP8"
        rtx = next((pt for pt, apt in section.retransmissions().items() if apt == payload_type), None)
        pair = self._video_ssrcs
        if not self._options.rids:
            self.video[""] = self._stream(section, payload_type, VIDEO_RATE, "", pair.ssrc, pair.rtx, rtx)
        for rid in self._options.rids:
            self.video[rid] = self._stream(section, payload_type, VIDEO_RATE, rid, 0, 0, rtx)

    def _stream(
        self, section: sdp.Section, payload_type: int, rate: int, rid: str, ssrc: int, rtx_ssrc: int, rtx: int | None
    ) -> SendStream:
        taken = section.extensions()
        ids = ExtensionIds(
            *(
                taken.get(uri, 0)
                for uri in (
                    sdp.MID,
                    sdp.RID,
                    sdp.REPAIRED_RID,
                    sdp.AUDIO_LEVEL,
                    sdp.ABS_SEND_TIME,
                    sdp.TRANSPORT_CC,
                )
            )
        )
        stream = SendStream(
            self.transport.send_rtp,
            self.transport.send_protected,
            self._sequence,
            RtpClock(rate, secrets.randbits(32)),
            payload_type,
            ids,
            section.mid,
            self.cname,
            rid,
            ssrc,
            rtx_ssrc,
            rtx,
        )
        self._streams[stream.ssrc] = self._streams[stream.rtx_ssrc] = stream
        return stream

    def _on_rtcp(self, packet: bytes, arrival: float) -> None:
        feedback = self.feedback
        for message in rtcp.parse(packet):
            match message:
                case rtcp.Nack(ssrc, sequences) if ssrc in self._streams:
                    feedback.nacked += len(sequences)
                    self._streams[ssrc].answer_nack(sequences, arrival)
                case rtcp.KeyframeRequest(ssrc):
                    feedback.keyframe_requests += 1
                    if ssrc in self._streams:
                        self.on_keyframe_request(self._streams[ssrc].rid)
                case rtcp.TransportFeedback(count):
                    feedback.transport_reported += count
                case rtcp.Bandwidth(bitrate):
                    feedback.bandwidth = bitrate
                case rtcp.Report() as report:
                    self._on_report(report)

    def _on_report(self, report: rtcp.Report) -> None:
        self.feedback.loss[report.ssrc] = report.loss
        if report.lsr:
            middle = rtcp.ntp(self._wall()) >> 16 & 0xFFFFFFFF
            self.feedback.round_trip = (middle - report.lsr - report.dlsr & 0xFFFFFFFF) / 65536

    async def _run(self) -> None:
        while not self.transport.closed:
            self.send_reports()
            await asyncio.sleep(REPORT_INTERVAL)
