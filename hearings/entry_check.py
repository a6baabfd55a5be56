"""The check before entry (Rules ¶28, ¶35–38): what is found of a device, and for what its seat waits. Pure.

A check that was not made, and a part that could not be measured, keep nobody out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from types import MappingProxyType
from typing import Final, Literal, get_args

from hearings.model import EntryCheck, Event, Finding, Hearing, Seat
from hearings.problems import BrokenLog, Refused
from hearings.terms import SPEAKERS

Part = Literal["camera", "microphone", "speaker", "light", "noise", "up", "down", "version"]
Mode = Literal["hold", "advise", "off"]
"""Whether who fails waits, is only told, or makes no check; a court's policy."""

PARTS: Final[tuple[Part, ...]] = get_args(Part)
HOLDING: Final[tuple[Part, ...]] = ("camera", "microphone", "noise", "up", "down")
"""What keeps a person waiting where it is bad. Light only advises, as nothing shows yet that it is judged as
fairly on dark skin as on light skin; a loudspeaker that somebody does not hear does too: the person may be deaf."""
LISTENING: Final[tuple[Part, ...]] = ("down",)
"""And of those, what somebody needs who only watches and listens."""
MOST: Final = 100
"""Checks of one device that are kept, so that nobody can fill the hearing's log."""
CAUSE: Final = 40

_GOOD, _UNMEASURED = Finding("good"), Finding("unmeasured")
_DEVICE: Final[Mapping[str, Finding]] = {
    "on": _GOOD,
    **{word: Finding("bad", word) for word in ("denied", "missing", "busy")},
    **{word: Finding("unmeasured", word) for word in ("asking", "off", "muted", "unsupported")},
}
WORDS: Final[Mapping[Part, Mapping[str, Finding]]] = {
    "camera": {**_DEVICE, "frozen": Finding("bad", "frozen")},
    "microphone": {**_DEVICE, "silent": Finding("bad", "silent")},
    "speaker": {
        "heard": _GOOD, "echoed": Finding("good", "echoed"), "unheard": Finding("bad", "unheard"),
        "unasked": _UNMEASURED,
    },
}  # fmt: skip
"""What a device says of itself. ``frozen``: no picture comes from the camera; ``silent``: the microphone gives nothing;
``heard``: the person confirms the sound; ``echoed``: the microphone has heard it too."""


SEEN_WITH: Final[Mapping[Part, Part]] = {
    "camera": "camera", "light": "camera", "microphone": "microphone", "noise": "microphone",
}  # fmt: skip
"""With what a device measures each."""


def together(said: Mapping[Part, Finding], measured: Mapping[Part, Finding]) -> dict[Part, Finding]:
    """What a device says of itself and what was measured of it: of a camera that is off now nothing is."""
    of_now = {
        part: one for part, one in measured.items()
        if part not in SEEN_WITH or said[SEEN_WITH[part]].verdict == "good"
    }  # fmt: skip
    return {**said, **of_now}


def version(client: str, server: str) -> Finding:
    """An older one that still takes part (Rules ¶38) is to be renewed."""
    if not client:
        return _UNMEASURED
    return _GOOD if client == server else Finding("poor", "older")


def complete(found: Mapping[Part, Finding]) -> dict[Part, Finding]:
    return {part: found.get(part, _UNMEASURED) for part in PARTS}


def decide(hearing: Hearing, seat: str, attendance: str, found: Mapping[Part, Finding], at: str) -> list[Event]:
    """A device in ``seat`` has been checked; the same findings again change nothing. Raises `Refused`."""
    place = hearing.seats[seat]
    if not place.taken or place.attendance != attendance:
        raise Refused("not-permitted", "37")
    findings, before = complete(found), place.entry_check
    if before and before.findings == findings:
        return []
    if before and before.times >= MOST:
        raise Refused("slow-down", "37", seconds=30)
    data = {
        "seat": seat, "attendance": attendance, "findings": {part: asdict(one) for part, one in findings.items()},
    }  # fmt: skip
    return [Event("entry_checked", hearing.version + 1, at, seat, data)]


def holds(seat: Seat, mode: Mode) -> list[Part]:
    """For what the seat's device waits, in the order of `HOLDING`."""
    check = seat.entry_check
    if mode != "hold" or check is None or check.attendance != seat.attendance:
        return []
    needed = HOLDING if seat.role in SPEAKERS else LISTENING
    return [part for part in needed if part in check.findings and check.findings[part].verdict == "bad"]


def _on_checked(hearing: Hearing, event: Event) -> Hearing:
    data = event.data
    if data["seat"] not in hearing.seats:
        raise BrokenLog(f"event {event.kind} names no seat of the hearing")
    seat = hearing.seats[data["seat"]]
    findings = MappingProxyType({part: Finding(**one) for part, one in data["findings"].items()})
    times = seat.entry_check.times + 1 if seat.entry_check else 1
    checked = replace(seat, entry_check=EntryCheck(event.at, data["attendance"], findings, times))
    return replace(hearing, seats=MappingProxyType({**hearing.seats, seat.code: checked}))


FOLDS: Final[Mapping[str, Callable[[Hearing, Event], Hearing]]] = {"entry_checked": _on_checked}
