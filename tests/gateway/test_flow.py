"""A listener is sent to, and heard from, by a socket of their own on the server's one port."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import select
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvloop

from gateway import flow as module
from gateway.flow import Flows
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


@pytest.fixture
def flows(shared: socket.socket) -> Iterator[Flows]:
    flows = Flows(shared)
    yield flows
    flows.stop()


def opened(flows: Flows, peer: socket.socket) -> socket.socket:
    own = flows.open(peer.getsockname())
    assert own is not None
    return own


def test_each_listener_is_heard_by_their_own_socket_and_all_others_by_the_shared_one(
    shared: socket.socket, flows: Flows
) -> None:
    port = shared.getsockname()[1]
    with bound() as first, bound() as second, bound() as stranger:
        both = [opened(flows, peer) for peer in (first, second)]
        for own, peer in zip(both, (first, second), strict=True):
            own.send(b"down")
            assert peer.recvfrom(9) == (b"down", (HOST, port))
            peer.sendto(b"up", (HOST, port))
            assert list(flows.readable()) == [own]
            assert own.recvfrom(9) == (b"up", peer.getsockname())
        stranger.sendto(b"hello", (HOST, port))
        assert shared.recvfrom(9) == (b"hello", stranger.getsockname())
        for own in both:
            flows.close(own)
        first.sendto(b"again", (HOST, port))
        assert shared.recvfrom(9) == (b"again", first.getsockname())


def taken(port: int, *options: int) -> bool:
    """Whether another socket may have the port too."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as thief:
        for option in options:
            thief.setsockopt(socket.SOL_SOCKET, option, 1)
        try:
            thief.bind((HOST, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            return False
        return True


def as_nobody(work: Callable[[], bool]) -> bool:
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            os.setuid(65534)
            os._exit(2 + work())
        os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (2, 3)
    return code == 3


def test_a_listener_whose_port_is_closed_and_opened_again_is_heard_again(shared: socket.socket, flows: Flows) -> None:
    with bound() as gone:
        own, address = opened(flows, gone), gone.getsockname()
    own.send(b"to nobody")
    assert select.select([flows], [], [], 5)[0]
    assert list(flows.readable()) == [own]
    with pytest.raises(ConnectionRefusedError):
        own.recv(9)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as back:
        back.bind(address)
        back.sendto(b"here", shared.getsockname())
        assert list(flows.readable()) == [own]
        assert own.recv(9) == b"here"


def test_of_several_that_are_readable_one_may_close_another(flows: Flows) -> None:
    with bound() as first, bound() as second:
        both = [opened(flows, peer) for peer in (first, second)]
        for own, peer in zip(both, (first, second), strict=True):
            peer.sendto(b"up", own.getsockname())
        found = flows.readable()
        other = both[next(found) is both[0]]
        flows.close(other)
        assert list(found) == []


def test_a_second_server_cannot_have_the_port(shared: socket.socket, flows: Flows) -> None:
    with bound() as peer:
        opened(flows, peer)
        assert not taken(shared.getsockname()[1])
        assert not taken(shared.getsockname()[1], socket.SO_REUSEADDR)


@pytest.mark.skipif(os.geteuid() != 0, reason="another account is needed")
def test_no_other_account_can_take_the_port_even_while_a_socket_is_made(shared: socket.socket, flows: Flows) -> None:
    with bound() as peer:
        port = shared.getsockname()[1]
        opened(flows, peer)
        shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        assert not as_nobody(lambda: taken(port, socket.SO_REUSEPORT, socket.SO_REUSEADDR))
        assert taken(port, socket.SO_REUSEPORT)  # the same account may, which could do anything else as well


def test_where_no_file_can_be_opened_there_is_none(flows: Flows, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> socket.socket:
        raise OSError(errno.EMFILE, "too many open files")

    monkeypatch.setattr(module.socket, "socket", full)
    assert flows.open((HOST, 9)) is None


def test_in_the_servers_own_loop_a_device_that_is_gone_disturbs_nothing(tmp_path: Path) -> None:
    """libuv gives up what it polls itself for the error of one closed port."""

    async def hearing_ends() -> list[str]:
        async with Hearing(["judge", "party-1", "party-2"], tmp_path) as hearing:
            publisher, gone = await hearing.publish("judge"), await hearing.subscribe("party-1")
            listener = await hearing.subscribe("party-2")
            await gone.subscriber.close(silently=True)
            for number in range(5):
                speak(publisher, 1, number)
                await listener.hears("judge", "audio", number + 1)
            await hearing.ask("drop", hearing="h")
            return [str(event["state"]) for event in hearing.events if event["event"] == "connection"]

    assert uvloop.run(hearing_ends()).count("closed") == 3


@pytest.mark.interpreted
async def test_a_listener_who_is_lost_or_gone_holds_no_socket_and_one_who_moved_has_another(tmp_path: Path) -> None:
    async with Hearing(["judge", "party-1"], tmp_path) as hearing:
        publisher, listener = await hearing.publish("judge"), await hearing.subscribe("party-1")
        endpoint = hearing.server.endpoint
        (party, first) = next(iter(endpoint._own.items()))
        assert len(endpoint._own) == 1
        listener.subscriber.transport.move()
        async with asyncio.timeout(10):
            while not listener.got["judge", "audio"]:
                speak(publisher, 1)
                await asyncio.sleep(0.05)
        assert endpoint._own[party] is not first
        assert first.fileno() == -1
        party._become("lost")  # type: ignore[attr-defined]
        assert not endpoint._own
        await hearing.until(state="back")
        assert len(endpoint._own) == 1
        party.close()  # type: ignore[attr-defined]
        assert not endpoint._own
