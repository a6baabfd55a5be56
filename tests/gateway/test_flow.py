"""A listener is sent to, and heard from, by a socket of their own on the server's one port."""

from __future__ import annotations

import asyncio
import errno
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway import flow
from tests.gateway.rooms import Hearing
from tests.gateway.test_server import speak

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere all is sent by the socket of all")

HOST = "127.0.0.1"


def bound() -> socket.socket:
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.bind((HOST, 0))
    one.settimeout(5)
    return one


@pytest.fixture
def shared() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as shared:
        shared.bind(("0.0.0.0", 0))
        shared.settimeout(5)
        yield shared


def test_each_listener_is_heard_by_their_own_socket_and_all_others_by_the_shared_one(shared: socket.socket) -> None:
    port = shared.getsockname()[1]
    with bound() as first, bound() as second, bound() as stranger:
        flows = [flow.connected(shared, peer.getsockname()) for peer in (first, second)]
        for own, peer in zip(flows, (first, second), strict=True):
            assert own is not None
            own.settimeout(5)
            own.send(b"down")
            assert peer.recvfrom(9) == (b"down", (HOST, port))
            peer.sendto(b"up", (HOST, port))
            assert own.recvfrom(9) == (b"up", peer.getsockname())
        stranger.sendto(b"hello", (HOST, port))
        assert shared.recvfrom(9) == (b"hello", stranger.getsockname())
        for own in flows:
            assert own is not None
            own.close()
        first.sendto(b"again", (HOST, port))
        assert shared.recvfrom(9) == (b"again", first.getsockname())


def test_no_other_program_can_take_the_port(shared: socket.socket) -> None:
    with bound() as peer, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as thief:
        own = flow.connected(shared, peer.getsockname())
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        for host in ("0.0.0.0", HOST):
            with pytest.raises(OSError, match="in use") as failed:
                thief.bind((host, shared.getsockname()[1]))
            assert failed.value.errno == errno.EADDRINUSE
        assert own is not None
        own.close()


def test_where_no_file_can_be_opened_there_is_none(shared: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> socket.socket:
        raise OSError(errno.EMFILE, "too many open files")

    monkeypatch.setattr(flow.socket, "socket", full)
    assert flow.connected(shared, (HOST, 9)) is None


@pytest.mark.interpreted
async def test_a_listener_who_is_lost_or_gone_holds_no_socket_and_one_who_moved_has_another(tmp_path: Path) -> None:
    async with Hearing(["judge", "party-1"], tmp_path) as hearing:
        publisher, listener = await hearing.publish("judge"), await hearing.subscribe("party-1")
        endpoint = hearing.server.endpoint
        (party, first) = next(iter(endpoint._flows.items()))
        assert len(endpoint._flows) == 1
        listener.subscriber.transport.move()
        async with asyncio.timeout(10):
            while not listener.got["judge", "audio"]:
                speak(publisher, 1)
                await asyncio.sleep(0.05)
        assert endpoint._flows[party] is not first
        assert first.fileno() == -1
        party._become("lost")  # type: ignore[attr-defined]
        assert not endpoint._flows
        await hearing.until(state="back")
        assert len(endpoint._flows) == 1
        party.close()  # type: ignore[attr-defined]
        assert not endpoint._flows
