"""The domain's words, as the Rules use them (Rules ¶2), and the sets that the tables are written with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, get_args

Role = Literal[
    "judge", "panel", "clerk", "party", "representative", "witness", "expert", "specialist", "interpreter",
    "technician", "observer", "site_clerk",
]  # fmt: skip
Place = Literal["courtroom", "receiving_court", "institution", "personal_device"]
"""Where a seat sits; ``courtroom`` is the one that hears the case."""
Standing = Literal["absent", "claiming", "waiting", "held", "admitted", "refused", "removed", "dismissed", "left"]
State = Literal[
    "scheduled", "test_session", "ready", "in_session", "technical_adjournment", "recess", "closed_session",
    "concluded", "postponed",
]  # fmt: skip
Act = Literal[
    "begin_test", "end_test", "open", "start", "adjourn", "recess", "resume", "close_session", "reopen", "conclude",
    "postpone", "reschedule",
    "admit", "refuse", "remove", "readmit", "agree_device", "refuse_device", "call_witness", "dismiss_witness",
    "mute", "unmute", "ask_floor", "withdraw_floor", "give_floor", "take_floor", "ask_repeat", "declare",
    "check_item", "begin_check", "confirm_check", "site_report",
    "report_problem", "acknowledge_problem", "estimate_problem", "resolve_problem", "message",
    "request_recording", "opinion", "permit_recording", "refuse_recording",
]  # fmt: skip
Kinds = Literal["av", "a", "v"]


class Position(NamedTuple):
    """What the state table looks at: where a seat sits, for whom, and what its device is."""

    place: Place
    role: Role
    standing: Standing


ROLES: Final[frozenset[Role]] = frozenset(get_args(Role))
PLACES: Final[frozenset[Place]] = frozenset(get_args(Place))
STATES: Final[tuple[State, ...]] = get_args(State)
STANDINGS: Final[frozenset[Standing]] = frozenset(get_args(Standing))
ACTS: Final[tuple[Act, ...]] = get_args(Act)
COURTROOM: Final[frozenset[Place]] = frozenset({"courtroom"})
SITES: Final[frozenset[Place]] = frozenset({"receiving_court", "institution"})
"""Where a site clerk reports from (Rules ¶26)."""
STAFF: Final[frozenset[Role]] = frozenset({"judge", "panel", "clerk", "technician", "site_clerk"})
"""Who comes by a password of their own, and is in at once."""
CONDUCTING: Final[frozenset[Role]] = frozenset({"judge", "clerk", "technician"})
"""Whose orders and repairs the hearing needs wherever they sit, to open a closed session again at the least."""
IDENTIFIERS: Final[frozenset[Role]] = frozenset({"judge", "clerk"})
"""Who sees the submitted photo and the live picture, and admits (Rules ¶9)."""
SPEAKERS: Final[frozenset[Role]] = ROLES - {"technician", "observer"}
TRIAL_PARTICIPANTS: Final[frozenset[Role]] = frozenset(
    {"party", "representative", "witness", "expert", "specialist", "interpreter"}
)
"""Rules ¶2: those whom the mutual check (¶36) and the opinions on a recording (¶33) are about."""
DECLARING: Final[frozenset[Role]] = TRIAL_PARTICIPANTS | {"observer"}
"""Who declares before admission: in person (Rules ¶11), under-sixteens (¶29), recording (¶33)."""
NECESSARY: Final[frozenset[Role]] = frozenset({"judge", "party"})
"""Whose loss raises the alarm (Rules ¶19) where a seat does not say otherwise."""
PRESENT: Final[frozenset[Standing]] = frozenset({"waiting", "held", "admitted"})
"""The standings in which a device holds its seat."""
SENT_AWAY: Final[frozenset[Standing]] = frozenset({"refused", "removed", "dismissed"})
PLACE_OF: Final[Mapping[Role, Place]] = {
    **dict.fromkeys(ROLES, "personal_device"),
    **dict.fromkeys(("judge", "panel", "clerk", "technician"), "courtroom"),
    "site_clerk": "receiving_court",
}
"""Where a role sits unless its seat says otherwise."""


def positions(roles: frozenset[Role], standing: Standing, places: frozenset[Place] = PLACES) -> frozenset[Position]:
    return frozenset(Position(place, role, standing) for place in places for role in roles)
