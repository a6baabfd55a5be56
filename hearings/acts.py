"""The table of acts: who may do what in which state, what it leads to, and the paragraph that a refusal names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hearings.problems import Refused
from hearings.terms import STATES, Act, Role, Standing, State


@dataclass(frozen=True, slots=True)
class Rule:
    """``to`` is the state that the act leads to; ``of`` the standings of the seat that it is done to, empty for an act
    on the hearing; ``claim`` says that the seat's second device is meant, ``reason`` that one must be given."""

    event: str
    who: frozenset[Role]
    states: frozenset[State]
    paragraph: str
    to: State | None = None
    of: frozenset[Standing] = frozenset()
    claim: bool = False
    reason: bool = False

    @property
    def on_seat(self) -> bool:
        return bool(self.of) or self.claim


_JUDGE: Final[frozenset[Role]] = frozenset({"judge"})
_COURT: Final[frozenset[Role]] = frozenset({"judge", "clerk"})
_NOT_OVER: Final[frozenset[State]] = frozenset(STATES) - {"concluded"}
_LIVE: Final[frozenset[State]] = _NOT_OVER - {"scheduled"}
# Where the live face can be seen beside the photo (Rules ¶9).
_FACE: Final[frozenset[State]] = _LIVE - {"recess"}
_WAITING: Final[frozenset[Standing]] = frozenset({"waiting"})
_ADMITTED: Final[frozenset[Standing]] = frozenset({"admitted"})
_REMOVED: Final[frozenset[Standing]] = frozenset({"removed"})


def _in(*states: State) -> frozenset[State]:
    return frozenset(states)


# Rules ¶16: the clerk starts the link; ¶28-1: the procedure follows the presiding judge's orders; ¶19: technical
# adjournment; ¶9: the court establishes identity; ¶11: one seat, one device.
TABLE: Final[Mapping[Act, Rule]] = {
    "open": Rule("opened", _COURT, _in("scheduled"), "16", to="ready"),
    "start": Rule("started", _JUDGE, _in("ready"), "28-1", to="in_session"),
    "adjourn": Rule("adjourned", _JUDGE, _in("in_session"), "19", to="technical_adjournment"),
    "recess": Rule("recessed", _JUDGE, _in("in_session"), "28-1", to="recess"),
    "resume": Rule("resumed", _JUDGE, _in("technical_adjournment", "recess"), "28-1", to="in_session"),
    "conclude": Rule("concluded", _JUDGE, _LIVE, "28-1", to="concluded"),
    "admit": Rule("admitted", _COURT, _FACE, "9", of=_WAITING),
    "refuse": Rule("refused", _COURT, _FACE, "9", of=_WAITING, reason=True),
    "remove": Rule("removed", _JUDGE, _NOT_OVER, "28-1", of=_ADMITTED, reason=True),
    "readmit": Rule("readmitted", _JUDGE, _NOT_OVER, "28-1", of=_REMOVED),
    "agree_device": Rule("device_agreed", _COURT, _NOT_OVER, "11", claim=True),
    "refuse_device": Rule("device_refused", _COURT, _NOT_OVER, "11", claim=True),
}

STATE_AFTER: Final[Mapping[str, State]] = {rule.event: rule.to for rule in TABLE.values() if rule.to}
"""The state after each event that changes it."""


def check(act: Act, role: Role, standing: Standing, state: State) -> Rule:
    """The act's rule, or `Refused`: somebody of this role and standing may not do it, or not in this state."""
    rule = TABLE[act]
    if role not in rule.who or standing != "admitted":
        raise Refused("not-permitted", rule.paragraph, act=act)
    if state not in rule.states:
        raise Refused("wrong-state", rule.paragraph, act=act, state=state)
    return rule
