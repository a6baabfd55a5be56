"""Packets are sent together: each whole, in order, to whom it was for; what cannot go takes nobody else's along."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator

import pytest

from gateway.outbox import AT_ONCE, Outbox, Target


def bound(family: int = socket.AF_INET) -> socket.socket:
    made = socket.socket(family, socket.SOCK_DGRAM)
    made.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0))
    made.setblocking(False)
    return made


@pytest.fixture
def ours() -> Iterator[socket.socket]:
    with bound() as made:
        yield made


@pytest.fixture
def peer() -> Iterator[socket.socket]:
    with bound() as made:
        yield made


@pytest.fixture(params=["together", "one by one"])
def box(request: pytest.FixtureRequest, ours: socket.socket) -> Outbox:
    made = Outbox(ours)
    if request.param == "one by one":
        made._many = None
    elif sys.platform != "linux":
        pytest.skip("sendmmsg(2)")
    return made


def put(box: Outbox, data: bytes, target: Target) -> None:
    box.buffer.view[: len(data)] = data
    box.put(len(data), target)


def came(peer: socket.socket) -> list[bytes]:
    found = []
    while True:
        try:
            found.append(peer.recv(2048))
        except BlockingIOError:
            return found


def to(peer: socket.socket) -> Target:
    return Target(peer.family, peer.getsockname()[:2])


def test_nothing_goes_before_it_is_told_to_and_then_all_in_order(box, peer):
    sent = [bytes([number]) * (number + 1) for number in range(5)]
    for data in sent:
        put(box, data, to(peer))
    assert (box.waiting, came(peer)) == (5, [])
    box.flush()
    assert (box.waiting, came(peer)) == (0, sent)
    box.flush()
    assert came(peer) == []


def test_what_is_too_many_to_wait_goes_at_once(box, peer):
    sent = [b"%d" % number for number in range(AT_ONCE + 1)]
    for data in sent:
        put(box, data, to(peer))
    assert came(peer) == sent[:AT_ONCE]
    box.flush()
    assert came(peer) == sent[AT_ONCE:]


def test_each_goes_to_whom_it_is_for(box, peer):
    with bound() as other:
        for data, one in ((b"a", peer), (b"b", other), (b"c", peer)):
            put(box, data, to(one))
        box.flush()
        assert (came(peer), came(other)) == ([b"a", b"c"], [b"b"])


def test_what_the_network_refuses_keeps_nothing_else_back(box, peer):
    """No broadcast without asking for it (socket(7), SO_BROADCAST)."""
    for data, target in (
        (b"a", to(peer)), (b"no", Target(socket.AF_INET, ("255.255.255.255", 9))), (b"b", to(peer)),
    ):  # fmt: skip
        put(box, data, target)
    box.flush()
    assert (came(peer), box.unsent) == ([b"a", b"b"], 1)


def test_what_was_put_last_can_still_be_read(box, peer):
    for number in range(AT_ONCE):
        put(box, b"%02d" % number, to(peer))
        assert bytes(box.last[:2]) == b"%02d" % number


def test_a_closed_one_sends_nothing_by_a_socket_that_got_its_number(box, ours, peer):
    put(box, b"late", to(peer))
    box.close()
    ours.close()
    with bound() as another:
        assert another.fileno() > 0
        box.flush()
        assert (came(peer), box.unsent) == ([], 1)


def test_it_goes_by_ipv6_too():
    with bound(socket.AF_INET6) as ours, bound(socket.AF_INET6) as peer:
        box = Outbox(ours)
        put(box, b"six", to(peer))
        box.flush()
        assert came(peer) == [b"six"]
