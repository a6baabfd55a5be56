"""The table of acts: who may do what in which state, what it leads to, and the paragraph that a refusal names.

What an act needs beside this, and what its event says, is in `procedure`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from hearings.problems import Refused
from hearings.terms import DECLARING, ROLES, SPEAKERS, STANDINGS, STATES, TRIAL_PARTICIPANTS, Act, Role, Standing, State

Reason = Literal["none", "may", "must"]


@dataclass(frozen=True, slots=True)
class Rule:
    """``who`` and ``standing`` are of the one who acts, ``states`` of the hearing; ``to`` is the state that the act
    leads to. ``of`` are the standings, and ``roles`` the roles, of the seat that it is done to, empty for an act on the
    hearing; ``claim`` says that the seat's second device is meant. ``reason``: whether one is given."""

    event: str
    who: frozenset[Role]
    states: frozenset[State]
    paragraph: str
    to: State | None = None
    of: frozenset[Standing] = frozenset()
    roles: frozenset[Role] = ROLES
    claim: bool = False
    reason: Reason = "none"
    standing: frozenset[Standing] = frozenset({"admitted"})

    @property
    def on_seat(self) -> bool:
        return bool(self.of) or self.claim


def _who(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


def _in(*states: State) -> frozenset[State]:
    return frozenset(states)


def _of(*standings: Standing) -> frozenset[Standing]:
    return frozenset(standings)


_JUDGE: Final = _who("judge")
_COURT: Final = _who("judge", "clerk")
_TESTING: Final = _who("clerk", "technician", "site_clerk")
_REPAIR: Final = _who("clerk", "technician")
_WITNESS: Final = _who("witness")
_FLOOR: Final = ROLES - {"judge", "technician", "observer"}
_NOT_OVER: Final[frozenset[State]] = frozenset(STATES) - {"concluded"}
_LIVE: Final[frozenset[State]] = _NOT_OVER - {"scheduled", "test_session", "postponed"}
# A live face can be seen beside the photo (Rules ¶9); in a closed session only of somebody in the courtroom.
_FACE: Final[frozenset[State]] = _LIVE - {"recess"}
_HEARD: Final = _in("in_session", "closed_session")
_LINKED: Final = _in("ready", "in_session", "technical_adjournment")
# Who asks to record attends by communications technology (Rules ¶33), which a closed session has not (Rules ¶6).
_RECORDING: Final[frozenset[State]] = _LIVE - {"closed_session"}
_HERE: Final = _of("waiting", "held", "admitted")
_ADMITTED: Final = _of("admitted")

TABLE: Final[Mapping[Act, Rule]] = {
    # The course: Rules ¶15 test session, ¶16 the clerk starts the link, ¶28-1 the presiding judge's orders, ¶19
    # technical adjournment, ¶6 closed session, ¶10 date and time.
    "begin_test": Rule("test_begun", _TESTING, _in("scheduled"), "15", to="test_session"),
    "end_test": Rule("test_ended", _TESTING, _in("test_session"), "15", to="scheduled"),
    "open": Rule("opened", _COURT, _in("scheduled"), "16", to="ready"),
    "start": Rule("started", _JUDGE, _in("ready"), "28-1", to="in_session", reason="may"),
    "adjourn": Rule("adjourned", _JUDGE, _in("in_session", "recess"), "19", to="technical_adjournment", reason="may"),
    "recess": Rule("recessed", _JUDGE, _in("in_session", "technical_adjournment"), "28-1", to="recess"),
    "resume": Rule("resumed", _JUDGE, _in("technical_adjournment", "recess"), "28-1", to="in_session"),
    "close_session": Rule(
        "session_closed", _JUDGE, _in("in_session", "technical_adjournment", "recess"), "6", to="closed_session",
        reason="must",
    ),
    "reopen": Rule("session_reopened", _JUDGE, _in("closed_session"), "6", to="in_session", reason="must"),
    "conclude": Rule("concluded", _JUDGE, _LIVE, "28-1", to="concluded"),
    "postpone": Rule("postponed", _JUDGE, _LIVE | {"scheduled"}, "28-1", to="postponed", reason="must"),
    "reschedule": Rule("rescheduled", _COURT, _in("scheduled", "postponed"), "10", to="scheduled"),
    # People: Rules ¶9 identity, ¶11 one seat and one device, ¶28-1 order in the hearing, ¶29 declarations.
    "admit": Rule("admitted", _COURT, _FACE, "9", of=_of("waiting"), reason="may"),
    "refuse": Rule("refused", _COURT, _FACE, "9", of=_of("waiting"), reason="must"),
    "remove": Rule("removed", _JUDGE, _NOT_OVER, "28-1", of=_of("held", "admitted"), reason="must"),
    "readmit": Rule("readmitted", _JUDGE, _NOT_OVER, "28-1", of=_of("removed", "dismissed")),
    "agree_device": Rule("device_agreed", _COURT, _NOT_OVER, "11", claim=True),
    "refuse_device": Rule("device_refused", _COURT, _NOT_OVER, "11", claim=True),
    "call_witness": Rule("witness_called", _JUDGE, _HEARD, "28-1", of=_of("held"), roles=_WITNESS),
    "dismiss_witness": Rule("witness_dismissed", _JUDGE, _LIVE, "28-1", of=_of("held", "admitted"), roles=_WITNESS),
    "declare": Rule("declared", DECLARING, _LIVE | {"test_session"}, "29", standing=_HERE),
    "mute": Rule("muted", _JUDGE, _LIVE, "28-1", of=_ADMITTED, roles=ROLES - {"judge"}),
    "unmute": Rule("unmuted", _JUDGE, _LIVE, "28-1", of=_ADMITTED, roles=ROLES - {"judge"}),
    "ask_floor": Rule("floor_asked", _FLOOR, _HEARD, "28-1"),
    "withdraw_floor": Rule("floor_withdrawn", _FLOOR, _HEARD, "28-1"),
    "give_floor": Rule("floor_given", _JUDGE, _HEARD, "28-1", of=_ADMITTED, roles=_FLOOR),
    "take_floor": Rule("floor_taken", _JUDGE, _HEARD, "28-1"),
    # Rules ¶35: proper sound on both sides; where it was not, what was said is asked for again.
    "ask_repeat": Rule("repeat_asked", _COURT, _HEARD, "35", of=_ADMITTED, roles=SPEAKERS),
    # Before the start: Rules ¶16 the clerk's checklist, ¶36 mutual check, ¶26 the receiving court's report.
    "check_item": Rule("item_checked", _who("clerk"), _in("scheduled", "test_session", "ready"), "16"),
    "begin_check": Rule("check_begun", _COURT, _LINKED, "36"),
    "confirm_check": Rule("check_confirmed", TRIAL_PARTICIPANTS, _LINKED, "36"),
    "site_report": Rule("site_reported", _who("site_clerk"), _NOT_OVER, "26", of=STANDINGS, roles=DECLARING),
    # Problems: Rules ¶14 told at once, ¶24 restored by the technician, who says how long it takes; ¶27 words of help.
    "report_problem": Rule("problem_reported", ROLES, _NOT_OVER, "14", standing=_HERE),
    "acknowledge_problem": Rule("problem_acknowledged", _REPAIR | {"judge"}, _NOT_OVER, "14"),
    "estimate_problem": Rule("problem_estimated", _who("technician"), _NOT_OVER, "24"),
    "resolve_problem": Rule("problem_resolved", _REPAIR, _NOT_OVER, "24"),
    "message": Rule("message_sent", _REPAIR, _NOT_OVER, "27"),
    # Recording by a participant: Rules ¶33, the court's permission after the others' opinions.
    "request_recording": Rule("recording_requested", TRIAL_PARTICIPANTS, _RECORDING, "33"),
    "opinion": Rule("opinion_given", TRIAL_PARTICIPANTS, _RECORDING, "33"),
    "permit_recording": Rule("recording_permitted", _JUDGE, _RECORDING, "33", reason="may"),
    "refuse_recording": Rule("recording_refused", _JUDGE, _RECORDING, "33", reason="may"),
}  # fmt: skip

STATE_AFTER: Final[Mapping[str, State]] = {rule.event: rule.to for rule in TABLE.values() if rule.to}
"""The state after each event that changes it."""


def check(act: Act, role: Role, standing: Standing, state: State) -> Rule:
    """The act's rule, or `Refused`: somebody of this role and standing may not do it, or not in this state."""
    rule = TABLE[act]
    if role not in rule.who or standing not in rule.standing:
        raise Refused("not-permitted", rule.paragraph, act=act)
    if state not in rule.states:
        raise Refused("wrong-state", rule.paragraph, act=act, state=state)
    return rule
