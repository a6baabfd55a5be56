from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.pacer import BURST_S, LEAST_BURST, MOST_WAIT_S, Pacer


def paced(bps: float) -> Pacer:
    pacer = Pacer(0.0)
    pacer.rate(bps)
    return pacer


def test_without_a_rate_nothing_waits():
    pacer = Pacer(0.0)
    pacer.spend(10**9)
    assert pacer.admits(0.02)


def test_pictures_go_out_at_the_rate():
    pacer, out = paced(800_000), []
    for number in range(80):
        pacer.hold("a", 1000, lambda number=number: (pacer.spend(1000), out.append(number)))
    for turn in range(25):
        pacer.run(turn * 0.02)
    assert out == list(range(len(out)))
    assert 47_000 <= 1000 * len(out) <= 50_000 + LEAST_BURST + 800_000 / 8 * BURST_S


def test_sound_takes_from_what_pictures_have():
    pacer = paced(800_000)
    pacer.admits(1.0)
    pacer.spend(10_000)
    assert not pacer.admits(1.001)
    assert pacer.admits(1.1)


def test_nothing_overtakes_what_waits():
    pacer = paced(800_000)
    pacer.hold("a", 1000, lambda: None)
    assert not pacer.admits(10.0)


def test_what_may_no_longer_be_seen_does_not_go_out():
    pacer, out = paced(800_000), []
    one, other = object(), object()
    for owner in (one, other, one):
        pacer.hold(owner, 1000, lambda owner=owner: out.append(owner))  # type: ignore[misc]
    pacer.forget(one)
    pacer.run(1.0)
    assert (out, pacer.waiting) == ([other], 0)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 1500)), max_size=300), st.floats(50e3, 1e6))
def test_the_queue_is_bounded_and_says_whose_packets_had_no_room(items, bps):
    pacer = paced(bps)
    for owner, octets in items:
        pacer.hold(owner, octets, lambda: None)
    assert pacer.waiting <= bps / 8 * MOST_WAIT_S + LEAST_BURST
    assert bool(pacer.overrun) == (sum(octets for _, octets in items) > pacer.waiting)
