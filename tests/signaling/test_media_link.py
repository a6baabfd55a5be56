from __future__ import annotations

import asyncio

import pytest
import structlog.testing

from gateway.messages import ControlError
from signaling.media_link import MediaLink, problem_of
from signaling.problems import Problem


def policy(hearing="h1", version=1):
    seats = {"judge": {"title": "Judge", "role": "judge"}}
    return {
        "hearing": hearing, "version": version, "capacity": 5, "sitting": None, "seats": seats, "links": {},
        "record": {}, "speaker_first": [],
    }  # fmt: skip


class Listener:
    def __init__(self, *policies):
        self.live = list(policies)
        self.told = asyncio.Queue()

    async def policies(self):
        return self.live

    def media_up(self, boot, connections):
        self.told.put_nowait(("up", boot, connections))

    def media_down(self):
        self.told.put_nowait(("down",))

    def media_event(self, event):
        self.told.put_nowait(event)
        if event["event"] == "speaker":
            raise RuntimeError("a mistake of the listener")

    async def next(self):
        async with asyncio.timeout(5):
            return await self.told.get()


@pytest.fixture
async def connect(media):
    tasks = []

    async def connect(*policies, timeout_s=5.0, refused_s=60.0, refused=0):
        """``refused``: so many of the policies media refuses."""
        listener = Listener(*policies)
        link = MediaLink(media.path, listener, timeout_s, refused_s)
        tasks.append(asyncio.create_task(link.run()))
        told = [await listener.next() for _ in range(refused)]
        assert [event["failed"] for event in told] == refused * ["policy"]
        assert (await listener.next())[0] == "up"
        return link, listener

    yield connect
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_every_live_policy_is_there_before_media_is_up(media, connect):
    await connect(policy("h1"), policy("h2", 7))
    assert {name: known["version"] for name, known in media.policies.items()} == {"h1": 1, "h2": 7}


async def test_a_hearing_that_is_no_longer_live_is_dropped(media, connect):
    media.policies["gone"] = policy("gone")
    await connect(policy("h1"))
    assert list(media.policies) == ["h1"]


async def test_connections_that_media_still_holds_are_told(media, connect):
    media.connections["c1"] = {"connection": "c1", "hearing": "h1", "seat": "judge", "direction": "publish"}
    link, listener = await connect(policy())
    await media.stop()
    assert await listener.next() == ("down",)
    await media.start()
    assert (await listener.next())[2] == [media.connections["c1"]]
    assert link.boot == media.boot


async def test_after_a_restart_of_media_every_policy_is_sent_again_and_the_boot_is_another(media, connect):
    link, listener = await connect(policy())
    first = link.boot
    await media.stop()
    assert await listener.next() == ("down",)
    listener.live = [policy(version=4)]
    await media.restart()
    assert (await listener.next())[0] == "up"
    assert link.boot == media.boot != first
    assert media.policies["h1"]["version"] == 4


@pytest.mark.parametrize("we_end", [True, False])
async def test_media_that_goes_is_a_warning_and_our_own_end_is_none(media, we_end):
    listener = Listener()
    running = asyncio.create_task(MediaLink(media.path, listener).run())
    with structlog.testing.capture_logs() as logged:
        assert (await listener.next())[0] == "up"
        if not we_end:
            await media.stop()
            assert await listener.next() == ("down",)
            await media.start()
            assert (await listener.next())[0] == "up"
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert [line["event"] for line in logged].count("media_down") == (0 if we_end else 1)


async def test_while_media_is_down_a_request_is_a_problem_at_once(media, connect):
    link, listener = await connect()
    await media.stop()
    await listener.next()
    with pytest.raises(Problem, match="media-down"):
        await link.request("close", connection="c1")


async def test_a_request_under_way_when_media_goes_is_a_problem(media, connect):
    link, _ = await connect()
    media.silent.add("close")
    request = asyncio.create_task(link.request("close", connection="c1"))
    await media.wait_for("close")
    await media.stop()
    with pytest.raises(Problem, match="media-down"):
        await request


async def test_a_request_without_an_answer_is_a_problem(media, connect):
    link, _ = await connect(timeout_s=0.05)
    media.silent.add("close")
    with pytest.raises(Problem, match="media-down"):
        await link.request("close", connection="c1")


async def test_a_policy_pushed_while_media_is_down_is_there_when_it_is_back(media, connect):
    link, listener = await connect(policy())
    await media.stop()
    await listener.next()
    listener.live = [policy(version=2)]
    await link.push(policy(version=2))
    await media.restart()
    await listener.next()
    assert media.policies["h1"]["version"] == 2


async def test_an_older_policy_never_follows_a_newer_one(media, connect):
    link, _ = await connect(policy())
    await asyncio.gather(link.push(policy(version=3)), link.push(policy(version=2)), link.push(policy(version=3)))
    assert [request["policy"]["version"] for request in media.ops("policy")] == [1, 3]


async def test_a_policy_that_says_something_else_of_the_same_version_is_pushed_once(media, connect):
    link, _ = await connect(policy())
    for _ in range(2):
        await link.push({**policy(), "link_threshold_bps": 64_000})
    assert [request["policy"].get("link_threshold_bps") for request in media.ops("policy")] == [None, 64_000]


async def test_media_that_does_not_take_a_policy_is_greeted_anew(media, connect):
    link, listener = await connect(policy(), timeout_s=0.05)
    media.silent.add("policy")
    await link.push(policy(version=2))
    assert await listener.next() == ("down",)


async def test_a_policy_that_media_refuses_is_not_believed_enforced_and_nothing_of_the_hearing_flows(media, connect):
    """By the older policy somebody might go on hearing who may not any more."""
    link, listener = await connect(policy("h1"), policy("h2"))
    media.refusals["policy"] = ControlError("server-error")
    await link.push(policy("h1", 2))
    assert list(media.policies) == ["h2"]
    told = await listener.next()
    assert (told["event"], told["hearing"], told["on"], told["failed"]) == ("recording", "h1", False, "policy")
    media.refusals.clear()
    await link.push(policy("h1", 2))
    assert media.policies["h1"]["version"] == 2


async def test_a_policy_refused_at_the_greeting_keeps_no_other_hearing_waiting(media, connect):
    media.refusals["policy"] = ControlError("bad-request")
    await connect(policy("h1"), policy("h2"), refused=2)
    assert [request["hearing"] for request in media.ops("drop")] == ["h1", "h2"]


async def test_media_is_asked_again_to_take_what_it_refused(media, connect):
    media.refusals["policy"] = ControlError("server-error")
    await connect(policy("h1", 3), refused=1, refused_s=0.01)
    await media.wait_for("policy", 2)
    media.refusals.clear()
    await media.wait_for("policy", len(media.ops("policy")) + 1)
    assert media.policies["h1"]["version"] == 3


async def test_a_newer_policy_at_media_is_as_good(media, connect):
    link, _ = await connect(policy(version=1))
    media.policies["h1"] = policy(version=9)
    for _ in range(2):
        await link.push(policy(version=2))
    assert (len(media.ops("policy")), media.ops("drop")) == (2, [])


async def test_media_that_neither_takes_a_policy_nor_forgets_the_hearing_is_greeted_anew(media, connect):
    link, listener = await connect(policy())
    media.refusals |= {"policy": ControlError("server-error"), "drop": ControlError("server-error")}
    await link.push(policy(version=2))
    assert await listener.next() == ("down",)
    await media.wait_for("hello", 3)
    media.refusals.clear()
    assert (await listener.next())[0] == "up"


async def test_a_listener_that_fails_on_an_event_still_gets_the_next(media, connect):
    _, listener = await connect()
    media.emit("speaker", hearing="h1", seat="judge")
    media.emit("load", cpu=0.1)
    assert (await listener.next())["event"] == "speaker"
    assert (await listener.next())["event"] == "load"


async def test_a_broken_line_from_media_brings_a_new_connection(media, connect):
    _, listener = await connect()
    for writer in media._writers:
        writer.write(b"not json\n")
    assert await listener.next() == ("down",)
    assert (await listener.next())[0] == "up"


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("full", "hearing-full"),
        ("overloaded", "overloaded"),
        ("bad-sdp", "bad-offer"),
        ("no-seat", "not-permitted"),
        ("server-error", "server-error"),
    ],
)
def test_each_refusal_of_media_is_a_problem_of_the_protocol(code, problem):
    assert problem_of(ControlError(code)).code == problem
