"""What fails for one participant stays with that participant, and the clock that drives everybody goes on."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from gateway.connection import Connection
from gateway.control import ControlServer
from gateway.load import LAG_S
from gateway.messages import LINE_LIMIT, decode
from gateway.publisher import Publisher
from gateway.track import Layer
from tests.gateway.rooms import SITTING, Hearing, MemoryRecorder
from tests.gateway.test_server import speak
from tests.gateway.test_track import Ear, Scene


class Offended(Ear):
    """Raises when told of its layer."""

    def switched(self, layer: Layer | None) -> None:
        raise RuntimeError


def test_a_listener_that_raises_on_a_change_of_layer_is_let_go_and_the_others_go_on() -> None:
    scene, offended, ear = Scene("audio"), Offended(), Ear()
    scene.packet("", 1)
    scene.track.attach(offended, scene.now)
    scene.track.attach(ear, scene.now)
    scene.track.tick(scene.now)
    scene.packet("", 2)
    assert (offended.gone, ear.heard) == (True, [("", 2)])


def test_a_listener_that_raises_when_it_is_detached_disturbs_nobody() -> None:
    scene, ear = Scene("audio"), Ear()
    scene.packet("", 1)
    scene.track.attach(ear, scene.now)
    ear.switched = Offended().switched  # type: ignore[method-assign]
    scene.track.close()
    assert (ear.gone, scene.track.listeners) == (True, ())


async def test_a_publisher_whose_feedback_raises_takes_it_from_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Hearing(["judge", "party-1"], tmp_path) as hearing:
        await hearing.publish("judge")
        await hearing.publish("party-1")
        broken, reported = hearing.server.rooms["h"].members["judge"].publisher, asyncio.Event()

        def report(self: Publisher, now: float) -> None:
            if self is broken:
                raise RuntimeError
            reported.set()

        monkeypatch.setattr(Publisher, "ask_again", lambda self, now: 1 / 0 if self is broken else None)
        monkeypatch.setattr(Publisher, "report", report)
        await asyncio.wait_for(reported.wait(), 5)


async def test_the_clock_outlives_a_connection_that_raises_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Hearing(["judge"], tmp_path) as hearing:
        await hearing.publish("judge")
        monkeypatch.setattr(Connection, "tick", lambda self, now: 1 / 0)
        hearing.events.clear()
        await hearing.until(event="links")
        hearing.events.clear()
        await hearing.until(event="links")
        assert not hearing.server._ticking.done()


async def test_every_listeners_estimate_is_told_where_this_process_was_late(tmp_path: Path) -> None:
    async with Hearing(["judge", "party-1"], tmp_path) as hearing:
        for seat in ("judge", "party-1"):
            await hearing.subscribe(seat)
        estimates = [member.subscriber.estimate for member in hearing.server.rooms["h"].members.values()]
        before = time.monotonic()
        time.sleep(2 * LAG_S)  # noqa: ASYNC251 -- that is what is tried
        async with asyncio.timeout(5):
            while not all(estimate._held_up > before for estimate in estimates):
                await asyncio.sleep(0)


async def test_an_application_that_cannot_be_told_of_it_does_not_keep_a_connection_from_closing(tmp_path: Path) -> None:
    def offended(event: Any) -> None:
        raise RuntimeError

    async with Hearing(["judge"], tmp_path) as hearing:
        await hearing.publish("judge")
        hearing.server._tools.emit = offended
        await hearing.ask("close_seat", hearing="h", seat="judge")
        assert not hearing.server.endpoint._by_ufrag


async def test_an_event_too_long_to_send_is_not_sent(tmp_path: Path) -> None:
    async def handle(op: str, request: Any) -> None: ...

    control = ControlServer(tmp_path / "c.sock", handle)
    await control.start()
    _, writer = await asyncio.open_unix_connection(str(tmp_path / "c.sock"))
    writer.write(b'{"id":1,"op":"hello","protocol":1}\n')
    async with asyncio.timeout(5):
        while control._app is None:
            await asyncio.sleep(0)
    control.emit({"event": "x" * LINE_LIMIT})
    assert control._app is not None
    writer.close()
    await control.stop()


async def test_a_control_server_that_ends_leaves_the_socket_of_a_newer_one(tmp_path: Path) -> None:
    async def handle(op: str, request: Any) -> None: ...

    older, newer = ControlServer(tmp_path / "c.sock", handle), ControlServer(tmp_path / "c.sock", handle)
    await older.start()
    await newer.start()
    await older.stop()
    assert (tmp_path / "c.sock").exists()
    await newer.stop()
    assert not (tmp_path / "c.sock").exists()


@pytest.mark.interpreted
async def test_a_packet_that_trips_a_handler_leaves_the_others_alone(two: Hearing) -> None:
    publisher, listener = await two.publish("judge"), await two.subscribe("party-1")
    broken = await two.publish("party-1")
    handler = two.server.rooms["h"].members["party-1"].publisher
    assert handler is not None
    handler.on_rtp = lambda *_: 1 / 0  # type: ignore[method-assign, assignment]
    failures: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: failures.append(context))
    speak(broken, 3)
    speak(publisher, 3)
    assert len(await listener.hears("judge", "audio", 3)) == 3
    assert not failures
    assert two.server.endpoint.failed == 3


@pytest.fixture
async def two(tmp_path: Path):  # type: ignore[no-untyped-def]
    async with Hearing(["judge", "party-1"], tmp_path) as hearing:
        yield hearing


async def test_a_journal_that_waits_for_a_slow_disk_delays_no_policy(tmp_path: Path) -> None:
    """A judge's "mute" must not wait for the disk."""
    disk, answers = asyncio.Event(), []

    async def handle(op: str, request: Any) -> None:
        if op == "journal":
            await disk.wait()

    control = ControlServer(tmp_path / "c.sock", handle)
    await control.start()
    reader, writer = await asyncio.open_unix_connection(str(tmp_path / "c.sock"))
    writer.write(
        b'{"id":1,"op":"journal","hearing":"h","sitting":{},"events":[]}\n{"id":2,"op":"drop","hearing":"h"}\n'
    )
    async with asyncio.timeout(5):
        answers.append(decode(await reader.readline())["re"])
        disk.set()
        answers.append(decode(await reader.readline())["re"])
    assert answers == [2, 1]
    writer.close()
    await control.stop()


async def test_late_events_do_not_close_the_record_that_a_hearing_has_opened_meanwhile(tmp_path: Path) -> None:
    disk = asyncio.Event()

    class Slow(MemoryRecorder):
        closed = False

        async def append_events(self, events: Any) -> None:
            await disk.wait()

        async def close(self) -> None:
            self.closed = True

    recorder = Slow()
    async with Hearing(["judge"], tmp_path, recorder) as hearing:
        late = asyncio.ensure_future(hearing.ask("journal", hearing="h", sitting=SITTING, events=[{"id": "e"}]))
        await asyncio.sleep(0)
        await hearing.allow(record=["judge"])
        disk.set()
        await late
        assert not recorder.closed
