from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.history import History, Shift, read_rtx, rtx_payload
from gateway.packet import Packet

SHIFT = Shift(7, 5)


def packet(sequence: int) -> Packet:
    return Packet(1, sequence & 0xFFFF, sequence * 90, False, 96, b"p%d" % sequence, 0.0)


def filled(first: int, count: int, size: int = 64) -> History:
    history = History(size)
    for number in range(first, first + count):
        history.put((number + 7) & 0xFFFF, packet(number), SHIFT)
    return history


def test_a_packet_is_answered_as_it_went_out():
    sent = filled(10, 5).answer(19, 0.0, 0.1)
    assert sent is not None
    assert (sent.sequence, sent.timestamp, sent.packet.payload) == (19, 12 * 90 + 5, b"p12")


def test_a_repeated_request_within_the_round_trip_is_not_answered():
    history = filled(10, 5)
    assert history.answer(19, 0.0, 0.1)
    assert history.answer(19, 0.09, 0.1) is None
    assert history.answer(20, 0.09, 0.1)
    assert history.answer(19, 0.1, 0.1)


@given(st.integers(0, 70000), st.integers(1, 200), st.integers(0, 65535))
def test_exactly_the_latest_packets_are_kept_across_wraps(first, count, sequence):
    kept = {(number + 7) & 0xFFFF: number & 0xFFFF for number in range(first, first + count)[-64:]}
    sent = filled(first, count).answer(sequence, 0.0, 0.1)
    assert (sent.packet.sequence if sent else None) == kept.get(sequence)


def test_each_packet_keeps_the_shift_that_it_went_out_with():
    history = filled(10, 5)
    history.put(15 + 9, packet(15), Shift(9, -6))
    before, after = history.answer(14 + 7, 0.0, 0.1), history.answer(15 + 9, 0.0, 0.1)
    assert before is not None
    assert after is not None
    assert (before.timestamp, after.timestamp) == (14 * 90 + 5, 15 * 90 - 6)


def test_a_sequence_used_again_after_a_wrap_is_not_throttled_for_its_predecessor_forever():
    history = filled(10, 5)
    history.answer(19, 0.0, 0.1)
    history.put(19, packet(12 + 65536), SHIFT)
    sent = history.answer(19, 60.0, 0.1)
    assert sent is not None
    assert sent.packet.payload == b"p65548"


def test_what_is_cleared_is_not_sent_again():
    history = filled(10, 5)
    history.clear()
    assert history.answer(19, 0.0, 0.1) is None


def test_asking_for_everything_over_and_over_keeps_the_memory_bounded():
    history = filled(0, 65536)
    for sequence in range(65536):
        history.answer(sequence, 0.0, 0.1)
        history.put(sequence, packet(sequence - 7), SHIFT)
        history.answer(sequence, 0.0, 0.1)
    assert len(history._answered) <= 65


@pytest.mark.parametrize("size", [0, 100, 131072])
def test_a_size_that_is_no_power_of_two_is_refused(size):
    with pytest.raises(ValueError):
        History(size)


@given(st.integers(0, 65535), st.binary(min_size=1))
def test_a_retransmission_survives_the_wire(sequence, payload):
    assert read_rtx(rtx_payload(sequence, payload)) == (sequence, payload)


@pytest.mark.parametrize("payload", [b"", b"\0", b"\0\1"])
def test_padding_on_the_rtx_stream_is_no_retransmission(payload):
    assert read_rtx(payload) is None
