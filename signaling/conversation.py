"""One device's WebSocket session: it outlives its sockets, so that a client that comes back loses nothing."""

from __future__ import annotations

import uuid
from typing import Any, Protocol

from signaling.problems import Problem
from signaling.session import Session, encode


class Pipe(Protocol):
    """A socket's way out. Neither call blocks; a pipe that cannot keep up closes itself."""

    def put(self, text: str) -> None: ...

    def finish(self) -> None:
        """Close the socket after what was put."""


class Conversation:
    """``session`` is the store's session of the token, ``attendance`` the device's stay in ``seat``;
    ``version`` the client's own; ``network`` where it comes from, to be compared and never
    shown; ``held``: it has, or had, the seat, and is not a second device that only asks."""

    def __init__(
        self, hearing: str, seat: str, attendance: str, session: str, version: str = "", network: str = ""
    ) -> None:
        self.id = str(uuid.uuid4())
        self.hearing = hearing
        self.seat = seat
        self.attendance = attendance
        self.session = session
        self.version = version
        self.held = False
        self.subscribed = False
        self.surroundings: dict[str, Any] = {}
        """What it was told last of light and noise."""
        self.signs: dict[str, Any] = {}
        self.network = network
        self._messages = Session()
        self._pipe: Pipe | None = None

    @property
    def connected(self) -> bool:
        return self._pipe is not None

    def open(self, pipe: Pipe, last: int | None, **welcome: Any) -> bool:
        """A socket is there: ``welcome``, then what it missed since ``last``; False where that is not kept."""
        missed = [] if last is None else self._messages.after(last)
        if missed is None:
            return False
        self.detach()
        self._pipe = pipe
        pipe.put(encode({"type": "welcome", "session": self.id, "resumed": last is not None, **welcome}))
        for text in missed:
            pipe.put(text)
        return True

    def send(self, kind: str, **fields: Any) -> None:
        """A numbered message; kept for the client's return where there is no socket."""
        text = self._messages.number({"type": kind, **fields})
        if self._pipe:
            self._pipe.put(text)

    def pong(self) -> None:
        if self._pipe:
            self._pipe.put(encode({"type": "pong"}))

    def bye(self, problem: Problem) -> None:
        """The last word: the client does not come back to this session."""
        if self._pipe:
            self._pipe.put(encode({"type": "bye", "problem": problem.body()}))
        self.detach()

    def detach(self, pipe: Pipe | None = None) -> None:
        """The socket is gone, or is to go; with ``pipe`` only where it is still that one."""
        if self._pipe and pipe in (None, self._pipe):
            self._pipe.finish()
            self._pipe = None
