"""The hearing's record as the room sees it: opens the sitting's recording, gives each recorded track its tap."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from gateway.messages import ControlError
from gateway.policy import Policy
from gateway.recording_tap import RecordingTap
from gateway.sink import Recorder, Recording, SittingInfo
from gateway.track import Listener, Track

log = structlog.get_logger()

_OFF: Mapping[str, Any] = {"seconds": {}, "received_seconds": {}, "failed": None}


class Record:
    """Never raises into the room: a record that cannot be written is an alarm, and the hearing's people decide."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._sitting: SittingInfo | None = None
        self._recording: Recording | None = None
        self._policy: Policy | None = None
        self._taps: dict[Track, RecordingTap] = {}
        self._failed: str | None = None
        self._closing: set[asyncio.Task[None]] = set()

    def apply(self, policy: Policy) -> None:
        self._policy = policy
        if policy.sitting != self._sitting:
            self._close()
            self._sitting = policy.sitting
        if self._sitting is not None and self._recording is None:
            self._open(self._sitting)

    def tap(self, track: Track) -> RecordingTap | None:
        """The track's way into the record; None where its seat is not recorded, or nothing can be written."""
        policy, recording = self._policy, self._recording
        if policy is None or recording is None or not policy.records(track.info.seat, track.info.kind):
            return None
        tap = self._taps.get(track)
        if tap is None:
            try:
                sink = recording.sink(track.info, policy.seats[track.info.seat]["title"], self._keyframe(track))
            except Exception as error:
                self._fail("sink", error)
                return None
            tap = self._taps[track] = RecordingTap(sink)
        return None if tap.broken else tap

    def _keyframe(self, track: Track) -> Any:
        def ask() -> None:
            layer = track.current(self._taps[track]) if track in self._taps else None
            if layer is not None:
                layer.ask_keyframe()

        return ask

    def detached(self, listener: Listener) -> None:
        """``listener`` no longer gets its track: if it is a tap, its take is over."""
        for track, tap in list(self._taps.items()):
            if tap is listener:
                self.over(track)

    def over(self, track: Track) -> None:
        tap = self._taps.pop(track, None)
        if tap is not None:
            try:
                tap.end()
            except Exception as error:
                self._fail("end", error)

    @property
    def is_open(self) -> bool:
        return self._recording is not None

    def holds(self, recording: Recording) -> bool:
        return self._recording is recording

    async def journal(self, events: Sequence[Mapping[str, Any]]) -> None:
        """On disk when it returns. ``ControlError("no-sitting")`` where there is no sitting to journal."""
        if self._recording is None:
            raise ControlError("no-sitting", self._failed or "")
        await self._recording.append_events(events)

    def state(self) -> dict[str, Any]:
        """The fields of the control protocol's ``recording`` event."""
        policy = self._policy
        on = policy is not None and bool(policy.record) and self._recording is not None
        broken = "sink" if any(tap.broken for tap in self._taps.values()) else None
        health = self._recording.health() if self._recording is not None else _OFF
        return {
            "on": on,
            "seats": sorted(policy.record) if policy is not None else [],
            "seconds": dict(health["seconds"]),
            "received_seconds": dict(health["received_seconds"]),
            "failed": self._failed or health["failed"] or broken,
        }

    def close(self) -> None:
        self._close()

    def _open(self, sitting: SittingInfo) -> None:
        try:
            self._recording = self._recorder.open(sitting)
            self._failed = None
        except Exception as error:
            self._fail("open", error)

    def _close(self) -> None:
        for track in list(self._taps):
            self.over(track)
        recording, self._recording = self._recording, None
        if recording is not None:
            task = asyncio.ensure_future(recording.close())
            self._closing.add(task)
            task.add_done_callback(self._closed)

    def _closed(self, task: asyncio.Task[None]) -> None:
        self._closing.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("record_close_failed", error=type(task.exception()).__name__)

    async def closed(self) -> None:
        """Wait until everything closed so far is on disk."""
        if self._closing:
            await asyncio.wait(self._closing)

    def _fail(self, what: str, error: Exception) -> None:
        self._failed = what
        log.error("record_failed", what=what, error=type(error).__name__, exc_info=error)
