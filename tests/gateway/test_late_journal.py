"""Hearing events that come when their sitting's record is closed (ARCHITECTURE.md, "Control protocol", `journal`)."""

from __future__ import annotations

from pathlib import Path

from tests.gateway.rooms import Hearing, MemoryRecorder

SITTING = {"court": "c", "sitting": "s", "number": "7204-25/15", "started_utc": "2026-11-21T09:00:00.000Z"}
EVENTS = [{"id": "e1", "version": 1, "at": "2026-11-21T10:00:00.000Z", "kind": "concluded"}]


async def test_events_of_a_hearing_that_media_no_longer_knows_are_written(tmp_path: Path) -> None:
    recorder = MemoryRecorder()
    async with Hearing(["judge"], tmp_path, recorder) as hearing:
        reply = await hearing.ask("journal", hearing="concluded", sitting=SITTING, events=EVENTS)
    assert reply["last"] == "e1"
    assert [event["id"] for event in recorder.events] == ["e1"]
