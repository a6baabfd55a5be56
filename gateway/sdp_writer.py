"""Our own session descriptions: `answer` to a publishing browser's offer, `offer` to a listener of its slots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.sdp import (
    ABS_SEND_TIME,
    ABS_SEND_TIME_ID,
    H264,
    H264_RTX,
    OPUS,
    PUBLISH_EXTENSIONS,
    RED,
    TRANSPORT_CC,
    TRANSPORT_CC_ID,
    VP8,
    VP8_RTX,
    Chosen,
    Description,
    Local,
    Section,
    Slot,
)


def answer(description: Description, chosen: Mapping[str, Chosen], local: Local) -> str:
    """The answer to a publishing browser's offer; ``chosen`` by mid, other sections are refused."""
    taken = [s.mid for s in description.sections if s.mid in chosen]
    lines = _session(local, taken, lite=True)
    for section in description.sections:
        if section.mid not in chosen:
            lines += [f"m={section.kind} 0 UDP/TLS/RTP/SAVPF 0", "c=IN IP4 0.0.0.0"]
            lines += [f"a=mid:{section.mid}", "a=inactive"]
            continue
        lines += _answer_section(section, chosen[section.mid], local)
    return "\r\n".join(lines) + "\r\n"


def _answer_section(section: Section, c: Chosen, local: Local) -> list[str]:
    offered = {f.payload_type: f for f in section.formats}
    numbers = [n for n in (c.red, c.payload_type, c.rtx) if n is not None]
    lines = [f"m={c.kind} {local.port} UDP/TLS/RTP/SAVPF {' '.join(map(str, numbers))}", *_transport(local, "passive")]
    lines += [f"a=mid:{section.mid}", "a=recvonly"]
    for uri in PUBLISH_EXTENSIONS:
        if uri in section.extensions:
            lines.append(f"a=extmap:{section.extensions[uri]} {uri}")
    if c.red is not None:
        lines += [f"a=rtpmap:{c.red} red/48000/2", f"a=fmtp:{c.red} {c.payload_type}/{c.payload_type}"]
    if c.codec == "opus":
        lines += [
            f"a=rtpmap:{c.payload_type} opus/48000/2",
            # DTX off: a pause must not look like a loss in the record.
            f"a=fmtp:{c.payload_type} minptime=10;useinbandfec=1;usedtx=0;stereo=0",
            f"a=rtcp-fb:{c.payload_type} transport-cc",
            f"a=rtcp-fb:{c.payload_type} nack",
        ]
    else:
        name = "H264" if c.codec == "H264" else "VP8"
        lines.append(f"a=rtpmap:{c.payload_type} {name}/90000")
        if offered[c.payload_type].parameters:
            lines.append(f"a=fmtp:{c.payload_type} {offered[c.payload_type].parameters}")
        lines += _video_feedback(c.payload_type, "transport-cc")
        if c.rtx is not None:
            lines += [f"a=rtpmap:{c.rtx} rtx/90000", f"a=fmtp:{c.rtx} apt={c.payload_type}"]
    if section.simulcast and section.rids:
        lines += [f"a=rid:{rid} recv" for rid in section.rids]
        lines.append(f"a=simulcast:recv {';'.join(section.rids)}")
    return lines


def offer(local: Local, slots: Sequence[Slot]) -> str:
    """An offer to a listener: a ``sendonly`` section per slot."""
    lines = _session(local, [s.mid for s in slots], lite=True)
    for slot in slots:
        lines += _audio_slot(slot, local) if slot.kind == "audio" else _video_slot(slot, local)
    return "\r\n".join(lines) + "\r\n"


def _audio_slot(slot: Slot, local: Local) -> list[str]:
    return [
        f"m=audio {local.port} UDP/TLS/RTP/SAVPF {RED} {OPUS}",
        *_transport(local, "actpass"),
        f"a=mid:{slot.mid}",
        "a=sendonly",
        *_numbered(),
        f"a=rtpmap:{RED} red/48000/2",
        f"a=fmtp:{RED} {OPUS}/{OPUS}",
        f"a=rtpmap:{OPUS} opus/48000/2",
        f"a=fmtp:{OPUS} minptime=10;useinbandfec=1",
        f"a=rtcp-fb:{OPUS} nack",
        f"a=rtcp-fb:{OPUS} transport-cc",
        f"a=rtcp-fb:{OPUS} goog-remb",
        f"a=msid:{slot.stream} {slot.stream}-a",
        f"a=ssrc:{slot.ssrc} cname:{slot.stream}",
    ]


def _video_slot(slot: Slot, local: Local) -> list[str]:
    return [
        f"m=video {local.port} UDP/TLS/RTP/SAVPF {H264} {H264_RTX} {VP8} {VP8_RTX}",
        *_transport(local, "actpass"),
        f"a=mid:{slot.mid}",
        "a=sendonly",
        *_numbered(),
        f"a=rtpmap:{H264} H264/90000",
        f"a=fmtp:{H264} level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
        *_video_feedback(H264, "transport-cc", "goog-remb"),
        f"a=rtpmap:{H264_RTX} rtx/90000",
        f"a=fmtp:{H264_RTX} apt={H264}",
        f"a=rtpmap:{VP8} VP8/90000",
        *_video_feedback(VP8, "transport-cc", "goog-remb"),
        f"a=rtpmap:{VP8_RTX} rtx/90000",
        f"a=fmtp:{VP8_RTX} apt={VP8}",
        f"a=msid:{slot.stream} {slot.stream}-v",
        f"a=ssrc-group:FID {slot.ssrc} {slot.rtx_ssrc}",
        f"a=ssrc:{slot.ssrc} cname:{slot.stream}",
        f"a=ssrc:{slot.rtx_ssrc} cname:{slot.stream}",
    ]


def _numbered() -> list[str]:
    return [f"a=extmap:{ABS_SEND_TIME_ID} {ABS_SEND_TIME}", f"a=extmap:{TRANSPORT_CC_ID} {TRANSPORT_CC}"]


def _video_feedback(payload_type: int, *bandwidth: str) -> list[str]:
    return [f"a=rtcp-fb:{payload_type} {kind}" for kind in (*bandwidth, "nack", "nack pli", "ccm fir")]


def _session(local: Local, mids: Sequence[str], lite: bool) -> list[str]:
    lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    if mids:
        lines.append(f"a=group:BUNDLE {' '.join(mids)}")
    if lite:
        lines.append("a=ice-lite")
    return [*lines, "a=msid-semantic: WMS *"]


def _transport(local: Local, setup: str) -> list[str]:
    lines = ["c=IN IP4 0.0.0.0", "a=rtcp-mux", "a=rtcp-rsize"]
    for number, address in enumerate(local.addresses):
        # RFC 8445 §5.1.2.1: host candidates, the first address preferred.
        priority = (126 << 24) | ((65535 - number) << 8) | 255
        lines.append(f"a=candidate:{number + 1} 1 udp {priority} {address} {local.port} typ host")
    lines += [
        "a=end-of-candidates",
        f"a=ice-ufrag:{local.ufrag}",
        f"a=ice-pwd:{local.password}",
        f"a=fingerprint:sha-256 {local.fingerprint}",
        f"a=setup:{setup}",
    ]
    return lines
