"""What a participant does with its connections when it hears of the media server."""

from __future__ import annotations

from typing import Any, cast

import pytest

from tests.client.api import Api
from tests.client.participant import Participant
from tests.client.subscriber import Subscriber


class Line:
    """A connection that only knows whether it was closed."""

    closed = False

    async def close(self, silently: bool = False) -> None:
        self.closed = True


@pytest.fixture
async def told():
    """A participant who subscribes to start b1, after these messages: whether its connection was closed."""

    async def after(*messages: dict[str, Any]) -> bool:
        participant, line = Participant(Api("http://localhost")), Line()
        participant.session.on_message({"type": "welcome", "media": "b1"})
        participant.subscriber = cast(Subscriber, line)
        for message in messages:
            participant.session.on_message(message)
        for task in [*participant._tasks]:
            await task
        await participant.api.close()
        return line.closed

    return after


async def test_a_new_app_that_finds_the_same_media_server_costs_no_connection(told):
    assert not await told({"type": "welcome", "media": None}, {"type": "media", "state": "up", "boot": "b1"})


async def test_a_new_start_of_the_media_server_takes_the_connections_along(told):
    assert await told({"type": "media", "state": "down", "boot": None}, {"type": "media", "state": "up", "boot": "b2"})
    assert await told({"type": "welcome", "media": "b2"})
