from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import rtcp

u8, u16, u32 = st.integers(0, 2**8 - 1), st.integers(0, 2**16 - 1), st.integers(0, 2**32 - 1)
blocks = st.builds(rtcp.ReportBlock, u32, u8, st.integers(-(2**23), 2**23 - 1), u32, u32, u32, u32)


@given(u32, st.integers(0, 2**64 - 1), u32, u32, u32, st.lists(blocks, max_size=31).map(tuple))
def test_a_sender_report_survives_the_wire(ssrc, ntp, stamp, packets, octets, report_blocks):
    data = rtcp.sender_report(ssrc, ntp, stamp, packets, octets, report_blocks)
    assert rtcp.parse(data) == [rtcp.SenderReport(ssrc, ntp, stamp, packets, octets, report_blocks)]


@given(u32, st.lists(blocks, max_size=31).map(tuple))
def test_a_receiver_report_survives_the_wire(ssrc, report_blocks):
    assert rtcp.parse(rtcp.receiver_report(ssrc, report_blocks)) == [rtcp.ReceiverReport(ssrc, report_blocks)]


@given(u32, st.text(max_size=60))
def test_a_cname_survives_the_wire(ssrc, name):
    assert rtcp.parse(rtcp.sdes_cname(ssrc, name)) == [rtcp.Sdes(((ssrc, name),))]


@given(u16, st.lists(st.integers(1, 100), max_size=60))
def test_a_nack_asks_for_exactly_what_is_missing_across_a_wrap(first, gaps):
    wanted = [first]
    for gap in gaps:
        wanted.append((wanted[-1] + gap) & 0xFFFF)
    (parsed,) = rtcp.parse(rtcp.nack(1, 2, wanted))
    assert isinstance(parsed, rtcp.Nack)
    assert parsed.sequences == wanted


def test_seventeen_neighbours_fit_into_one_nack_entry():
    assert len(rtcp.nack(1, 2, range(100, 117))) == 16
    assert len(rtcp.nack(1, 2, range(100, 118))) == 20


@given(st.integers(0, 2**70), st.lists(u32, max_size=20).map(tuple))
def test_remb_is_right_to_18_bits(bitrate, ssrcs):
    (parsed,) = rtcp.parse(rtcp.remb(7, bitrate, ssrcs))
    assert isinstance(parsed, rtcp.Remb)
    assert parsed.ssrcs == ssrcs
    assert bitrate * (1 - 2**-17) <= parsed.bitrate <= bitrate


def test_a_compound_packet_yields_its_parts_in_order_and_skips_what_is_unknown():
    unknown = b"\x80\xcf\x00\x01abcd"
    data = rtcp.receiver_report(1) + unknown + rtcp.pli(1, 2) + rtcp.fir(1, 2, 3) + rtcp.bye([9])
    assert rtcp.parse(data) == [rtcp.ReceiverReport(1), rtcp.Pli(1, 2), rtcp.Fir(1, ((2, 3),)), rtcp.Bye((9,))]


def test_padding_is_taken_off():
    assert rtcp.parse(b"\xa0\xc9\x00\x02\x00\x00\x00\x05\x00\x00\x00\x04") == [rtcp.ReceiverReport(5)]


def test_transport_feedback_is_passed_on_raw_and_not_read_as_a_nack():
    assert rtcp.parse(rtcp.transport_feedback(1, 2, b"12345678")) == [rtcp.TransportFeedback(1, 2, b"12345678")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80",
        b"\x40\xc9\x00\x01\x00\x00\x00\x05",
        b"\x80\xc9\x00\x02\x00\x00\x00\x05",
        b"\x81\xc9\x00\x01\x00\x00\x00\x05",
        b"\xa0\xc9\x00\x01\x00\x00\x00\x05",
        b"\x81\xcb\x00\x00",
        b"\x81\xca\x00\x02\x00\x00\x00\x05\x01\x09ab",
        rtcp.remb(1, 1000, [1])[:-4],
    ],
)
def test_malformed_packets_raise_value_error(data):
    with pytest.raises(ValueError):
        rtcp.parse(data)


kinds = st.sampled_from([200, 201, 202, 203, 204, 205, 206])


@st.composite
def almost_rtcp(draw):
    body = draw(st.binary(max_size=60).map(lambda b: b[: len(b) // 4 * 4]))
    first = 0x80 | draw(st.integers(0, 63))
    body = draw(st.sampled_from([body, b"\0" * 8 + b"REMB" + body]))
    return bytes((first, draw(kinds))) + (len(body) // 4).to_bytes(2, "big") + body


@given(st.one_of(st.binary(max_size=200), st.lists(almost_rtcp(), max_size=3).map(b"".join)))
def test_no_input_raises_anything_but_value_error(data):
    with contextlib.suppress(ValueError):
        assert isinstance(rtcp.parse(data), list)


def test_a_datagram_is_read_up_to_a_bound() -> None:
    report, nack = rtcp.receiver_report(1), rtcp.nack(1, 2, range(rtcp.NUMBERS - 100))
    assert rtcp.parse(175 * report) == rtcp.PARTS * [rtcp.ReceiverReport(1)]
    asked = [part.sequences for part in rtcp.parse(10 * nack) if isinstance(part, rtcp.Nack)]
    assert asked == [list(range(rtcp.NUMBERS - 100)), list(range(100))]
    assert rtcp.parse(rtcp.nack(1, 2, range(10_000))) == [rtcp.Nack(1, 2, list(range(rtcp.NUMBERS)))]
