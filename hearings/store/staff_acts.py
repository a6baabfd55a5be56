"""What an administrator may do about a person of the court's staff: a table, and who may not be touched. Pure."""

from __future__ import annotations

from typing import Final, NamedTuple

from hearings.problems import Refused
from hearings.store.staff import Staff


class Rule(NamedTuple):
    """``employer``: only of people whom the court employs. ``takes_over``: who does it could then sign in as them."""

    employer: bool = True
    takes_over: bool = False


TABLE: Final[dict[str, Rule]] = {
    "roles": Rule(employer=False),
    "email": Rule(),
    "disable": Rule(),
    "enable": Rule(),
    "reset": Rule(takes_over=True),
    "require_second_factor": Rule(),
    "waive_second_factor": Rule(takes_over=True),
    "remove_second_factor": Rule(takes_over=True),
    "revoke": Rule(),
    "link": Rule(takes_over=True),
    "unlink": Rule(),
}
ON_ONESELF: Final = frozenset({"revoke"})
"""The rest somebody else does: who administers alone cannot shut themselves out, nor drop what holds them."""


def administers(person: Staff, court: str) -> bool:
    return person.may_take(court, "administrator")


def check(administrator: Staff, court: str, person: Staff | None, act: str) -> Staff:
    """The person, where the administrator of the court may do this about them. Raises `Refused`: ``not-permitted``,
    ``not-found`` for whoever is not of the court, as for nobody, ``bad-request`` for what is no act."""
    if not administers(administrator, court):
        raise Refused("not-permitted")
    if person is None or court not in person.courts:
        raise Refused("not-found")
    if act not in TABLE:
        raise Refused("bad-request", field="act")
    if act not in may_do(administrator, court, person):
        raise Refused("not-permitted")
    return person


def may_do(administrator: Staff, court: str, person: Staff) -> list[str]:
    """The acts that the administrator of the court may do about a person of it."""
    elsewhere = any(not administers(administrator, other) for other in person.courts)
    return [
        act
        for act, rule in TABLE.items()
        if (person.court == court or not rule.employer)
        and not (rule.takes_over and elsewhere)
        and (person.id != administrator.id or act in ON_ONESELF)
    ]
