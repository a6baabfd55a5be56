"""The table of what may be done with an application: who, in which state, what it leads to, and the paragraph that a
refusal names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hearings.office.application_states import NOT_HEARD, Position
from hearings.office.terms import ACTS, Act, State
from hearings.problems import Refused

_JUDGE: Final[frozenset[Position]] = frozenset({("judge", "hearing")})
_CLERK: Final[frozenset[Position]] = frozenset({("clerk", "hearing")})
_ORGANISER: Final[frozenset[Position]] = frozenset({("organiser", "hearing")})
_ORGANISERS: Final[frozenset[Position]] = _ORGANISER | {("organiser", "receiving")}
_APPLICANT: Final[frozenset[Position]] = frozenset({("applicant", "hearing")})


@dataclass(frozen=True, slots=True)
class Rule:
    """``to`` is the state that the event leads to; None where it stays or, for answers, where all of them decide."""

    event: str
    who: frozenset[Position]
    states: frozenset[State]
    paragraph: str
    to: State | None = None


def _in(*states: State) -> frozenset[State]:
    return frozenset(states)


# Rules ¶12: the judge's resolution, on which the clerk sends Appendix 1; ¶30: feasibility is the organisers' to decide;
# ¶13: infeasibility goes back to the judge; ¶10: the schedule; ¶15: technician and registration data.
TABLE: Final[Mapping[Act, Rule]] = {
    "grant": Rule("granted", _JUDGE, _in("submitted", "acknowledged"), "12", to="granted"),
    "refuse": Rule("refused", _JUDGE, _in("submitted", "acknowledged"), "12", to="refused"),
    "send": Rule("sent", _CLERK, _in("granted"), "12", to="sent"),
    "answer": Rule("answered", _ORGANISERS, _in("sent", "feasible"), "30"),
    "inform_technician": Rule("technician_informed", _ORGANISERS, _in("sent", "feasible", "scheduled"), "15"),
    "acknowledge": Rule("acknowledged", _JUDGE, _in("infeasible"), "13", to="acknowledged"),
    "schedule": Rule("scheduled", _CLERK, _in("feasible"), "10", to="scheduled"),
    "issue_credentials": Rule("credentials_issued", _ORGANISER, _in("scheduled"), "15"),
    "withdraw": Rule("withdrawn", _APPLICANT | _CLERK, NOT_HEARD, "8", to="withdrawn"),
}

STATE_AFTER: Final[Mapping[str, State]] = {rule.event: rule.to for rule in TABLE.values() if rule.to}


def check(act: Act, positions: frozenset[Position], state: State) -> Rule:
    """The act's rule, or `Refused`: nobody in these positions may do it, or not in this state."""
    rule = TABLE[act]
    if not rule.who & positions:
        raise Refused("not-permitted", rule.paragraph, act=act)
    if state not in rule.states:
        raise Refused("wrong-state", rule.paragraph, act=act, state=state)
    return rule


def allowed(positions: frozenset[Position], state: State) -> list[Act]:
    return [act for act in ACTS if TABLE[act].who & positions and state in TABLE[act].states]
