from __future__ import annotations

import pytest

from gateway import sdp as server
from gateway import sdp_writer as server_writer
from tests.client import sdp
from tests.client.transport import TransportParameters

LOCAL = TransportParameters("ufrag", "password-of-22-octets-", ("sha-256", ":".join(["AB"] * 32)), "actpass",
                            ("127.0.0.1", 5000))  # fmt: skip
SERVER = server.Local("srv", "server-password-of-22-octets", ":".join(["CD"] * 32), ["192.0.2.1"], 40000)
SIMULCAST = sdp.Sending("me", audio=1, video=None, rids=("h", "l"))


def test_the_offer_is_one_that_the_gateway_reads():
    read = server.read(sdp.offer(LOCAL, SIMULCAST))
    audio, video = server.published(read)
    assert (read.ufrag, read.setup) == ("ufrag", "actpass")
    assert audio is not None
    assert server.choose(audio).red == sdp.RED
    assert video is not None
    assert video.rids == ["h", "l"]
    assert video.simulcast
    assert server.choose(video).codec == "H264"


def test_without_layers_the_offer_names_its_streams():
    text = sdp.offer(LOCAL, sdp.Sending("me", audio=1, red=False, video=sdp.SsrcPair(2, 3), video_codecs=("VP8",)))
    _, video = server.published(server.read(text))
    assert video is not None
    assert video.ssrcs == [2, 3]
    assert sdp.parse(text).sections[1].repaired() == {3: 2}
    assert server.choose(video).codec == "VP8"


def test_the_gateways_answer_tells_codecs_extensions_and_address():
    offered = server.read(sdp.offer(LOCAL, SIMULCAST))
    chosen = {s.mid: server.choose(s) for s in server.published(offered) if s}
    answer = sdp.parse(server_writer.answer(offered, chosen, SERVER))
    assert answer.transport().candidate == ("192.0.2.1", 40000)
    assert answer.transport().setup == "passive"
    assert list(answer.sections[0].codecs().values()) == ["red", "opus"]
    assert answer.sections[1].retransmissions() == {109: 108}
    assert answer.sections[1].extensions()[sdp.RID] == sdp.EXTENSIONS[sdp.RID]


def slots():
    return [server.Slot("a0", "audio", "s0", 10, 11), server.Slot("v0", "video", "s0", 20, 21)]


def test_our_answer_takes_every_section_of_the_gateways_offer():
    offered = sdp.parse(server_writer.offer(SERVER, slots()))
    read = server.read(sdp.answer(LOCAL, offered))
    assert [(s.mid, s.direction) for s in read.sections] == [("a0", "recvonly"), ("v0", "recvonly")]
    assert all(s.port for s in read.sections)


def test_nack_for_audio_is_said_only_when_asked_for():
    offered = sdp.parse(server_writer.offer(SERVER, slots()))
    said = [list(sdp.parse(sdp.answer(LOCAL, offered, nack)).sections[0].all("rtcp-fb")) for nack in (False, True)]
    assert "111 nack" not in said[0]
    assert "111 nack" in said[1]


def test_a_refused_section_stays_refused():
    offered = sdp.parse(server_writer.offer(SERVER, slots()).replace("m=video 40000", "m=video 0"))
    assert [s.direction for s in sdp.parse(sdp.answer(LOCAL, offered)).sections] == ["recvonly", "inactive"]


def test_a_description_without_credentials_is_an_error():
    with pytest.raises(ValueError, match="ice-ufrag"):
        sdp.parse("v=0\r\na=fingerprint:sha-256 AB\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n").transport()
