"""How the one socket is read: whenever something came, between other work too, and never without an end."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from gateway import endpoint as module
from gateway.datagrams import AT_ONCE
from gateway.endpoint import Endpoint

pytestmark = pytest.mark.interpreted


class Reading:
    """An endpoint with a clock of its own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.read = 0
        self.more = 0
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: self.now))
        self.endpoint = Endpoint("127.0.0.1", 0)
        self.endpoint._datagram = self._datagram  # type: ignore[method-assign, assignment]
        self._peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._peer.bind(("127.0.0.1", 0))
        self._peer.settimeout(5)

    def _datagram(self, *given: Any) -> None:
        self.read += 1
        if self.more:
            self.more -= 1
            self._peer.sendto(b"x", ("127.0.0.1", self.endpoint.port))

    def wake(self, waiting: int, after: float) -> int:
        """How many of ``waiting`` datagrams are read when the event loop tells of them ``after`` so many seconds."""
        for _ in range(waiting):
            self._peer.sendto(b"x", ("127.0.0.1", self.endpoint.port))
        self.now += after
        before = self.read
        self.endpoint._readable()
        return self.read - before

    def look(self, waiting: int, after: float) -> int:
        """How many of ``waiting`` datagrams are read by a look in the midst of other work."""
        for _ in range(waiting):
            self._peer.sendto(b"x", ("127.0.0.1", self.endpoint.port))
        self.now += after
        before = self.read
        self.endpoint.look()
        return self.read - before

    def close(self) -> None:
        self._peer.close()
        self.endpoint._socket.close()


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reading]:
    reading = Reading(monkeypatch)
    yield reading
    reading.close()


def test_all_that_came_is_read_at_once(reading: Reading) -> None:
    assert [reading.wake(waiting, after=0.001) for waiting in (1, 2, AT_ONCE, AT_ONCE + 5)] == [1, 2, 16, 21]


def test_for_what_comes_meanwhile_the_loop_wakes_it_again(reading: Reading) -> None:
    reading.more = 2
    assert [reading.wake(1, after=0.001), reading.wake(0, after=0.0)] == [1, 1]


def test_a_reading_ends_though_more_keeps_coming(reading: Reading) -> None:
    reading.more = 1000
    assert reading.wake(100, after=0.0) == 4 * AT_ONCE


def test_other_work_is_interrupted_for_what_came_meanwhile_but_not_all_the_time(reading: Reading) -> None:
    reading.wake(1, after=0.001)
    assert [reading.look(2, after=after) for after in (0.00005, 0.001, 0.00005, 0.00006)] == [0, 4, 0, 4]


@pytest.mark.parametrize("raises", [False, True])
def test_what_was_made_of_datagrams_goes_out_with_their_reading(reading: Reading, raises: bool) -> None:
    endpoint = reading.endpoint
    target = endpoint.target(reading._peer.getsockname())

    def made(*given: Any) -> None:
        endpoint.outbox.put(4, target)
        if raises:
            raise ValueError("a mistake of ours")

    endpoint._datagram = made  # type: ignore[method-assign, assignment]
    reading.wake(1, after=0.001)
    assert (len(reading._peer.recv(64)), endpoint.outbox.waiting) == (4, 0)


def test_what_other_work_made_goes_out_at_a_look(reading: Reading) -> None:
    endpoint = reading.endpoint
    endpoint.outbox.put(4, endpoint.target(reading._peer.getsockname()))
    reading.look(0, after=0.0)
    assert (len(reading._peer.recv(64)), endpoint.outbox.waiting) == (4, 0)
