"""Alerts of the technician's console: raised by what stays bad, taken by somebody, over by themselves (Rules ¶27). In
the app's memory: after a restart what is still bad raises them anew. No I/O, no clock."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, get_args

import structlog

from hearings.times import iso
from quality.cause import Direction

log = structlog.get_logger(__name__)

Kind = Literal["link", "lost", "recording", "late", "light", "noise"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
RAISE_S: Final[Mapping[Kind, float]] = {
    "link": 10.0, "lost": 10.0, "recording": 0.0, "late": 0.0, "light": 10.0, "noise": 10.0,
}  # fmt: skip
"""For how long it must have been so."""
CALM_S: Final = 30.0
"""For how long it must have been good for an alert to end."""
KEPT_S: Final = 600.0
"""An alert that is over is still shown for so long."""
MOST: Final = 2000
"""Open and kept ones of the whole server; where there are more, no new ones are raised."""


class Key(NamedTuple):
    kind: Kind
    hearing: str
    seat: str | None = None
    direction: Direction | None = None


@dataclass(slots=True)
class Alert:
    """``cause`` is the newest; ``taken``: id and name of the staff member, and when (ISO 8601)."""

    id: str
    key: Key
    court: str
    number: str
    since: str
    cause: str
    good_since: float | None = None
    ended: float | None = None
    ended_at: str | None = None
    taken: tuple[str, str, str] | None = None

    @property
    def open(self) -> bool:
        return self.ended is None

    def view(self, staff: str = "") -> dict[str, Any]:
        """As the technician ``staff`` sees it."""
        by = self.taken
        return {
            "alert": self.id, "kind": self.key.kind, "hearing": self.key.hearing, "number": self.number,
            "seat": self.key.seat, "direction": self.key.direction, "cause": self.cause, "since": self.since,
            "ended": self.ended_at, "taken": {"name": by[1], "at": by[2], "you": by[0] == staff} if by else None,
        }  # fmt: skip


class Alerts:
    def __init__(self, make_id: Callable[[], str] = lambda: str(uuid.uuid4())) -> None:
        self._make_id = make_id
        self._pending: dict[Key, float] = {}
        self._alerts: dict[str, Alert] = {}
        self._open: dict[Key, Alert] = {}

    def all(self) -> Iterable[Alert]:
        return self._alerts.values()

    def get(self, alert: str) -> Alert | None:
        return self._alerts.get(alert)

    def look(self, bad: Mapping[Key, tuple[str, str, str]], now: float, utc: float) -> None:
        """``bad`` is all that is bad now, on the whole server: court, hearing's number and cause. Once a second."""
        self._pending = {key: self._pending.get(key, now) for key in bad}
        for key, (court, number, cause) in bad.items():
            alert = self._open.get(key)
            if alert:
                alert.cause, alert.good_since = cause, None
            elif now - self._pending[key] >= RAISE_S[key.kind] and len(self._alerts) < MOST:
                self._raise(Alert(self._make_id(), key, court, number, iso(utc), cause))
        for alert in [one for key, one in self._open.items() if key not in bad]:
            alert.good_since = now if alert.good_since is None else alert.good_since
            if now - alert.good_since >= CALM_S:
                self._end(alert, now, utc)
        gone = [one.id for one in self._alerts.values() if one.ended is not None and now - one.ended >= KEPT_S]
        for name in gone:
            del self._alerts[name]

    def take(self, alert: Alert, staff: str, name: str, utc: float) -> bool:
        """False where it is over, or somebody else has it."""
        if not alert.open or (alert.taken and alert.taken[0] != staff):
            return False
        if alert.taken is None:
            alert.taken = staff, name, iso(utc)
            log.info("alert_taken", alert=alert.id, hearing=alert.key.hearing, staff=staff)
        return True

    def release(self, alert: Alert, staff: str) -> None:
        """By any technician of the court: who took it may have gone home."""
        if alert.taken:
            alert.taken = None
            log.info("alert_released", alert=alert.id, hearing=alert.key.hearing, staff=staff)

    def _raise(self, alert: Alert) -> None:
        self._alerts[alert.id] = self._open[alert.key] = alert
        key = alert.key
        log.warning(
            "alert_raised", alert=alert.id, kind=key.kind, hearing=key.hearing, seat=key.seat, cause=alert.cause
        )

    def _end(self, alert: Alert, now: float, utc: float) -> None:
        alert.ended, alert.ended_at = now, iso(utc)
        del self._open[alert.key]
        log.info("alert_ended", alert=alert.id, kind=alert.key.kind, hearing=alert.key.hearing)
