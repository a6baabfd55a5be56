"""The app is killed between two events or in the middle of one: nothing that was acknowledged is lost, nothing is half
done, and closed stays closed (Rules ¶6)."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter

import pytest

from hearings.acts import TABLE
from hearings.hearing import fold
from tests.crash.court import Killed, moments, running

ANSWERS = dict.fromkeys(("hears", "sees", "asks", "answers"), True)
# Who does what; everything that one of these leads to is in the log or is not.
BEGINNING = [
    ("judge", "open", {}),
    ("party-1", "enter", {}),
    ("judge", "admit", {"seat": "party-1"}),
    ("clerk", "check_item", {"data": {"item": "courtroom_ready"}}),
    ("clerk", "begin_check", {}),
    ("party-1", "confirm_check", {"data": ANSWERS}),
    ("judge", "start", {}),
    ("party-1", "report_problem", {"data": {"kind": "sound"}}),
    ("judge", "mute", {"seat": "party-1"}),
]
CLOSED = [
    ("judge", "close_session", {"reason": "A trade secret"}),
    ("clerk", "ask_floor", {}),
    ("judge", "give_floor", {"seat": "clerk"}),
    ("judge", "reopen", {"reason": "It is heard"}),
]
SCRIPT = [
    *BEGINNING, *CLOSED, ("judge", "adjourn", {}), ("judge", "resume", {}), ("judge", "recess", {}),
    ("judge", "close_session", {"reason": "Another secret"}), ("judge", "conclude", {}),
]  # fmt: skip


IN_CLOSED_SESSION = SCRIPT.index(("clerk", "ask_floor", {}))


class Story:
    """One hearing through its script: what was acknowledged, by key."""

    def __init__(self, court, number):
        self.court = court
        self.number = number
        self.acknowledged = {}
        self.entered = 0
        self.found_closed = 0

    async def begin(self):
        self.hearing = await self.court.new_hearing(self.number)

    async def step(self, place):
        by, act, fields = SCRIPT[place]
        if act == "enter":
            await self.enter()
            return
        status, answer = await self.court.act(f"key-{place}", by, act, **fields)
        assert status == 200, (act, answer)
        assert self.acknowledged.setdefault(place, answer["version"]) == answer["version"]

    async def enter(self):
        """Again after a kill it is another device, to which the judge agrees (Rules ¶11)."""
        status, answer = await self.court.enter(self.number)
        assert status == 200, answer
        self.entered += 1
        if fold(await self.court.log_of(self.hearing)).seats["party-1"].claim:
            assert (await self.court.act(f"agree-{self.entered}", "judge", "agree_device", seat="party-1"))[0] == 200

    async def killed_at(self, place, delay):
        """The app is killed ``delay`` seconds into a step, or before it; and the step is done after the restart."""
        if delay is not None:
            request = asyncio.ensure_future(self.step(place))
            await asyncio.wait([request], timeout=delay)
            await self.court.kill()
            with contextlib.suppress(Killed):
                await request
        await self.court.kill()
        before = await self.court.log_of(self.hearing)
        self.holds(before)
        await self.court.start()
        assert await self.court.log_of(self.hearing) == before
        await self.stays_closed(fold(before))
        await self.answers_as_before()

    def holds(self, log):
        """Every acknowledged act has its event, each key one, and the log is whole."""
        fold(log)
        kinds = {event.version: (event.actor, event.kind) for event in log}
        for place, version in self.acknowledged.items():
            by, act, _ = SCRIPT[place]
            assert kinds[version] == (by, TABLE[act].event)
        assert sum(event.kind == "entered" and event.actor == "party-1" for event in log) >= min(self.entered, 1)

    async def stays_closed(self, hearing):
        """What a new app tells media first is the closed session; and nobody comes in from afar."""
        if hearing.state != "closed_session":
            return
        policies = [request["policy"] for request in self.court.media.ops("policy")]
        told = [policy for policy in policies if policy["hearing"] == self.hearing]
        assert told
        for policy in told:
            assert "party-1" not in policy["seats"]
            assert "party-1" not in {*policy["links"], *policy["record"]}
            assert not any("party-1" in targets for targets in policy["links"].values())
        status, problem = await self.court.enter(self.number)
        assert (status, problem["code"], problem["params"]["paragraph"]) == (403, "closed-session", "6")
        self.found_closed += 1

    async def answers_as_before(self):
        for place in sorted(self.acknowledged)[-3:]:
            await self.step(place)


async def played(court, seed, kills):
    """One hearing from its opening to its end, killed so many times on the way, once at least in a closed session; how
    often that was."""
    story = Story(court, f"7204-26-00-2/{seed}")
    await story.begin()
    due = [*moments(seed, len(SCRIPT) - 1, kills - 1), (IN_CLOSED_SESSION, None)]
    for place in range(len(SCRIPT)):
        for delay in [delay for step, delay in due if step == place]:
            await story.killed_at(place, delay)
        await story.step(place)
    log = await court.log_of(story.hearing)
    story.holds(log)
    assert fold(log).state == "concluded"
    orders = Counter(TABLE[act].event for _, act, _ in SCRIPT if act != "enter")
    assert orders == {kind: sum(event.kind == kind for event in log) for kind in orders}
    return story.found_closed


async def test_killed_at_any_point_the_app_loses_nothing_and_comes_back_closed(tmp_path):
    async with running(tmp_path) as court:
        assert sum([await played(court, seed, 4) for seed in range(2)]) > 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_on_postgresql_too_the_app_loses_nothing_and_comes_back_closed(tmp_path, database_url):
    async with running(tmp_path, database_url) as court:
        assert await played(court, 7, 3) > 0


@pytest.mark.soak
async def test_killed_three_hundred_times_the_app_loses_nothing_and_comes_back_closed(tmp_path, database_url):
    async with running(tmp_path, database_url) as court:
        assert sum([await played(court, 1000 + seed, 10) for seed in range(30)]) > 30
