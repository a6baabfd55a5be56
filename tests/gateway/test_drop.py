"""A hearing is dropped: at once for its people, and answered when its record is on disk."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway import server
from gateway.messages import decode
from recorder.writer import TakeRecorder
from tests.gateway.rooms import Hearing, MemoryRecorder
from tests.gateway.test_server import speak


class Slow(MemoryRecorder):
    def __init__(self) -> None:
        super().__init__()
        self.disk = asyncio.Event()
        self.closed = False

    async def close(self) -> None:
        await self.disk.wait()
        self.closed = True


@contextlib.asynccontextmanager
async def not_waited_for(recorder: Slow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hearing]:
    """A hearing that was dropped while its disk is slow."""
    monkeypatch.setattr(server, "DROP_S", 0.01)
    async with Hearing(["judge"], tmp_path, recorder) as hearing:
        await hearing.allow(record=["judge"])
        await asyncio.wait_for(hearing.ask("drop", hearing="h"), 5)
        yield hearing


DROP, PROBE = b'{"id":1,"op":"drop","hearing":"h"}\n', b'{"id":2,"op":"close","connection":"none"}\n'


async def test_the_answer_waits_for_the_disk_and_nothing_else_does(tmp_path: Path) -> None:
    recorder = Slow()
    async with Hearing(["judge"], tmp_path, recorder) as hearing:
        await hearing.allow(record=["judge"])
        reader, writer = await asyncio.open_unix_connection(str(tmp_path / "m.sock"))
        writer.write(DROP + PROBE)
        answers = [decode(await reader.readline())["re"]]
        assert hearing.server.rooms == {}
        recorder.disk.set()
        answers.append(decode(await reader.readline())["re"])
        assert answers == [2, 1]
        writer.close()


async def test_a_policy_that_follows_begins_the_hearing_anew(tmp_path: Path) -> None:
    recorder = Slow()
    async with Hearing(["judge"], tmp_path, recorder) as hearing:
        await hearing.allow(record=["judge"])
        before = hearing.server.rooms["h"]
        dropping = hearing.server._handle("drop", {"hearing": "h"})
        await hearing.allow(record=["judge"])
        recorder.disk.set()
        await dropping
        assert hearing.server.rooms["h"] is not before


async def test_a_disk_that_never_comes_to_an_end_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Slow()
    async with not_waited_for(recorder, tmp_path, monkeypatch):
        assert not recorder.disk.is_set()
        recorder.disk.set()


async def test_a_record_that_was_not_waited_for_is_forgotten_once_it_is_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Slow()
    async with not_waited_for(recorder, tmp_path, monkeypatch) as hearing:
        assert hearing.server._leaving
        recorder.disk.set()
        async with asyncio.timeout(5):
            while hearing.server._leaving:
                await asyncio.sleep(0)


async def test_the_end_waits_for_a_record_that_a_drop_did_not_wait_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Slow()
    async with not_waited_for(recorder, tmp_path, monkeypatch):
        asyncio.get_running_loop().call_later(0.05, recorder.disk.set)
    assert recorder.closed


async def test_the_record_of_a_dropped_hearing_is_complete_when_it_is_answered(tmp_path: Path) -> None:
    recorder = TakeRecorder(tmp_path / "courts")
    async with Hearing(["judge", "party-1"], tmp_path, recorder) as hearing:
        await hearing.allow(record=["judge"])
        publisher = await hearing.publish("judge")
        speak(publisher, 50)
        await hearing.received("judge", 50)
        await hearing.ask("drop", hearing="h")
        (journal,) = (tmp_path / "courts").glob("*/*/*/journal.jsonl")
        (take,) = (tmp_path / "courts").glob("*/*/*/takes/*.mkv")
        ends = [entry for entry in map(json.loads, journal.read_text().splitlines()) if entry["kind"] == "take_end"]
        assert [end["bytes"] for end in ends] == [take.stat().st_size]
