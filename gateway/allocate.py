"""Gives each of a listener's pictures its layer, from the estimate, the policy and who speaks."""

from __future__ import annotations

from gateway.policy import Policy
from gateway.subscriber import Subscriber


def run(subscriber: Subscriber, speaker: str | None, policy: Policy, now: float) -> None:
    for seat, slot in subscriber.videos().items():
        slot.wanted = "high" if seat == speaker or len(policy.seats) <= 6 else "low"
