"""A sitting's journal read back: its takes placed on the hearing clock, and its events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from gateway.packet import Codec, Kind
from recorder.clock import Anchor, HearingClock, Report, Timeline, ntp_seconds, sender_clock, timeline, unwrap
from recorder.errors import RecordError
from recorder.journal import TAKES, read


@dataclass
class TakeRecord:
    """A take as the journal tells of it. ``reports``: (NTP seconds, RTP time, arrival); ``arrivals``: (s, arrival)."""

    name: str
    path: Path
    seat: str
    title: str
    media: Kind
    codec: Codec
    clock_rate: int
    cname: str
    rtp: int
    arrival: float
    boot: str
    width: int
    height: int
    reports: list[tuple[float, int, float]] = field(default_factory=list)
    arrivals: list[tuple[float, float]] = field(default_factory=list)

    @property
    def sender(self) -> str:
        """Takes with the same sender share a clock. A CNAME is what a sender says: it counts within its seat only."""
        return f"{self.seat}/{self.cname}" if self.cname else self.name

    def timed_reports(self) -> list[Report]:
        ticks = unwrap((rtp for _, rtp, _ in self.reports), self.rtp)
        return [
            Report(tick / self.clock_rate, ntp, arrival)
            for tick, (ntp, _, arrival) in zip(ticks, self.reports, strict=True)
        ]


@dataclass
class SittingRecord:
    """Everything that a journal says. ``events`` are the hearing's, in order; ``started`` is UTC."""

    folder: Path
    number: str
    started: datetime
    clock: HearingClock
    takes: dict[str, TakeRecord] = field(default_factory=dict)
    events: list[Mapping[str, Any]] = field(default_factory=list)
    head: Mapping[str, Any] = field(default_factory=dict)
    boot: str = ""

    def timelines(self) -> dict[str, Callable[[float], float]]:
        """Per take: seconds since its first frame → hearing time in seconds."""
        reports = {take.name: take.timed_reports() for take in self.takes.values()}
        senders: dict[str, list[Report]] = {}
        for take in self.takes.values():
            senders.setdefault(take.sender, []).extend(reports[take.name])
        clocks = {name: sender_clock(found) for name, found in senders.items()}
        return {
            take.name: self._hearing_time(
                take, timeline(take.arrivals[-1][0], take.arrivals, reports[take.name], clocks[take.sender])
            )
            for take in self.takes.values()
        }

    def _hearing_time(self, take: TakeRecord, line: Timeline) -> Callable[[float], float]:
        return lambda media: self.clock.at(line.at(media), take.boot)

    def at(self, utc: str) -> float:
        """Hearing time of an event's ``at``."""
        return (_time(utc) - self.started).total_seconds()


def load(folder: Path) -> SittingRecord:
    """Read ``folder``'s journal. Raises `RecordError` where there is none, or it is not one of ours."""
    lines = read(folder)
    try:
        head = next(lines)
        started = _time(head["started_utc"])
        record = SittingRecord(folder, head["number"], started, HearingClock(started.timestamp()), head=head)
        for line in lines:
            if handler := _HANDLERS.get(line["kind"]):
                handler(record, line)
    except StopIteration:
        raise RecordError("the journal is empty") from None
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise RecordError(f"the journal is not readable: {type(error).__name__}") from error
    return record


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("a time without its zone")
    return time


def _on_anchor(record: SittingRecord, line: Mapping[str, Any]) -> None:
    record.boot = line["boot"]
    record.clock.anchor(Anchor(_time(line["utc"]).timestamp(), line["monotonic"], line["boot"]))


def _on_take(record: SittingRecord, line: Mapping[str, Any]) -> None:
    name = line["take"]
    fields = {key: line[key] for key in ("seat", "title", "media", "codec", "clock_rate", "cname", "rtp", "arrival")}
    path = record.folder / TAKES / f"{name}.mkv"
    take = TakeRecord(name, path, boot=record.boot, width=line["width"], height=line["height"], **fields)
    take.arrivals.append((0.0, take.arrival))
    record.takes[name] = take


def _on_second(record: SittingRecord, line: Mapping[str, Any]) -> None:
    takes = record.takes  # without one whose own line a full disk's journal had no room for
    for name, reports in line["reports"].items():
        if name in takes:
            takes[name].reports += [(ntp_seconds(int(ntp, 16)), rtp, arrival) for ntp, rtp, arrival in reports]
    for name, (pts_ms, arrival) in line["arrivals"].items():
        if name in takes:
            takes[name].arrivals.append((pts_ms / 1000, arrival))


def _on_event(record: SittingRecord, line: Mapping[str, Any]) -> None:
    record.events.append(line["event"])


_HANDLERS: dict[str, Callable[[SittingRecord, Mapping[str, Any]], None]] = {
    "anchor": _on_anchor,
    "take": _on_take,
    "second": _on_second,
    "event": _on_event,
}
