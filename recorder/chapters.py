"""A hearing's events as the AVR's chapters. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

TITLES = {
    "started": "Sitting started",
    "adjourned": "Technical adjournment",
    "recessed": "Recess",
    "resumed": "Resumed",
    "session_closed": "Closed session",
    "session_reopened": "Open session",
    "postponed": "Postponed",
    "witness_called": "Witness called: {seat}",
    "witness_dismissed": "Witness dismissed: {seat}",
    "concluded": "Concluded",
    "admitted": "Admitted: {seat}",
    "readmitted": "Admitted again: {seat}",
    "removed": "Removed: {seat}",
    "repeat_asked": "Asked to repeat: {seat}",
    "device_agreed": "Second device agreed: {seat}",
}


def chapters(
    events: Iterable[Mapping[str, Any]], at: Callable[[str], float], duration: float
) -> list[tuple[float, float, str]]:
    """(start, end, title) in seconds of hearing time, in order; each lasts until the next, the first begins at 0, the
    last ends with the record of ``duration``, or at once where that was over before, as after a recess.

    ``at``: an event's UTC time → hearing time. An event's own ``title`` wins over the table's; what the table does not
    name makes no chapter.
    """
    named = [
        (at(event["at"]), title(event))
        for event in events
        if event.get("kind") in TITLES and event["kind"] != "started"
    ]
    starts = [(0.0, TITLES["started"]), *sorted((max(start, 0.0), text) for start, text in named)]
    ends = [start for start, _ in starts[1:]] + [max(duration, starts[-1][0])]
    return [(start, end, text) for (start, text), end in zip(starts, ends, strict=True)]


def title(event: Mapping[str, Any]) -> str:
    seat = event.get("seat") or event.get("data", {}).get("seat", "")
    return str(event.get("title") or TITLES[event["kind"]].format(seat=seat))
