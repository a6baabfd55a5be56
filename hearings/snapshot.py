"""What one seat may know of its hearing (docs/protocol.md, "The snapshot")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from hearings import states
from hearings.decide import allowed
from hearings.entry_check import Mode, holds
from hearings.hearing import Hearing, Seat
from hearings.model import Fault, Mark, RecordingRequest, Tested
from hearings.procedure.checks import checklist
from hearings.terms import IDENTIFIERS, PRESENT, SENT_AWAY, Role
from hearings.times import seconds

WATCHERS: frozenset[Role] = IDENTIFIERS | {"technician"}
"""Who is told of every problem and every loss (Rules ¶14, ¶27)."""

TESTERS: frozenset[Role] = WATCHERS | {"site_clerk"}
"""Who sees what the test sessions measured (Rules ¶15, ¶22)."""


@dataclass(frozen=True, slots=True)
class Live:
    """What is true now and is in no log: ``connected`` seats, ``devices`` as (microphone, camera) per seat, what the
    recorder says, the links that were ``tried`` before entry, and what the court wants of a check that fails."""

    connected: frozenset[str] = frozenset()
    devices: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    recording: bool = False
    recording_failed: str | None = None
    tried: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    entry_check: Mode = "hold"


def snapshot(hearing: Hearing, seat: str, attendance: str | None, now: float, live: Live) -> dict[str, Any]:
    """The hearing for the device ``attendance`` in ``seat``; ``now`` in seconds since the epoch.

    Only who is inside sees who else is there and what goes on: an admitted device that the state does not shut out.
    """
    viewer = hearing.seats[seat]
    standing = viewer.standing_of(attendance)
    inside = standing == "admitted" and is_inside(hearing, viewer)
    return {
        "hearing": hearing.id,
        "number": hearing.number,
        "title": hearing.title,
        "court": hearing.court_name,
        "version": hearing.version,
        "state": hearing.state,
        "reason": hearing.reason if inside else None,
        "scheduled_at": hearing.scheduled_at,
        "sitting": _sitting(hearing, now),
        "recording": {"on": live.recording, "failed": live.recording_failed},
        "you": {
            "seat": seat,
            "role": viewer.role,
            "place": viewer.place,
            "standing": standing,
            "inside": inside,
            "muted": viewer.muted,
            "declared": viewer.declared is not None,
            "acts": allowed(hearing, seat, attendance) if standing in PRESENT else [],
            "reason": viewer.reason if standing in SENT_AWAY else None,
            "entry_check": live.entry_check,
        },
        "seats": [_seat(other, viewer, live) for other in hearing.seats.values()] if inside else [],
        "floor": {"seat": hearing.floor, "queue": list(hearing.queue)} if inside else None,
        "checklist": checklist(hearing) if inside else None,
        "check": _check(hearing) if inside else None,
        "problems": [_fault(fault) for fault in hearing.faults if _may_see(viewer, inside, fault)],
        "recordings": [_request(request) for request in hearing.requests] if inside else [],
        "alarms": _alarms(hearing) if inside and viewer.role in WATCHERS else [],
        "tests": [_tested(test) for test in hearing.tests] if inside and viewer.role in TESTERS else [],
    }


def is_inside(hearing: Hearing, seat: Seat) -> bool:
    """Admitted, and not shut out of a closed session (Rules ¶6)."""
    joins = states.joining(hearing.state, seat.place, seat.role) is not None
    return joins and seat.standing == "admitted"


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
        "place": seat.place,
        "standing": seat.standing,
        "connected": seat.code in live.connected,
        "necessary": seat.necessary,
        "muted": seat.muted,
        "declared": seat.declared is not None,
        "identified": _mark(seat.identified) if court else None,
        "called": seat.called,
        "report": asdict(seat.report) if court and seat.report else None,
        "under_sixteen": seat.under_sixteen and court,
        "photo": seat.photo and court,
        "claim": seat.claim is not None and (court or seat is viewer),
        "microphone": microphone,
        "camera": camera,
        "link_test": live.tried.get(seat.code) if viewer.role in WATCHERS else None,
        "entry_check": _entry_check(seat, live.entry_check) if viewer.role in WATCHERS else None,
    }


def _entry_check(seat: Seat, mode: Mode) -> dict[str, Any] | None:
    """What the device's check found (Rules ¶28, ¶35–38), and what of it keeps the person waiting."""
    check = seat.entry_check
    if check is None:
        return None
    holding = holds(seat, mode) if seat.standing == "waiting" else []
    findings = {part: asdict(finding) for part, finding in check.findings.items()}
    return {"at": check.at, "findings": findings, "holding": holding}


def _check(hearing: Hearing) -> dict[str, Any] | None:
    check = hearing.check
    if check is None:
        return None
    return {
        "begun": _mark(check.begun),
        "confirmed": {seat: asdict(answer) | {"good": answer.good} for seat, answer in check.confirmed.items()},
        "measured": {seat: dict(sources) for seat, sources in check.measured.items()},
    }


def _may_see(viewer: Seat, inside: bool, fault: Fault) -> bool:
    return fault.seat == viewer.code or (inside and viewer.role in WATCHERS)


def _fault(fault: Fault) -> dict[str, Any]:
    return {
        "problem": fault.number,
        "seat": fault.seat,
        "at": fault.at,
        "kind": fault.kind,
        "text": fault.text,
        "link": fault.link,
        "acknowledged": _mark(fault.acknowledged),
        "restored_by": fault.restored_by,
        "resolved": _mark(fault.resolved),
    }


def _request(request: RecordingRequest) -> dict[str, Any]:
    return {
        "request": request.number,
        "seat": request.seat,
        "at": request.at,
        "opinions": dict(request.opinions),
        "permitted": request.permitted,
        "decided": _mark(request.decided),
        "reason": request.reason,
    }


def _tested(test: Tested) -> dict[str, Any]:
    return {"by": test.by, "at": test.at, "seats": {seat: dict(one) for seat, one in test.seats.items()}}


def _alarms(hearing: Hearing) -> list[dict[str, Any]]:
    return [{"seat": seat.code, "since": seat.lost} for seat in hearing.seats.values() if seat.lost]


def _mark(mark: Mark | None) -> dict[str, str] | None:
    return asdict(mark) if mark else None
