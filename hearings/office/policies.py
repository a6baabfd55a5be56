"""A court's policies: data with a history of who changed what, when and why. A setting that nobody changed has the
default of the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from hearings.hearing import Event
from hearings.office.streams import REASON, Projection, a_text, in_order, one_of, require, unchanged, unknown

Value = int | bool | str | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """``default`` tells the type: a number from ``least`` to ``most``, a switch, one of ``words``, or up to ten such
    numbers."""

    default: Value
    paragraph: str = ""
    least: int = 0
    most: int = 0
    words: tuple[str, ...] = ()


POLICIES: Final[Mapping[str, Policy]] = {
    "link_threshold_bps": Policy(1_000_000, "38", 64_000, 100_000_000),
    "mobile_4g_enough": Policy(False, "38"),
    "entry_check": Policy("hold", "37", words=("hold", "advise", "off")),
    "surroundings": Policy(True, "28"),
    "auto_adjourn": Policy(False, "19"),
    "reminder_minutes": Policy((1440, 60), "10", 5, 14 * 1440),
    "photo_days": Policy(30, "3", 0, 3650),
    "identity_document_days": Policy(30, "3", 0, 3650),
}
"""Bit/s each way below which a link does not do; whether a 4G link is enough without them; whether who fails
the check before entry waits, is only told, or makes none; whether light and noise are looked at during hearings;
whether the loss of a necessary participant adjourns by itself; minutes before a hearing at which people are reminded;
days after the end for which photos and documents are kept."""


@dataclass(frozen=True, slots=True)
class Policies:
    version: int = 0
    changed: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))

    def __getitem__(self, name: str) -> Value:
        return self.changed.get(name, POLICIES[name].default)

    def number(self, name: str) -> int:
        """Raises TypeError where the policy is no number."""
        value = self[name]
        if isinstance(value, tuple | str):
            raise TypeError(name)
        return int(value)

    def view(self) -> dict[str, Any]:
        return {name: list(value) if isinstance(value := self[name], tuple) else value for name in POLICIES}


def fold(events: Iterable[Event], policies: Policies | None = None) -> Policies:
    """The policies after ``events``; without any, the defaults. Raises `BrokenLog`."""
    policies = policies or Policies()
    for event in in_order(events, policies.version):
        if event.kind != "policy_set":
            raise unknown(event)
        value = event.data["value"]
        value = tuple(value) if isinstance(value, list) else value
        changed = MappingProxyType({**policies.changed, event.data["name"]: value})
        policies = Policies(event.version, changed)
    return policies


def set_policy(policies: Policies, data: Mapping[str, Any], actor: str, at: str, *, seen: int) -> list[Event]:
    """``data``: ``name``, ``value``, ``reason``. Raises `Refused`."""
    name = one_of(data, "name", POLICIES)
    policy = POLICIES[name]
    unchanged(seen, policies.version, policy.paragraph)
    value = data.get("value")
    require(_fits(policy, value), "value", policy.paragraph)
    change = {"name": name, "value": value, "reason": a_text(data, "reason", REASON)}
    return [Event("policy_set", policies.version + 1, at, actor, change)]


def projection(policies: Policies) -> Projection:
    return Projection("kept")


def _fits(policy: Policy, value: Any) -> bool:
    if isinstance(policy.default, tuple):
        several = isinstance(value, list) and 0 < len(value) <= 10
        return several and all(_in_range(policy, item) for item in value)
    if isinstance(policy.default, bool):
        return isinstance(value, bool)
    if policy.words:
        return isinstance(value, str) and value in policy.words
    return _in_range(policy, value)


def _in_range(policy: Policy, value: Any) -> bool:
    return type(value) is int and policy.least <= value <= policy.most
