from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from gateway.packet import Packet
from recorder.reorder import Gap, Reorder


def packet(sequence: int, arrival: float = 0.0) -> Packet:
    return Packet(1, sequence & 0xFFFF, 0, False, 96, b"x", arrival)


def numbers(items: object) -> list[object]:
    return [item.sequence if isinstance(item, Packet) else item for item in items]  # type: ignore[attr-defined]


@given(st.integers(0, 0xFFFF), st.integers(2, 60), st.integers(0, 1 << 30), st.integers(0, 8))
def test_shuffled_and_doubled_packets_come_out_once_and_in_order(first: int, count: int, seed: int, reach: int) -> None:
    rng = random.Random(seed)
    later = sorted(range(1, count), key=lambda n: n + rng.uniform(0, reach))
    order = [0, *later, *rng.sample(later, len(later) // 2)]
    reorder = Reorder(wait=10)
    out = [item for n in order for item in reorder.push(packet(first + n))]
    assert numbers(out) == [(first + n) & 0xFFFF for n in range(count)]


@given(st.integers(0, 0xFFFF), st.sets(st.integers(1, 40)), st.integers(42, 60))
def test_every_lost_packet_is_in_exactly_one_gap(first: int, lost: set[int], count: int) -> None:
    reorder = Reorder(wait=0.5)
    out = [item for n in range(count) if n not in lost for item in reorder.push(packet(first + n, n / 50))]
    out += reorder.flush()
    missing: list[int] = []
    for item in out:
        if isinstance(item, Gap):
            missing += [(item.first + n) & 0xFFFF for n in range(item.count)]
            assert missing[-1] == item.last
    assert missing == [(first + n) & 0xFFFF for n in sorted(lost)]
    assert [n for n in numbers(out) if isinstance(n, int)] == [
        (first + n) & 0xFFFF for n in range(count) if n not in lost
    ]


def test_a_retransmission_within_the_wait_closes_the_hole() -> None:
    reorder = Reorder(wait=0.5)
    assert numbers(reorder.push(packet(10, 0.0))) == [10]
    assert numbers(reorder.push(packet(12, 0.1))) == []
    assert numbers(reorder.expire(0.59)) == []
    assert numbers(reorder.push(packet(11, 0.59))) == [11, 12]


def test_a_hole_is_a_gap_after_the_wait_even_when_no_packet_comes() -> None:
    reorder = Reorder(wait=0.5)
    reorder.push(packet(0xFFFE, 0.0))
    reorder.push(packet(1, 0.1))
    assert numbers(reorder.expire(0.61)) == [Gap(0xFFFF, 0, 2), 1]
    assert numbers(reorder.push(packet(0xFFFF, 0.7))) == []


def test_each_hole_waits_for_itself() -> None:
    reorder = Reorder(wait=0.5)
    for sequence, arrival in [(0, 0.0), (2, 0.1), (4, 0.4)]:
        reorder.push(packet(sequence, arrival))
    assert numbers(reorder.expire(0.65)) == [Gap(1, 1, 1), 2]
    assert numbers(reorder.expire(0.95)) == [Gap(3, 3, 1), 4]


def test_a_sender_that_begins_anew_far_back_is_followed_after_two_packets() -> None:
    reorder = Reorder()
    reorder.push(packet(40000))
    assert numbers(reorder.push(packet(20000))) == []
    assert numbers(reorder.push(packet(20001))) == [Gap(20001, 20001, 0), 20001]
    assert numbers(reorder.push(packet(20002))) == [20002]


def test_a_hole_never_holds_more_than_its_share_of_memory() -> None:
    reorder = Reorder(wait=1e9)
    out = list(reorder.push(packet(0)))
    for sequence in range(2, 2100):
        out += reorder.push(packet(sequence))
    assert Gap(1, 1, 1) in out
