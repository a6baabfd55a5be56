from __future__ import annotations

from contextlib import ExitStack

from signaling.doorstep import Doorstep


def crowd(doorstep, stack, networks):
    """Who had to go, by place in the order of coming."""
    gone = []
    for place, network in enumerate(networks):
        stack.enter_context(doorstep.stand(network, lambda place=place: gone.append(place)))
    return gone


def test_of_a_crowded_network_the_one_that_stood_longest_goes():
    with ExitStack() as stack:
        assert crowd(Doorstep(network_most=2, all_most=9), stack, ["home", *["flood"] * 4]) == [
            1,
            2,
        ]


def test_in_all_the_one_that_stood_longest_goes():
    with ExitStack() as stack:
        assert crowd(Doorstep(network_most=2, all_most=3), stack, ["a", "b", "c", "d"]) == [0]


def test_who_went_leaves_room():
    doorstep = Doorstep(network_most=1, all_most=1)
    for _ in range(3):
        with doorstep.stand("a", lambda: None):
            assert len(doorstep) == 1
    assert len(doorstep) == 0
