"""Session descriptions (RFC 8866, RFC 8829): just what two one-way connections need, BUNDLE and rtcp-mux only.

``read`` takes a browser's description apart, ``choose`` takes a codec of what it offers; anything unusable is a
``BadSdp``. `sdp_writer` writes ours.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from gateway.packet import Codec, Kind

LIMIT: Final = 256 * 1024
SECTIONS: Final = 256
FORMATS: Final = 128
SOURCES: Final = 64
"""Of one section: SSRCs, their pairs, RIDs. Each is compared with all before it."""

MID: Final = "urn:ietf:params:rtp-hdrext:sdes:mid"
RID: Final = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
REPAIRED_RID: Final = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
AUDIO_LEVEL: Final = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
TRANSPORT_CC: Final = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
ABS_SEND_TIME: Final = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"

PUBLISH_EXTENSIONS: Final = (MID, RID, REPAIRED_RID, AUDIO_LEVEL, TRANSPORT_CC)
ABS_SEND_TIME_ID: Final = 2
TRANSPORT_CC_ID: Final = 3
"""Extension ids in our own offers. A listener that knows no transport-wide feedback gets the time of sending, without
which its REMB has no delay to go by."""

VIDEO: Final[tuple[Codec, ...]] = ("H264", "VP8")
"""In the order in which we would have them."""

# Payload types of our own offers.
RED, OPUS, VP8, VP8_RTX, H264, H264_RTX = 63, 111, 96, 97, 102, 103


class BadSdp(ValueError):
    """A session description that this server cannot take; the text says what is wrong with it."""


@dataclass(slots=True)
class Format:
    payload_type: int
    name: str
    clock_rate: int
    channels: int = 1
    parameters: str = ""


@dataclass(slots=True)
class Section:
    """One ``m=`` section."""

    kind: str
    mid: str
    port: int
    direction: str = "sendrecv"
    formats: list[Format] = field(default_factory=list)
    extensions: dict[str, int] = field(default_factory=dict)
    rids: list[str] = field(default_factory=list)
    simulcast: bool = False
    ssrcs: list[int] = field(default_factory=list)
    rtx_of: dict[int, int] = field(default_factory=dict)
    cname: str = ""
    bundle_only: bool = False

    @property
    def used(self) -> bool:
        """Port 0 refuses a section, but not one that may only be bundled (RFC 8843 §6), as Firefox offers it."""
        return self.port != 0 or self.bundle_only

    def rtx_for(self, payload_type: int) -> int | None:
        """Payload type of RFC 4588 retransmissions of ``payload_type``."""
        for f in self.formats:
            if f.name == "rtx" and _parameter(f.parameters, "apt") == str(payload_type):
                return f.payload_type
        return None


@dataclass(slots=True)
class Description:
    ufrag: str
    password: str
    algorithm: str
    fingerprint: str
    setup: str
    sections: list[Section]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The codec of one published section: RED and RTX payload types are None where the peer has none."""

    kind: Kind
    codec: Codec
    clock_rate: int
    payload_type: int
    red: int | None
    rtx: int | None


@dataclass(frozen=True, slots=True)
class Slot:
    """A section of our offer: the sound or picture of one seat."""

    mid: str
    kind: Kind
    stream: str
    ssrc: int
    rtx_ssrc: int


@dataclass(frozen=True, slots=True)
class Local:
    """Our side of a connection."""

    ufrag: str
    password: str
    fingerprint: str
    addresses: Sequence[str]
    port: int


def _parameter(parameters: str, name: str) -> str | None:
    for part in parameters.split(";"):
        key, _, value = part.strip().partition("=")
        if key.lower() == name:
            return value
    return None


def read(text: str) -> Description:
    """Take a browser's offer or answer apart. ``BadSdp`` if it lacks what a secured, bundled session needs."""
    if len(text) > LIMIT:
        raise BadSdp("too long")
    head: dict[str, str] = {}
    attributes = head
    sections: list[Section] = []
    section: Section | None = None
    for line in text.replace("\r\n", "\n").split("\n"):
        kind, _, value = line.partition("=")
        if kind == "m":
            section = _media(value)
            sections.append(section)
            if len(sections) > SECTIONS:
                raise BadSdp("too many sections")
        elif kind == "a":
            name, _, rest = value.partition(":")
            if name in ("ice-ufrag", "ice-pwd", "fingerprint", "setup"):
                attributes.setdefault(name, rest)
            elif section is not None:
                _attribute(section, name, rest)
    if not sections:
        raise BadSdp("no media sections")
    algorithm, _, fingerprint = head.get("fingerprint", "").partition(" ")
    if not re.fullmatch(r"(?:[0-9A-Fa-f]{2}:)+[0-9A-Fa-f]{2}", fingerprint):
        raise BadSdp("no fingerprint")
    if algorithm.lower() not in ("sha-256", "sha-384", "sha-512"):
        raise BadSdp("unknown fingerprint algorithm")
    if "ice-ufrag" not in head or "ice-pwd" not in head:
        raise BadSdp("no ICE credentials")
    return Description(
        head["ice-ufrag"], head["ice-pwd"], algorithm.lower(), fingerprint, head.get("setup", "actpass"), sections
    )


def _media(value: str) -> Section:
    parts = value.split()
    if len(parts) < 4 or not parts[1].partition("/")[0].isdecimal():
        raise BadSdp("malformed media line")
    section = Section(parts[0], "", int(parts[1].partition("/")[0]))
    if len(parts) - 3 > FORMATS:
        raise BadSdp("too many formats")
    if parts[0] in ("audio", "video"):
        section.formats = [Format(_payload_type(p), "", 0) for p in parts[3:]]
    return section


def _payload_type(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= 127:
        raise BadSdp("malformed payload type")
    return int(text)


def _attribute(section: Section, name: str, rest: str) -> None:
    try:
        _read_attribute(section, name, rest)
    except (ValueError, IndexError) as error:
        raise BadSdp(f"malformed attribute {name}") from error
    if max(len(section.ssrcs), len(section.rtx_of), len(section.rids), len(section.extensions)) > SOURCES:
        raise BadSdp("too many attributes")


def _read_attribute(section: Section, name: str, rest: str) -> None:
    match name:
        case "mid":
            if not re.fullmatch(r"[!-~]{1,16}", rest):
                raise BadSdp("malformed mid")
            section.mid = rest
        case "sendrecv" | "sendonly" | "recvonly" | "inactive":
            section.direction = name
        case "rtpmap":
            number, _, encoding = rest.partition(" ")
            parts = encoding.split("/")
            for f in section.formats:
                if f.payload_type == int(number):
                    f.name, f.clock_rate = parts[0].lower(), int(parts[1])
                    f.channels = int(parts[2]) if len(parts) > 2 else 1
        case "fmtp":
            number, _, parameters = rest.partition(" ")
            for f in section.formats:
                if f.payload_type == int(number):
                    f.parameters = parameters.strip()
        case "extmap":
            number, uri = rest.split()[:2]
            if 1 <= int(number.partition("/")[0]) <= 14:
                section.extensions[uri] = int(number.partition("/")[0])
        case "rid":
            rid, direction = rest.split()[:2]
            if direction == "send" and re.fullmatch(r"[A-Za-z0-9_-]{1,16}", rid):
                section.rids.append(rid)
        case "bundle-only":
            section.bundle_only = True
        case "simulcast":
            section.simulcast = True
        case "ssrc-group":
            parts = rest.split()
            if parts[0] == "FID" and len(parts) == 3:
                section.rtx_of[int(parts[2])] = int(parts[1])
        case "ssrc":
            number, _, value = rest.partition(" ")
            if int(number) not in section.ssrcs:
                section.ssrcs.append(int(number))
            if value.startswith("cname:"):
                section.cname = value[6:]


def choose(section: Section, decodable: Collection[Codec] = VIDEO) -> Chosen:
    """The codec that we take: Opus, with RED where offered; H.264 constrained baseline before VP8, but before either
    what every listener can decode."""
    if section.kind == "audio":
        for f in section.formats:
            if f.name == "opus" and f.clock_rate == 48000:
                return Chosen("audio", "opus", 48000, f.payload_type, _red(section, f.payload_type), None)
        raise BadSdp("no Opus")
    for codec in sorted(VIDEO, key=lambda codec: codec not in decodable):
        for f in section.formats:
            if _is_constrained_baseline(f) if codec == "H264" else f.name == "vp8":
                return Chosen("video", codec, 90000, f.payload_type, None, section.rtx_for(f.payload_type))
    raise BadSdp("neither H.264 constrained baseline nor VP8")


def transport_wide(answer: Description) -> bool:
    """Whether a listener's answer gives transport-wide feedback on every section that it takes."""
    return all(TRANSPORT_CC in s.extensions for s in answer.sections if s.used)


def decodable(answer: Description) -> frozenset[Codec]:
    """The video codecs that a listener's answer has in each section that it takes."""
    names = [{f.name for f in s.formats} for s in answer.sections if s.kind == "video" and s.used]
    return frozenset(codec for codec in VIDEO if all(codec.lower() in each for each in names))


def _red(section: Section, opus: int) -> int | None:
    """Payload type of RED around ``opus`` (RFC 2198 §5)."""
    for f in section.formats:
        if f.name == "red" and f.parameters.split("/")[0] in ("", str(opus)):
            return f.payload_type
    return None


def _is_constrained_baseline(f: Format) -> bool:
    if f.name != "h264" or _parameter(f.parameters, "packetization-mode") != "1":
        return False
    profile = (_parameter(f.parameters, "profile-level-id") or "").lower()
    # RFC 6184 §8.1, table 5: profile_idc 42 with constraint_set1, whatever other bits are set.
    return len(profile) == 6 and profile[:2] == "42" and bool(int(profile[2:4], 16) & 0x40)


def published(description: Description) -> tuple[Section | None, Section | None]:
    """The audio and video section of a publishing browser's offer; at most one each, sending."""
    found: dict[str, Section] = {}
    mids = set()
    for section in description.sections:
        if not section.mid or section.mid in mids:
            raise BadSdp("section without its own mid")
        mids.add(section.mid)
        if section.kind in ("audio", "video") and section.used and section.direction in ("sendonly", "sendrecv"):
            if section.kind in found:
                raise BadSdp(f"more than one {section.kind} section")
            found[section.kind] = section
    if not found:
        raise BadSdp("nothing is sent")
    return found.get("audio"), found.get("video")
