"""Session descriptions as Chromium writes them: the offer of what we send, the answer to what a server offers."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.client.transport import Address, TransportParameters

MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
REPAIRED_RID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
ABS_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
TRANSPORT_CC = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
EXTENSIONS = {AUDIO_LEVEL: 1, ABS_SEND_TIME: 2, TRANSPORT_CC: 3, MID: 4, RID: 10, REPAIRED_RID: 11}
"""Their ids in our offers, those of Chromium."""

OPUS, RED = 111, 63
VIDEO_PAYLOADS = {"VP8": (96, 97), "H264": (108, 109)}
"""Payload type and that of its retransmissions."""
H264_PROFILE = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"
AUDIO_EXTENSIONS = (AUDIO_LEVEL, ABS_SEND_TIME, TRANSPORT_CC, MID)
VIDEO_EXTENSIONS = (ABS_SEND_TIME, TRANSPORT_CC, MID, RID, REPAIRED_RID)


@dataclass
class Section:
    kind: str
    port: int
    protocol: str
    formats: list[str]
    attributes: list[tuple[str, str]] = field(default_factory=list)

    def get(self, name: str) -> str | None:
        return next(self.all(name), None)

    def all(self, name: str) -> Iterator[str]:
        return (value for key, value in self.attributes if key == name)

    @property
    def mid(self) -> str:
        return self.get("mid") or ""

    @property
    def direction(self) -> str:
        known = ("sendonly", "recvonly", "inactive", "sendrecv")
        return next((key for key, _ in self.attributes if key in known), "sendrecv")

    def extensions(self) -> dict[str, int]:
        """URI to id."""
        pairs = (value.split()[:2] for value in self.all("extmap"))
        return {uri: int(number.partition("/")[0]) for number, uri in pairs}

    def codecs(self) -> dict[int, str]:
        """Payload type to encoding name in lower case, in the order of the section."""
        names = {int(v.split()[0]): v.split()[1].partition("/")[0].lower() for v in self.all("rtpmap")}
        return {int(f): names[int(f)] for f in self.formats if f.isdecimal() and int(f) in names}

    def retransmissions(self) -> dict[int, int]:
        """Payload type of retransmissions to that of what they repeat."""
        apts = (value.partition(" ") for value in self.all("fmtp"))
        return {int(pt): int(text.partition("apt=")[2]) for pt, _, text in apts if text.startswith("apt=")}

    def ssrcs(self) -> list[int]:
        return list(dict.fromkeys(int(value.split()[0]) for value in self.all("ssrc")))

    def repaired(self) -> dict[int, int]:
        """SSRC of retransmissions to the SSRC that they repair (RFC 4588 §11.3, group FID)."""
        groups = (value.split() for value in self.all("ssrc-group"))
        return {int(group[2]): int(group[1]) for group in groups if group[0] == "FID" and len(group) == 3}


@dataclass
class Description:
    attributes: list[tuple[str, str]] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)

    def transport(self) -> TransportParameters:
        """The bundled transport; raises ``ValueError`` when something that it needs is missing."""
        section = next((s for s in self.sections if s.get("ice-ufrag")), None)
        found = dict([*(section.attributes if section else []), *self.attributes])
        try:
            algorithm, value = found["fingerprint"].split()
            return TransportParameters(
                found["ice-ufrag"],
                found["ice-pwd"],
                (algorithm.lower(), value),
                found.get("setup", "actpass"),
                self._candidate(),
            )
        except KeyError as missing:
            raise ValueError(f"no {missing} in the session description") from None

    def _candidate(self) -> Address | None:
        """The UDP candidate with the highest priority."""
        best: tuple[int, Address] | None = None
        for section in self.sections:
            for text in section.all("candidate"):
                parts = text.split()
                if parts[1] == "1" and parts[2].lower() == "udp" and ":" not in parts[4]:
                    entry = int(parts[3]), (parts[4], int(parts[5]))
                    best = max(best, entry) if best else entry
        return best[1] if best else None


def parse(text: str) -> Description:
    description = Description()
    attributes = description.attributes
    for line in text.splitlines():
        kind, _, value = line.partition("=")
        if kind == "m":
            media, port, protocol, *formats = value.split()
            section = Section(media, int(port.partition("/")[0]), protocol, formats)
            description.sections.append(section)
            attributes = section.attributes
        elif kind == "a":
            name, _, rest = value.partition(":")
            attributes.append((name, rest))
    return description


@dataclass(frozen=True)
class SsrcPair:
    """A stream's SSRC and that of its retransmissions."""

    ssrc: int
    rtx: int


@dataclass(frozen=True)
class Sending:
    """What we offer to send. ``rids`` empty: one video stream, announced by SSRC; else simulcast without SSRCs.

    ``audio_nack`` offers NACK for audio; Chromium does not say so, though it does it (see ``answer``).
    """

    cname: str
    audio: int | None = None
    red: bool = True
    video: SsrcPair | None = None
    video_codecs: Sequence[str] = ("VP8", "H264")
    rids: Sequence[str] = ()
    audio_nack: bool = False


def offer(local: TransportParameters, sending: Sending) -> str:
    mids = [str(i) for i in range((sending.audio is not None) + (sending.video is not None or bool(sending.rids)))]
    lines = _session(mids)
    if sending.audio is not None:
        lines += _audio_section(local, sending, mids[0])
    if sending.video is not None or sending.rids:
        lines += _video_section(local, sending, mids[-1])
    return _text(lines)


def answer(local: TransportParameters, offered: Description, audio_nack: bool = False) -> str:
    """Take every section that the server sends, with all its codecs and extensions; ``audio_nack`` says NACK for audio,
    whether it was offered or not."""
    mids = [s.mid for s in offered.sections if s.direction != "inactive" and s.port]
    lines = _session(mids)
    for section in offered.sections:
        lines += _answer_section(local, section, audio_nack)
    return _text(lines)


def _session(mids: Sequence[str]) -> list[str]:
    lines = ["v=0", f"o=- {secrets.randbits(62)} 2 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    return [*lines, f"a=group:BUNDLE {' '.join(mids)}", "a=extmap-allow-mixed", "a=msid-semantic: WMS"]


def _text(lines: Sequence[str]) -> str:
    return "".join(f"{line}\r\n" for line in lines)


def _head(local: TransportParameters, media: str, formats: Sequence[str]) -> list[str]:
    host, port = local.candidate or ("0.0.0.0", 9)
    priority = 2122260223  # RFC 8445 §5.1.2.1, a host candidate
    return [
        f"m={media} {port} UDP/TLS/RTP/SAVPF {' '.join(formats)}",
        f"c=IN IP4 {host}",
        "a=rtcp:9 IN IP4 0.0.0.0",
        f"a=candidate:1 1 udp {priority} {host} {port} typ host generation 0 network-id 1",
        f"a=ice-ufrag:{local.ufrag}",
        f"a=ice-pwd:{local.pwd}",
        "a=ice-options:trickle",
        f"a=fingerprint:{local.fingerprint[0]} {local.fingerprint[1]}",
        f"a=setup:{local.setup}",
    ]


def _extmaps(uris: Sequence[str]) -> list[str]:
    return [f"a=extmap:{EXTENSIONS[uri]} {uri}" for uri in uris]


def _audio_section(local: TransportParameters, sending: Sending, mid: str) -> list[str]:
    formats = [RED, OPUS] if sending.red else [OPUS]
    lines = _head(local, "audio", [str(f) for f in formats])
    lines += [f"a=mid:{mid}", *_extmaps(AUDIO_EXTENSIONS), "a=sendonly", f"a=msid:{sending.cname} {sending.cname}-a"]
    lines += ["a=rtcp-mux", "a=rtcp-rsize"]
    if sending.red:
        lines += [f"a=rtpmap:{RED} red/48000/2", f"a=fmtp:{RED} {OPUS}/{OPUS}"]
    lines += [f"a=rtpmap:{OPUS} opus/48000/2", f"a=rtcp-fb:{OPUS} transport-cc"]
    if sending.audio_nack:
        lines.append(f"a=rtcp-fb:{OPUS} nack")
    lines += [f"a=fmtp:{OPUS} minptime=10;useinbandfec=1"]
    return [*lines, *_ssrc_lines(sending.audio or 0, sending.cname, "a")]


def _video_section(local: TransportParameters, sending: Sending, mid: str) -> list[str]:
    payloads = [pt for codec in sending.video_codecs for pt in VIDEO_PAYLOADS[codec]]
    lines = _head(local, "video", [str(pt) for pt in payloads])
    lines += [f"a=mid:{mid}", *_extmaps(VIDEO_EXTENSIONS), "a=sendonly", f"a=msid:{sending.cname} {sending.cname}-v"]
    lines += ["a=rtcp-mux", "a=rtcp-rsize"]
    for codec in sending.video_codecs:
        lines += _video_codec(codec)
    if sending.rids:
        return [*lines, *(f"a=rid:{rid} send" for rid in sending.rids), f"a=simulcast:send {';'.join(sending.rids)}"]
    assert sending.video is not None
    lines.append(f"a=ssrc-group:FID {sending.video.ssrc} {sending.video.rtx}")
    for ssrc in (sending.video.ssrc, sending.video.rtx):
        lines += _ssrc_lines(ssrc, sending.cname, "v")
    return lines


def _video_codec(codec: str) -> list[str]:
    payload, rtx = VIDEO_PAYLOADS[codec]
    lines = [f"a=rtpmap:{payload} {codec}/90000"]
    lines += [f"a=rtcp-fb:{payload} {fb}" for fb in ("goog-remb", "transport-cc", "ccm fir", "nack", "nack pli")]
    if codec == "H264":
        lines.append(f"a=fmtp:{payload} {H264_PROFILE}")
    return [*lines, f"a=rtpmap:{rtx} rtx/90000", f"a=fmtp:{rtx} apt={payload}"]


def _ssrc_lines(ssrc: int, cname: str, suffix: str) -> list[str]:
    return [f"a=ssrc:{ssrc} cname:{cname}", f"a=ssrc:{ssrc} msid:{cname} {cname}-{suffix}"]


def _answer_section(local: TransportParameters, section: Section, audio_nack: bool) -> list[str]:
    refused = section.port == 0 or section.kind not in ("audio", "video") or section.direction == "inactive"
    lines = _head(local, section.kind, section.formats)
    lines += [f"a=mid:{section.mid}", "a=inactive" if refused else "a=recvonly", "a=rtcp-mux", "a=rtcp-rsize"]
    taken = ("extmap", "rtpmap", "fmtp", "rtcp-fb")
    said = [f"a={name}:{value}" for name, value in section.attributes if name in taken]
    if section.kind == "audio":
        said = [line for line in said if not line.endswith(" nack")]
        said += [f"a=rtcp-fb:{pt} nack" for pt, name in section.codecs().items() if audio_nack and name == "opus"]
    return lines + said
