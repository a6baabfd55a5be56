"""How the one socket is read: one by one while there is time, many together as soon as there is not."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from time import time
from types import SimpleNamespace
from typing import Any

import pytest

from gateway import endpoint as module
from gateway.endpoint import Endpoint

pytestmark = pytest.mark.interpreted


class Reading:
    """An endpoint with a clock of its own, whose datagrams each take ``work`` seconds."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.work = 0.0
        self.read = 0
        self.late = 0.0
        self.arrivals: list[float] = []
        clocks = SimpleNamespace(monotonic=lambda: self.now, time=lambda: time() + self.late)
        monkeypatch.setattr(module, "time", clocks)
        self.endpoint = Endpoint("127.0.0.1", 0)
        self.endpoint._datagram = self._datagram  # type: ignore[method-assign, assignment]
        self._peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def _datagram(self, *given: Any) -> None:
        self.arrivals.append(given[-1])
        self.read += 1
        self.now += self.work

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


def test_datagrams_that_come_one_by_one_are_read_one_by_one(reading: Reading) -> None:
    assert [reading.wake(2, after=0.001) for _ in range(3)] == [1, 1, 1]


@pytest.mark.parametrize("work", [0.00001, 0.001])
def test_a_loop_that_is_behind_reads_many_at_once_however_long_each_takes(reading: Reading, work: float) -> None:
    reading.work = work
    reading.wake(2, after=0.001)
    assert [reading.wake(10, after=0.00002) for _ in range(3)] == [11, 10, 10]


def test_a_reading_ends_though_more_keeps_coming(reading: Reading) -> None:
    reading.wake(1, after=0.001)
    assert reading.wake(100, after=0.0) == 64


def test_other_work_is_interrupted_for_what_came_meanwhile_but_not_all_the_time(reading: Reading) -> None:
    reading.wake(1, after=0.001)
    assert [reading.look(2, after=after) for after in (0.00005, 0.001, 0.00005, 0.00006)] == [0, 4, 0, 4]


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's stamps are Linux's")
@pytest.mark.parametrize(("late", "taken"), [(0.3, 0.3), (3600.0, 1.0), (-3600.0, 0.0)])
def test_a_datagram_arrived_when_the_kernel_took_it_in(reading: Reading, late: float, taken: float) -> None:
    """However late it is read, unless the wall clock was set meanwhile."""
    reading.late = late
    reading.wake(1, after=0.001)
    assert reading.now - reading.arrivals[0] == pytest.approx(taken, abs=0.1)
