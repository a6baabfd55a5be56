"""Media that does not take a policy: nothing of the hearing flows, and its judge sees it."""

from __future__ import annotations

from gateway.messages import ControlError


async def test_the_court_is_told_when_media_does_not_take_what_it_did(court):
    judge = await court.opened()
    await judge.connect()
    court.media.refusals["policy"] = ControlError("server-error")
    await court.admitted(judge)
    await judge.expect("hearing", lambda m: m["hearing"]["recording"] == {"on": False, "failed": "policy"})
    assert court.hearing not in court.media.policies
