"""Who received and played whom (Rules ¶35): media's counts and listeners' reports to the hearing's ledger, and what is
amiss to judge and clerk. The ledger itself is handed in by `courtroom`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from gateway.messages import AudibilityEvent
from hearings import states
from hearings.hearing import Hearing, Seat, Sitting
from hearings.terms import SPEAKERS
from signaling.conversation import Conversation

EVERY_S = 2.0
"""At most so often judge and clerk are told."""
MOST = 50
"""Pairs that they are told of: the worst."""

Told = list[dict[str, Any]]
"""docs/protocol.md, ``audibility``."""


class Ledger(Protocol):
    """``now`` in seconds of the monotonic clock, ``utc`` in seconds since the epoch. Neither call raises."""

    def delivered(self, event: AudibilityEvent, sitting: Sitting | None, now: float) -> None:
        """``sitting`` is the one that is being recorded."""

    def reported(self, listener: str, connection: str, report: Mapping[str, Any], now: float) -> None: ...

    def turn(self, now: float, utc: float) -> Told:
        """Every second: write what is settled; what is amiss, the worst first."""

    def of(self, speaker: str, now: float) -> dict[str, dict[str, Any]]:
        """By listener, what was received and played of the speaker's last speech."""

    def close(self, now: float, utc: float) -> None:
        """Write what is left."""


class NoLedger:
    """Where nobody keeps one, as in tests of other things."""

    def delivered(self, event: AudibilityEvent, sitting: Sitting | None, now: float) -> None:
        return None

    def reported(self, listener: str, connection: str, report: Mapping[str, Any], now: float) -> None:
        return None

    def turn(self, now: float, utc: float) -> Told:
        return []

    def of(self, speaker: str, now: float) -> dict[str, dict[str, Any]]:
        return {}

    def close(self, now: float, utc: float) -> None:
        return None


Ledgers = Callable[[Hearing], Ledger]


def no_ledger(hearing: Hearing) -> Ledger:
    return NoLedger()


class Audibility:
    """One room's. What was told last is told again to who comes in."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.told: Told = []
        self._at = float("-inf")

    def delivered(self, hearing: Hearing, event: AudibilityEvent, now: float) -> None:
        recorded = hearing.open_sitting if states.TABLE[hearing.state].recorded else None
        self.ledger.delivered(event, recorded, now)

    def reported(
        self, hearing: Hearing, listener: str, connection: str, report: Mapping[str, Any], now: float
    ) -> None:  # fmt: skip
        """A listener's ``down``; of seats that the hearing does not have nothing is kept."""
        seats = report.get("seats")
        if isinstance(seats, Mapping):
            known = {seat: figures for seat, figures in seats.items() if seat in hearing.seats and seat != listener}
            self.ledger.reported(listener, connection, {"at": report.get("at"), "seats": known}, now)

    def due(self, hearing: Hearing, now: float, utc: float) -> bool:
        """Whether there is something else to tell of those who are here; it is in ``told``."""
        found = [one for one in self.ledger.turn(now, utc) if _matters(hearing, one)][:MOST]
        if found == self.told or now - self._at < EVERY_S:
            return False
        self.told, self._at = found, now
        return True

    def of(self, hearing: Hearing, speaker: str, now: float) -> dict[str, dict[str, Any]]:
        """What those whom the hearing needs received and played of the speaker's last speech."""
        return {code: of for code, of in self.ledger.of(speaker, now).items() if _needed(hearing.seats.get(code))}

    def catch_up(self, conversation: Conversation) -> None:
        if self.told:
            conversation.send("audibility", pairs=self.told)


def _matters(hearing: Hearing, one: Mapping[str, Any]) -> bool:
    """Both are here, and the hearing needs that the listener receives it: who only watches may have the sound off."""
    speaker, listener = (hearing.seats.get(one[side]) for side in ("speaker", "listener"))
    return bool(speaker and speaker.taken and listener and listener.taken and _needed(listener))


def _needed(listener: Seat | None) -> bool:
    return listener is not None and listener.role in SPEAKERS
