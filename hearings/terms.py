"""The domain's words, as the Rules use them (Rules ¶2), and the sets that the tables are written with."""

from __future__ import annotations

from typing import Final, Literal, get_args

Role = Literal[
    "judge", "panel", "clerk", "party", "representative", "witness", "expert", "specialist", "interpreter",
    "technician", "observer",
]  # fmt: skip
Standing = Literal["absent", "claiming", "waiting", "admitted", "refused", "removed", "left"]
State = Literal["scheduled", "ready", "in_session", "technical_adjournment", "recess", "concluded"]
Act = Literal[
    "open", "start", "adjourn", "recess", "resume", "conclude",
    "admit", "refuse", "remove", "readmit", "agree_device", "refuse_device",
]  # fmt: skip
Kinds = Literal["av", "a", "v"]
Place = tuple[Role, Standing]

ROLES: Final[frozenset[Role]] = frozenset(get_args(Role))
STATES: Final[tuple[State, ...]] = get_args(State)
ACTS: Final[tuple[Act, ...]] = get_args(Act)
STAFF: Final[frozenset[Role]] = frozenset({"judge", "clerk", "technician"})
IDENTIFIERS: Final[frozenset[Role]] = frozenset({"judge", "clerk"})
"""Who sees the submitted photo and the live picture, and admits (Rules ¶9)."""
SPEAKERS: Final[frozenset[Role]] = ROLES - {"technician", "observer"}
PRESENT: Final[frozenset[Standing]] = frozenset({"waiting", "admitted"})
"""The standings in which a device holds its seat."""
SENT_AWAY: Final[frozenset[Standing]] = frozenset({"refused", "removed"})


def places(roles: frozenset[Role], standing: Standing) -> frozenset[Place]:
    return frozenset((role, standing) for role in roles)
