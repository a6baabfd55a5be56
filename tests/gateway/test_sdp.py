"""Session descriptions: a browser's offer, our answers and offers."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import sdp, sdp_writer

CHROMIUM = (Path(__file__).parent / "offers" / "chromium.sdp").read_text()
FIREFOX = (Path(__file__).parent / "offers" / "firefox.sdp").read_text()
LOCAL = sdp.Local("ufrag", "password", "AA:BB", ["192.0.2.1", "2001:db8::1"], 40000)


def answer_to(offer: str) -> list[str]:
    description = sdp.read(offer)
    chosen = {s.mid: sdp.choose(s) for s in sdp.published(description) if s is not None}
    return sdp_writer.answer(description, chosen, LOCAL).split("\r\n")


def test_chromiums_offer_is_read() -> None:
    audio, video = sdp.published(sdp.read(CHROMIUM))
    assert audio is not None
    assert video is not None
    assert sdp.choose(audio) == sdp.Chosen("audio", "opus", 48000, 111, 63, None)
    assert (video.rids, video.simulcast) == (["l", "h"], True)
    assert video.extensions[sdp.TRANSPORT_CC] == 3


def test_h264_constrained_baseline_in_packetization_mode_1_is_preferred() -> None:
    video = sdp.published(sdp.read(CHROMIUM))[1]
    assert video is not None
    chosen = sdp.choose(video)
    parameters = next(f.parameters for f in video.formats if f.payload_type == chosen.payload_type)
    assert chosen.codec == "H264"
    assert "packetization-mode=1" in parameters
    assert "profile-level-id=42" in parameters
    assert chosen.rtx == video.rtx_for(chosen.payload_type)


def test_vp8_is_taken_where_there_is_no_h264() -> None:
    chosen = sdp.choose(next(s for s in sdp.read(CHROMIUM.replace("H264", "H263")).sections if s.kind == "video"))
    assert chosen.codec == "VP8"


def test_firefoxs_picture_is_taken_though_its_section_has_no_port() -> None:
    """RFC 8843 §6: a section that may only be bundled has port 0."""
    lines = answer_to(FIREFOX)
    assert [line.split()[:2] for line in lines if line.startswith("m=")] == [["m=audio", "40000"], ["m=video", "40000"]]
    assert {"a=rtpmap:120 VP8/90000", "a=simulcast:recv l;h"} <= set(lines)


def test_what_every_listener_can_decode_goes_before_what_we_would_have() -> None:
    video = sdp.published(sdp.read(CHROMIUM))[1]
    assert video is not None
    assert sdp.choose(video, {"VP8"}).codec == "VP8"
    assert sdp.choose(video, set()).codec == "H264"


@pytest.mark.parametrize(
    ("profile", "taken"), [("42e01f", True), ("42c00d", True), ("42001f", False), ("640c1f", False)]
)
def test_only_a_constrained_baseline_counts_as_one(profile: str, taken: bool) -> None:
    f = sdp.Format(102, "h264", 90000, 1, f"packetization-mode=1;profile-level-id={profile}")
    assert sdp._is_constrained_baseline(f) is taken


def test_the_answer_asks_for_both_layers_for_nack_of_sound_and_for_dtx_off() -> None:
    lines = answer_to(CHROMIUM)
    assert {"a=simulcast:recv l;h", "a=rid:l recv", "a=rid:h recv", "a=rtcp-fb:111 nack", "a=ice-lite"} <= set(lines)
    assert "a=setup:passive" in lines
    assert "a=setup:actpass" not in lines
    assert any(line.startswith("a=fmtp:111 ") and "usedtx=0" in line and "useinbandfec=1" in line for line in lines)


def test_the_answer_names_every_advertised_address_once_per_section() -> None:
    lines = answer_to(CHROMIUM)
    assert sum("192.0.2.1 40000 typ host" in line for line in lines) == 2
    assert sum("2001:db8::1 40000 typ host" in line for line in lines) == 2


def test_what_is_not_taken_is_refused_in_its_place() -> None:
    extra = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\na=mid:2\na=sctp-port:5000\n"
    lines = answer_to(CHROMIUM + extra)
    assert [line.split()[1] for line in lines if line.startswith("m=")] == ["40000", "40000", "0"]


def test_our_offer_reads_back_with_a_section_for_each_slot() -> None:
    slots = [sdp.Slot("a0", "audio", "s0", 1, 2), sdp.Slot("v0", "video", "s0", 3, 4)]
    back = sdp.read(sdp_writer.offer(LOCAL, slots))
    assert [(s.mid, s.kind, s.direction) for s in back.sections] == [
        ("a0", "audio", "sendonly"), ("v0", "video", "sendonly"),
    ]  # fmt: skip
    assert back.sections[1].rtx_of == {4: 3}
    assert {f.name for f in back.sections[1].formats} == {"h264", "vp8", "rtx"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("a=fingerprint", "a=nothing"), "no fingerprint"),
        (("a=ice-ufrag", "a=nothing"), "no ICE credentials"),
        (("a=mid:1", "a=mid:0"), "section without its own mid"),
        (("a=sendonly", "a=recvonly"), "nothing is sent"),
        (("opus", "speex"), "no Opus"),
        (("sha-256 ", "md5 "), "unknown fingerprint algorithm"),
        (("m=audio 9", "m=audio x"), "malformed media line"),
    ],
)
def test_an_unusable_offer_is_told_why(change: tuple[str, str], why: str) -> None:
    with pytest.raises(sdp.BadSdp, match=why):
        answer_to(CHROMIUM.replace(*change))


@given(st.integers(0, len(CHROMIUM)), st.integers(0, 60), st.text(max_size=20))
def test_a_damaged_offer_raises_nothing_but_bad_sdp(at: int, cut: int, junk: str) -> None:
    lines: list[str] = []
    with contextlib.suppress(sdp.BadSdp):
        lines = answer_to(CHROMIUM[:at] + junk + CHROMIUM[at + cut :])
    assert not lines or "a=ice-lite" in lines


@pytest.mark.parametrize(
    "bomb",
    [
        lambda offer: offer + "".join(f"a=ssrc:{n} cname:x\r\n" for n in range(1, 100)),
        lambda offer: offer + "".join(f"a=ssrc-group:FID {n} {n + 1}\r\n" for n in range(1, 200, 2)),
        lambda offer: offer + "".join(f"a=rid:r{n} send\r\n" for n in range(100)),
        lambda offer: re.sub(r"(m=video [^\r\n]*)", lambda line: line[1] + " 96" * 200, offer),
    ],
    ids=["SSRCs", "groups", "RIDs", "formats"],
)
def test_a_description_that_would_take_long_to_read_is_refused(bomb: Callable[[str], str]) -> None:
    assert sdp.read(CHROMIUM).sections
    with pytest.raises(sdp.BadSdp, match="too many"):
        sdp.read(bomb(CHROMIUM))
