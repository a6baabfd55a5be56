"""Datagrams read many at once: whole, in order, of whom, and when the kernel took them in."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.datagrams import AT_ONCE, Many, OneByOne, Source, address, packed, source
from gateway.seam import MTU

KINDS = [OneByOne, pytest.param(Many, marks=pytest.mark.skipif(sys.platform != "linux", reason="recvmmsg(2)"))]


def bound(family: int = socket.AF_INET) -> socket.socket:
    made = socket.socket(family, socket.SOCK_DGRAM)
    made.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0))
    made.setblocking(False)
    return made


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    with bound() as ours, bound() as peer:
        yield ours, peer


def taken(of: Source) -> list[tuple[bytes, bytes]]:
    """All there is, with its sender."""
    found = []
    while count := of.read():
        found += [(bytes(of.buffers[at].view[: of.length(at)]), of.sender(at)) for at in range(count)]
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_sent_comes_whole_in_order_and_with_its_sender(kind, pair):
    ours, peer = pair
    reader = kind(ours)
    sent = [bytes([number]) * (number * 37 % MTU) for number in range(2 * AT_ONCE + 3)]
    for data in sent:
        peer.sendto(data, ours.getsockname())
    found = taken(reader)
    assert [data for data, _ in found] == sent
    assert {sender for _, sender in found} == {packed(socket.AF_INET, peer.getsockname())}


@pytest.mark.parametrize("kind", KINDS)
def test_where_nothing_is_none_is_read_and_nothing_raised(kind, pair):
    assert [kind(pair[0]).read() for _ in range(3)] == [0, 0, 0]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_longer_than_any_packet_is_told_as_longer(kind, pair):
    ours, peer = pair
    reader = kind(ours)
    peer.sendto(bytes(9000), ours.getsockname())
    assert reader.read() == 1
    assert reader.length(0) > MTU


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_a_sender_is_told_apart_by_address_and_port(kind, family):
    with bound(family) as ours, bound(family) as one, bound(family) as other:
        reader = kind(ours)
        for peer in (one, other, one):
            peer.sendto(b"x", ours.getsockname())
        senders = [sender for _, sender in taken(reader)]
        assert [address(sender) for sender in senders] == [peer.getsockname()[:2] for peer in (one, other, one)]
        assert senders[0] == senders[2] != senders[1]


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's stamps are Linux's")
def test_it_arrived_when_the_kernel_took_it_in_however_late_it_is_read(pair):
    ours, peer = pair
    reader = Many(ours)
    peer.sendto(b"first", ours.getsockname())
    sent = time.monotonic()
    time.sleep(0.2)
    peer.sendto(b"second", ours.getsockname())
    assert reader.read() == 2
    assert abs(reader.arrival(0) - sent) < 0.15
    assert reader.arrival(1) - reader.arrival(0) == pytest.approx(0.2, abs=0.1)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's stamps are Linux's")
@pytest.mark.interpreted
@pytest.mark.parametrize(("ahead", "taken_s"), [(3600.0, 1.0), (-3600.0, 0.0)])
def test_a_clock_that_was_set_dates_nothing_far_away(pair, monkeypatch, ahead, taken_s):
    from gateway import datagrams

    ours, peer = pair
    reader = Many(ours)
    peer.sendto(b"x", ours.getsockname())
    clock = time.time
    monkeypatch.setattr(datagrams.time, "time", lambda: clock() + ahead)
    assert reader.read() == 1
    assert time.monotonic() - reader.arrival(0) == pytest.approx(taken_s, abs=0.1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_closed_one_reads_nothing_of_a_socket_that_got_its_number(kind, pair):
    ours, peer = pair
    reader = kind(ours)
    reader.close()
    ours.close()
    with bound() as another:
        peer.sendto(b"not ours", another.getsockname())
        assert reader.read() == -1


@given(st.ip_addresses(v=4) | st.ip_addresses(v=6), st.integers(0, 65535))
def test_a_packed_address_says_what_it_was_packed_of(host, port):
    family = socket.AF_INET if host.version == 4 else socket.AF_INET6
    unpacked, there = address(packed(family, (str(host), port)))
    assert (socket.inet_pton(family, unpacked), there) == (host.packed, port)


def test_this_machine_reads_many_at_once(pair):
    assert isinstance(source(pair[0]), Many if sys.platform == "linux" else OneByOne)
