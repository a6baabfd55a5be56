"""The act of Rules ¶18 from a hearing: the problems that were reported, with what was measured of each link."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from hearings.documents.language import Phrases, phrases
from hearings.documents.model import Language, Measurement, Problem, TechnicalAct
from hearings.model import Fault, Hearing
from hearings.problems import Refused
from hearings.terms import Role
from hearings.times import ZONE, seconds

FIGURES: Final[Mapping[str, str]] = {
    "kbps": "{:.0f} kbit/s", "loss": "{:.1f} %", "rtt_ms": "{:.0f} ms", "jitter_ms": "{:.0f} ms",
    "freeze_s": "{:.1f} s",
}  # fmt: skip


def technical_act(hearing: Hearing, courtroom: str, at: str, language: Language) -> TechnicalAct:
    """Drawn up at the time ``at`` (ISO 8601). `Refused`: without a problem there is nothing to draw up."""
    words = phrases(language)
    if not hearing.faults:
        raise Refused("no-problem-reported", "18")
    return TechnicalAct(
        court=hearing.court_name,
        courtroom=courtroom,
        case_number=hearing.number,
        scheduled_at=_moment(hearing.scheduled_at),
        drawn_up_at=_moment(at),
        judge=_name(hearing, "judge"),
        administrator="",
        clerk=_name(hearing, "clerk"),
        problems=tuple(_problem(hearing, fault, words) for fault in hearing.faults),
        measurements=tuple(each for fault in hearing.faults for each in _measured(hearing, fault, words)),
        informed=_marks(hearing, words, "informed"),
        measures=_marks(hearing, words, "resolved"),
        decision=hearing.reason or "",
    )


def _problem(hearing: Hearing, fault: Fault, words: Phrases) -> Problem:
    seat = hearing.seats[fault.seat]
    what = words[f"fault.{fault.kind}"]
    return Problem(
        _moment(fault.at), seat.name or seat.code, words[f"place.{seat.place}"],
        f"{what}: {fault.text}" if fault.text else what,
    )  # fmt: skip


def _measured(hearing: Hearing, fault: Fault, words: Phrases) -> Iterator[Measurement]:
    for label, value in figures(fault.link, words):
        yield Measurement(_moment(fault.at), _called(hearing, fault.seat), label, value)


def figures(link: Mapping[str, Any] | None, words: Phrases) -> Iterator[tuple[str, str]]:
    """A link's figures in words, each with its direction and unit."""
    for direction in ("up", "down"):
        found = (link or {}).get(direction)
        for name, unit in FIGURES.items():
            value = found.get(name) if isinstance(found, Mapping) else None
            if type(value) in (int, float):
                yield f"{words[f'figure.{name}']}, {words[f'figure.{direction}']}", unit.format(value)


def _marks(hearing: Hearing, words: Phrases, what: str) -> str:
    """A line for each problem of which the clerk or technician took note, or that they put right."""
    marks = [fault.acknowledged if what == "informed" else fault.resolved for fault in hearing.faults]
    told = [(words.clock(_moment(mark.at)), _called(hearing, mark.by)) for mark in marks if mark]
    return "\n".join(words[f"act-line.{what}"].format(time=time, name=name) for time, name in told)


def _called(hearing: Hearing, seat: str) -> str:
    return (hearing.seats[seat].name or seat) if seat in hearing.seats else seat


def _name(hearing: Hearing, role: Role) -> str:
    return next((seat.name for seat in hearing.seats.values() if seat.role == role), "")


def _moment(at: str) -> datetime:
    return datetime.fromtimestamp(seconds(at), ZONE)
