from __future__ import annotations

import asyncio

from signaling.conversation import Conversation
from signaling.pipe import FOLLOWING_MOST, SocketPipe
from signaling.session import MAX_MESSAGES


class Socket:
    """Takes nothing until it is told to."""

    def __init__(self):
        self.taken = []
        self.go = asyncio.Event()
        self.closed = asyncio.Event()

    async def send_str(self, text):
        await self.go.wait()
        self.taken.append(text)

    async def close(self):
        self.closed.set()


def kept():
    """A conversation that missed as much as is kept."""
    conversation = Conversation("hearing", "party-1", "attendance", "session")
    for _ in range(MAX_MESSAGES):
        conversation.send("speaker", seat=None)
    return conversation


async def test_all_that_a_client_missed_fits_and_so_does_what_is_said_meanwhile():
    socket, conversation = Socket(), kept()
    async with SocketPipe(socket, lambda: None) as pipe:
        assert conversation.open(pipe, 0)
        for _ in range(FOLLOWING_MOST):
            conversation.send("speaker", seat=None)
        socket.go.set()
    assert len(socket.taken) == 1 + MAX_MESSAGES + FOLLOWING_MOST


async def test_a_socket_that_takes_nothing_is_closed_in_the_end():
    socket, conversation = Socket(), kept()
    async with SocketPipe(socket, lambda: None) as pipe:
        conversation.open(pipe, 0)
        await asyncio.sleep(0)
        for _ in range(2 * FOLLOWING_MOST):
            conversation.send("speaker", seat=None)
        await asyncio.wait_for(socket.closed.wait(), 5)
    assert socket.taken == []
