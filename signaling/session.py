"""The numbering of one WebSocket session's messages, and what is kept of them for a client that comes back."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from typing import Any

MAX_MESSAGES = 500
MAX_BYTES = 1 << 20


class Session:
    """Server messages numbered by ``seq`` from 1, the newest of them kept, bounded by count and by bytes.

    A client that comes back names the last number it saw; what is no longer kept cannot be had, and the client starts
    afresh with a snapshot.
    """

    def __init__(self, max_messages: int = MAX_MESSAGES, max_bytes: int = MAX_BYTES) -> None:
        self._max_messages = max_messages
        self._max_bytes = max_bytes
        self._kept: deque[str] = deque()
        self._kept_bytes = 0
        self.last = 0

    @property
    def first_kept(self) -> int:
        """The number of the oldest message that is still kept; ``last + 1`` where there is none."""
        return self.last - len(self._kept) + 1

    def number(self, message: Mapping[str, Any]) -> str:
        """The text of a message with its number, to be sent now and kept."""
        self.last += 1
        text = encode({**message, "seq": self.last})
        self._kept.append(text)
        self._kept_bytes += len(text)
        while self._kept and (len(self._kept) > self._max_messages or self._kept_bytes > self._max_bytes):
            self._kept_bytes -= len(self._kept.popleft())
        return text

    def after(self, last: int) -> list[str] | None:
        """The texts that follow number ``last``; None where they are not all kept or the number was never sent."""
        if not self.first_kept - 1 <= last <= self.last:
            return None
        return list(self._kept)[last - self.first_kept + 1 :]


def encode(message: Mapping[str, Any]) -> str:
    """A message's text; ASCII, so that characters are bytes."""
    return json.dumps(message, separators=(",", ":"))
