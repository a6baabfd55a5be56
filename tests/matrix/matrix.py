"""matrix.toml, read: what each cell says."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

_TABLE = tomllib.loads((Path(__file__).parent / "matrix.toml").read_text())
STATES: dict[str, dict[str, Any]] = _TABLE["state"]
ACTS: dict[str, dict[str, Any]] = _TABLE["act"]


def _members(groups: dict[str, list[str]], names: list[str]) -> set[str]:
    """Names with each group's members in its stead."""
    return {one for name in names for one in (_members(groups, groups[name]) if name in groups else {name})}


def roles(*names: str) -> set[str]:
    return _members(_TABLE["roles"], list(names))


ROLES = sorted(roles("all"))
NOT_YET = sorted(roles("not_yet"))
COURTROOM = roles("court", "technician")
"""Who sits in the courtroom that hears the case, unless the test says otherwise."""


class Column(NamedTuple):
    """Who acts: a role or a stand-in for one, and whether in the courtroom that hears the case."""

    role: str
    here: bool

    @property
    def seat(self) -> str:
        name = self.role.replace("_", "-")
        return f"{name}-here" if self.here and self.role not in COURTROOM else name


class Answer(NamedTuple):
    """What an act is answered with: done where there is no ``code``."""

    code: str | None
    paragraph: str | None = None


AWAY = [Column(role, role in COURTROOM) for role in (*ROLES, *NOT_YET)]
HERE = [Column(role, True) for role in sorted(roles("participants", "public"))]


def columns(state: str) -> list[Column]:
    """Where one sits makes a difference to acts in a closed session only."""
    return AWAY + HERE if STATES[state].get("only_here") else AWAY


def joins(state: str, role: str, here: bool) -> bool:
    row = STATES[state]
    return role in roles(*row.get("join", [])) and (here or not row.get("only_here"))


def expected(act: str, state: str, who: Column) -> Answer:
    rule, row = ACTS[act], STATES[state]
    inside = joins(state, _role(who), who.here)
    if not inside and not row.get("only_here"):
        return Answer(row["refusal"], row.get("paragraph"))
    if _standing(state, who) not in roles(*rule["by"]):
        return Answer("not-permitted", rule["paragraph"])
    if state not in _members(_TABLE["states"], rule["in"]):
        return Answer("wrong-state", rule["paragraph"])
    if not inside:
        return Answer(row["refusal"], row["paragraph"])
    if state in _TABLE["states"]["vacant"] and rule.get("of", "on_site") != "on_site":
        return Answer("changed", rule["paragraph"])
    return Answer("wrong-state", rule["paragraph"]) if who.role not in rule.get("only", [who.role]) else Answer(None)


def _role(who: Column) -> str:
    return {"waiting": "party", "held": "witness"}.get(who.role, who.role)


def _standing(state: str, who: Column) -> str:
    """The role, or why one is not yet in: witnesses are called after the start; a test session holds nobody."""
    if state == "test_session":
        return _role(who)
    return "held" if state == "ready" and who.role == "witness" else who.role


def cells(state: str) -> Iterator[tuple[str, Column, Answer]]:
    for act in ACTS:
        for who in columns(state):
            yield act, who, expected(act, state, who)


def forwarded(state: str, role: str) -> bool:
    return role in roles(*STATES[state].get("forwarded", []))


def recorded(state: str, role: str) -> bool:
    return role in roles(*STATES[state].get("recorded", []))
