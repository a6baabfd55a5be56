"""The register of courtrooms: a hearing with a link is held only in one that is equipped for it (Rules ¶5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, get_args

from hearings.hearing import Event
from hearings.office.streams import REASON, Projection, a_text, in_order, require, unchanged, unknown
from hearings.problems import BrokenLog, Refused
from hearings.texts import is_text

Equipment = Literal["camera", "microphone", "loudspeaker", "screen"]
NEEDED: Final[frozenset[Equipment]] = frozenset(get_args(Equipment))
"""What those in the room and those on the link need to hear and see each other (Rules ¶35)."""
ENDPOINTS: Final = 20
_PARAGRAPH: Final = "5"


@dataclass(frozen=True, slots=True)
class Courtroom:
    """``number`` is unique in its court; ``endpoints`` name the devices that make the link; ``in_use`` is false once
    the room was withdrawn from the register."""

    id: str
    court: str
    number: str
    equipment: frozenset[Equipment]
    endpoints: tuple[str, ...]
    version: int
    in_use: bool = True

    @property
    def equipped(self) -> bool:
        return self.in_use and bool(self.endpoints) and self.equipment >= NEEDED


def fold(events: Iterable[Event], room: Courtroom | None = None) -> Courtroom:
    """The courtroom after ``events``. Raises `BrokenLog`."""
    for event in in_order(events, room.version if room else 0):
        room = _apply(room, event)
    if room is None:
        raise BrokenLog("no events")
    return room


def _apply(room: Courtroom | None, event: Event) -> Courtroom:
    data = event.data
    if event.kind == "registered" and room is None:
        room = Courtroom(data["courtroom"], data["court"], data["number"], frozenset(), (), 0)
    if room is None or event.kind not in ("registered", "equipped", "withdrawn"):
        raise unknown(event)
    if event.kind == "withdrawn":
        return replace(room, in_use=False, version=event.version)
    equipment, endpoints = frozenset(data["equipment"]), tuple(data["endpoints"])
    return replace(room, equipment=equipment, endpoints=endpoints, version=event.version, in_use=True)


def register(courtroom: str, court: str, data: Mapping[str, Any], actor: str, at: str) -> list[Event]:
    """A new courtroom of ``data``: ``number``, ``equipment``, ``endpoints``. Raises `Refused`."""
    head = {"courtroom": courtroom, "court": court, "number": a_text(data, "number", 27, _PARAGRAPH)}
    return [Event("registered", 1, at, actor, {**head, **_fittings(data)})]


def equip(room: Courtroom, data: Mapping[str, Any], actor: str, at: str, *, seen: int) -> list[Event]:
    """What is in the room now, and why it changed (``reason``). Raises `Refused`."""
    unchanged(seen, room.version, _PARAGRAPH)
    fittings = {**_fittings(data), "reason": a_text(data, "reason", REASON, _PARAGRAPH)}
    return [Event("equipped", room.version + 1, at, actor, fittings)]


def withdraw(room: Courtroom, data: Mapping[str, Any], actor: str, at: str, *, seen: int) -> list[Event]:
    unchanged(seen, room.version, _PARAGRAPH)
    return [Event("withdrawn", room.version + 1, at, actor, {"reason": a_text(data, "reason", REASON, _PARAGRAPH)})]


def require_equipped(room: Courtroom | None) -> Courtroom:
    """Raises `Refused` (``not-equipped``, Rules ¶5)."""
    if room is None or not room.equipped:
        raise Refused("not-equipped", _PARAGRAPH)
    return room


def projection(room: Courtroom) -> Projection:
    state = "equipped" if room.equipped else "not_equipped" if room.in_use else "withdrawn"
    return Projection(state, key=f"{room.court}/{room.number.casefold()}", summary=view(room))


def view(room: Courtroom) -> dict[str, Any]:
    return {
        "courtroom": room.id, "number": room.number, "equipment": sorted(room.equipment),
        "endpoints": list(room.endpoints), "in_use": room.in_use, "equipped": room.equipped, "version": room.version,
    }  # fmt: skip


def _fittings(data: Mapping[str, Any]) -> dict[str, Any]:
    equipment, endpoints = data.get("equipment", []), data.get("endpoints", [])
    require(isinstance(equipment, list) and all(item in sorted(NEEDED) for item in equipment), "equipment", _PARAGRAPH)
    require(isinstance(endpoints, list) and len(endpoints) <= ENDPOINTS, "endpoints", _PARAGRAPH)
    require(all(isinstance(name, str) and 0 < len(name) <= 100 and is_text(name) for name in endpoints), "endpoints")
    return {"equipment": sorted(set(equipment)), "endpoints": endpoints}
