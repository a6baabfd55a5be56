from __future__ import annotations

from tests.client import rtcp
from tests.client.receiver import MAX_NACKS, RETRY_NACK, ReceiveStream


def receive(sequences, stream=None, start=0.0):
    stream = stream or ReceiveStream(1, 48000)
    for i, sequence in enumerate(sequences):
        stream.take(sequence, i * 960, start + i * 0.02)
    return stream


def test_what_is_missing_is_asked_for_once_it_is_late_and_again_until_it_comes():
    stream = receive([65534, 1])
    assert stream.nacks(0.021) == []
    assert stream.nacks(0.05) == [65535, 0]
    assert stream.nacks(0.06) == []
    assert stream.take(0, 0, 0.1, repaired=True)
    assert stream.nacks(0.05 + RETRY_NACK) == [65535]
    assert (stream.recovered, stream.lost) == (1, 1)


def test_what_never_comes_is_given_up():
    stream = receive([1, 3])
    asked = [stream.nacks(1.0 + i) for i in range(2 * MAX_NACKS)]
    assert sum(map(len, asked)) == MAX_NACKS


def test_a_duplicate_is_not_new():
    stream = receive([1, 2])
    assert not stream.take(2, 960, 0.1)
    assert (stream.received, stream.duplicates) == (2, 1)


def test_a_great_jump_is_a_new_beginning_not_a_loss():
    stream = receive([1, 2, 30000, 30001])
    assert stream.nacks(10.0) == []
    assert stream.lost == 0


def test_the_report_tells_the_share_lost_since_the_report_before():
    stream = receive(range(1, 101))
    first = stream.block(2.0)
    receive([*range(101, 151), *range(176, 201)], stream, 2.0)
    second = stream.block(4.0)
    assert first is not None
    assert (first.fraction_lost, first.packets_lost) == (0, 0)
    assert second is not None
    assert (second.fraction_lost, second.packets_lost) == (25 * 256 // 100, 25)


def test_the_report_answers_the_senders_report():
    stream = receive([1])
    stream.on_sender_report(rtcp.ntp(1000.0), 5.0)
    block = stream.block(5.5)
    assert block is not None
    assert block.lsr == rtcp.ntp(1000.0) >> 16 & 0xFFFFFFFF
    assert block.dlsr == 32768


def test_regular_arrival_has_no_jitter():
    assert receive(range(100)).jitter < 1
