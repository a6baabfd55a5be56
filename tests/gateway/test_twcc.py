from __future__ import annotations

import contextlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.twcc import ArrivalRecorder, decode, encode

gaps = st.one_of(st.integers(0, 300), st.integers(-32000, 32000))
runs = st.lists(st.tuples(st.sampled_from(["received", "missing"]), gaps, st.integers(1, 40)), max_size=30)


@given(st.integers(0, 65535), st.integers(0, 255), st.integers(10**6, 10**9), runs)
def test_what_is_decoded_is_what_was_encoded(base, number, ticks, parts):
    arrivals: list[int | None] = []
    for state, gap, count in parts:
        for _ in range(count):
            ticks = max(ticks + gap, 0)
            arrivals.append(ticks if state == "received" else None)
            if state == "missing":
                ticks = max(ticks - gap, 0)
    feedback = decode(encode(base, number, arrivals))
    assert (feedback.base, feedback.number, feedback.arrivals) == (base, number, arrivals)


def test_a_steady_second_takes_one_run_and_a_byte_per_packet():
    assert len(encode(0, 0, [1000 + 40 * n for n in range(100)])) == 8 + 2 + 100 + 2


def test_a_long_loss_is_packed_into_runs():
    arrivals: list[int | None] = [0, *[None] * 30000, 8]
    data = encode(5, 0, arrivals)
    assert len(data) <= 24
    assert decode(data).arrivals == arrivals


def reported(recorder: ArrivalRecorder, now: float) -> dict[int, int | None]:
    found: dict[int, int | None] = {}
    for fci in recorder.due(now):
        feedback = decode(fci)
        for index, arrival in enumerate(feedback.arrivals):
            found[(feedback.base + index) & 0xFFFF] = arrival
    return found


def test_arrivals_and_gaps_are_reported_with_their_times():
    recorder = ArrivalRecorder()
    for sequence, at in ((65534, 1.0), (65535, 1.01), (2, 1.02)):
        recorder.on_packet(sequence, at)
    assert reported(recorder, 1.1) == {65534: 4000, 65535: 4040, 0: None, 1: None, 2: 4080}


def test_feedback_comes_once_per_interval_and_only_when_packets_came():
    recorder = ArrivalRecorder(interval=0.1)
    recorder.on_packet(1, 1.0)
    assert len(recorder.due(1.0)) == 1
    assert recorder.due(2.0) == []
    recorder.on_packet(2, 2.0)
    assert len(recorder.due(2.0)) == 1
    recorder.on_packet(3, 2.05)
    assert recorder.due(2.05) == []


def test_each_feedback_is_numbered_and_a_gap_at_its_start_is_told():
    recorder = ArrivalRecorder()
    recorder.on_packet(1, 1.0)
    first = decode(recorder.due(1.0)[0])
    recorder.on_packet(4, 1.1)
    second = decode(recorder.due(1.2)[0])
    assert second.number == first.number + 1
    assert (second.base, second.arrivals) == (2, [None, None, 4400])


def test_a_packet_reported_missing_is_reported_when_it_comes_late():
    recorder = ArrivalRecorder()
    recorder.on_packet(1, 1.0)
    recorder.on_packet(3, 1.0)
    reported(recorder, 1.1)
    recorder.on_packet(2, 1.15)
    assert reported(recorder, 1.2) == {2: 4600, 3: 4000}


def test_a_duplicate_does_not_change_an_arrival():
    recorder = ArrivalRecorder()
    recorder.on_packet(1, 1.0)
    recorder.on_packet(1, 1.05)
    assert reported(recorder, 1.1) == {1: 4000}


def test_a_silence_too_long_for_a_delta_begins_another_packet():
    recorder = ArrivalRecorder()
    recorder.on_packet(1, 1.0)
    recorder.on_packet(2, 20.0)
    assert reported(recorder, 20.0) == {1: 4000, 2: 80000}


@given(st.integers(0, 65535), st.integers(0, 2**32), st.floats(0, 0.5), st.floats(0, 0.08))
def test_over_any_lossy_reordering_link_every_arrival_is_reported_and_no_other(first, seed, loss, jitter):
    chance = random.Random(seed)
    arrivals = [
        (n * 0.005 + chance.random() * jitter, (first + n) & 0xFFFF) for n in range(400) if chance.random() >= loss
    ]
    recorder, found = ArrivalRecorder(), {}
    for at, sequence in sorted(arrivals):
        recorder.on_packet(sequence, at)
        found.update({s: t for s, t in reported(recorder, at).items() if t is not None})
        assert len(recorder._arrivals) < 200
    found.update({s: t for s, t in reported(recorder, 100.0).items() if t is not None})
    assert found == {sequence: int(at * 4000) for at, sequence in arrivals}


def test_a_burst_is_cut_into_packets_that_fit_any_network():
    recorder = ArrivalRecorder()
    for sequence in range(3000):
        recorder.on_packet(sequence, 1.0 + sequence * 0.0001)
    assert all(len(fci) < 1000 for fci in recorder.due(2.0))
    assert len(recorder._arrivals) == 0


@given(st.one_of(st.binary(max_size=60), st.binary(max_size=60).map(lambda b: b"\0\0\0\x10\0\0\0\0" + b)))
def test_malformed_feedback_raises_value_error_only(data):
    with contextlib.suppress(ValueError):
        assert len(decode(data).arrivals) == int.from_bytes(data[2:4], "big")


@pytest.mark.parametrize(
    "data", [b"", b"\0\0\0\1\0\0\0\0", b"\0\0\0\1\0\0\0\0\0\0", b"\0\0\0\1\0\0\0\0\x60\1", b"\0\0\0\1\0\0\0\0\x20\1"]
)
def test_truncated_and_reserved_feedback_is_refused(data):
    with pytest.raises(ValueError):
        decode(data)
