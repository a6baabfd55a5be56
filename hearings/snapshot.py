"""What one seat may know of its hearing (docs/protocol.md, "The snapshot")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hearings.decide import allowed
from hearings.hearing import Hearing, Seat
from hearings.terms import IDENTIFIERS, SENT_AWAY
from hearings.times import seconds


@dataclass(frozen=True, slots=True)
class Live:
    """What is true now and is in no log: ``connected`` seats, ``devices`` as (microphone, camera) per seat, and what
    the recorder says."""

    connected: frozenset[str] = frozenset()
    devices: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    recording: bool = False
    recording_failed: str | None = None


def snapshot(hearing: Hearing, seat: str, attendance: str | None, now: float, live: Live) -> dict[str, Any]:
    """The hearing for the device ``attendance`` in ``seat``; ``now`` in seconds since the epoch.

    Only an admitted device sees who else is there.
    """
    viewer = hearing.seats[seat]
    standing = viewer.standing_of(attendance)
    return {
        "hearing": hearing.id,
        "number": hearing.number,
        "title": hearing.title,
        "court": hearing.court_name,
        "version": hearing.version,
        "state": hearing.state,
        "sitting": _sitting(hearing, now),
        "recording": {"on": live.recording, "failed": live.recording_failed},
        "you": {
            "seat": seat,
            "role": viewer.role,
            "standing": standing,
            "acts": allowed(hearing, seat, attendance) if standing == "admitted" else [],
            "reason": viewer.reason if standing in SENT_AWAY else None,
        },
        "seats": [_seat(other, viewer, live) for other in hearing.seats.values()] if standing == "admitted" else [],
    }


def _sitting(hearing: Hearing, now: float) -> dict[str, Any] | None:
    sitting = hearing.sitting
    if sitting is None:
        return None
    t = max(0.0, round(now - seconds(sitting.started_at), 3))
    return {"sitting": sitting.sitting, "number": sitting.number, "started_at": sitting.started_at, "t": t}


def _seat(seat: Seat, viewer: Seat, live: Live) -> dict[str, Any]:
    microphone, camera = live.devices.get(seat.code, ("off", "off"))
    court = viewer.role in IDENTIFIERS
    return {
        "seat": seat.code,
        "role": seat.role,
        "name": seat.name,
        "standing": seat.standing,
        "connected": seat.code in live.connected,
        "photo": seat.photo and court,
        "claim": seat.claim is not None and (court or seat is viewer),
        "microphone": microphone,
        "camera": camera,
    }
