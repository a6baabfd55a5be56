"""A datagram's arrival is when it came, not when it was read."""

from __future__ import annotations

import socket
from contextlib import closing
from time import monotonic

import pytest

from tests.client.stamps import receive, stamp


@pytest.fixture
def ends():
    with (
        closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as far,
        closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as near,
    ):
        near.bind(("127.0.0.1", 0))
        far.connect(near.getsockname())
        near.setblocking(False)
        yield far, near


def read_late(far, near):
    """What is sent, when, and what is read of it 0.05 s later."""
    far.send(b"one")
    came = monotonic()
    while monotonic() < came + 0.05:
        pass
    return came, *receive(near)


def test_what_is_read_late_has_the_time_at_which_it_came(ends):
    far, near = ends
    stamp(near)
    read_late(far, near)  # the kernel begins to stamp a moment after it is asked to
    came, data, arrival = read_late(far, near)
    assert data == b"one"
    assert came - 0.025 < arrival < came + 0.025


def test_without_stamps_it_is_the_time_of_reading(ends):
    far, near = ends
    far.send(b"one")
    before = monotonic()
    assert receive(near)[1] >= before
