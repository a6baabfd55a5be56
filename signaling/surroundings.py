"""Light and noise at each participant's place during the hearing (Rules ¶28, ¶35): what looks find, held steady, and to
whom it is told. In memory only. No I/O, no clock: ``now`` is in seconds of the monotonic clock."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from quality.surroundings import PARTS, Company, Look, Part, Steady

LASTING_S: Final = 10.0
"""Bad for so long, light, noise and a link are told to clerk and technician …"""
ADJOURN_S: Final = 30.0
"""… and noise, or a link, for so long is a reason to propose an adjournment. Light never is: it is advice only, as
nothing shows yet that it is judged as fairly on dark skin as on light skin."""


@dataclass(slots=True)
class SeatSurroundings:
    """``company``: whether a second person is seen or heard."""

    parts: dict[Part, Steady] = field(default_factory=lambda: {part: Steady() for part in PARTS})
    company: Company = field(default_factory=Company)

    def view(self, now: float) -> dict[str, Any]:
        """docs/protocol.md, ``surroundings``."""
        return {part: _view(steady, now) for part, steady in self.parts.items()}


class Surroundings:
    """One room's."""

    def __init__(self) -> None:
        self.seats: dict[str, SeatSurroundings] = {}
        self.told: dict[str, dict[str, Any]] = {}

    def looked(self, seat: str, found: Mapping[str, Any], now: float) -> None:
        """``found`` is one look of the worker's."""
        one = self.seats.setdefault(seat, SeatSurroundings())
        for part in PARTS:
            if part in found:
                verdict, cause = found[part]
                one.parts[part].look(Look(verdict, cause), now, found["every_s"][part])
        if "faces" in found:
            one.company.look(found["faces"], now, found["every_s"]["light"])
        if "voices" in found:
            one.company.listen(found["voices"], now)

    def forget(self) -> None:
        """Nobody looks any more: nothing that was found is true of now."""
        self.seats.clear()

    def keep(self, seats: Collection[str]) -> None:
        """Of the others nothing is known any more."""
        self.seats = {code: one for code, one in self.seats.items() if code in seats}

    def renew(self, now: float) -> bool:
        """What there is to tell is in ``told``; whether it is something else."""
        views = {code: one.view(now) for code, one in self.seats.items()}
        before, self.told = self.told, views
        return before != views

    def bad(self, now: float) -> Iterator[tuple[str, Part, str]]:
        """Seat, part and cause of what is bad now."""
        for code, one in self.seats.items():
            for part, steady in one.parts.items():
                shown = steady.at(now)
                if shown.verdict == "bad":
                    yield code, part, shown.cause


def _view(steady: Steady, now: float) -> dict[str, Any]:
    shown, bad_s = steady.at(now), steady.bad_s(now)
    return {
        "verdict": shown.verdict, "cause": "" if shown.cause == "none" else shown.cause,
        "lasting": bad_s >= LASTING_S, "adjourn": shown.cause == "noise" and bad_s >= ADJOURN_S,
    }  # fmt: skip
