from __future__ import annotations

import asyncio
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from signaling.problems import Problem
from signaling.requests import Requests

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["on", "a.1", "v=0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(["token", "sdp", "connection", "up", "down", "microphone", "camera", "freezes"])
TYPES = st.sampled_from(["renew", "publish", "subscribe", "subscribed", "report", "device", "", "hello", "__init__"])
FIGURES = st.dictionaries(st.sampled_from(["connection", "freezes", "freeze_s", "kbps", "op"]), VALUES)


class Link:
    """Media that takes everything."""

    def __init__(self):
        self.asked = []

    async def request(self, op, /, **fields):
        self.asked.append((op, fields))
        return {"sdp": "v=0", "slots": []}


class Authority:
    async def device(self, token):
        raise Problem("token-revoked")


@given(TYPES, st.dictionaries(FIELDS, VALUES | FIGURES))
def test_whatever_a_client_sends_is_answered_or_a_problem_and_stays_its_own(kind, fields):
    link = Link()
    hub = SimpleNamespace(link=link, device=lambda *_: None)
    room = SimpleNamespace(
        standing=lambda _: "admitted", note=lambda *_: None, is_inside=lambda _: True, shut_out=lambda _: None
    )  # fmt: skip
    conversation = SimpleNamespace(attendance="a", hearing="h", seat="s", session="t", subscribed=False)
    requests = Requests(hub, Authority(), room, conversation, 0.0)
    try:
        asyncio.run(requests.answer({"type": kind, **fields}))
    except Problem as problem:
        assert problem.code in ("bad-request", "token-revoked", "not-permitted")  # noqa: PT017
    assert all(asked["connection"].startswith("a.") or asked["connection"] == "a" for _, asked in link.asked)
    assert {op for op, _ in link.asked} <= {kind}
