"""What a channel is, and the two ways in which a delivery fails. Their codes hold nothing personal."""

from __future__ import annotations

from typing import Protocol

from hearings.notices.notice import Claimed


class Later(Exception):
    """It may go well another time; ``code`` for the record. ``whole`` where the channel itself is in trouble, so that
    the next notice would fare no better."""

    def __init__(self, code: str, whole: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.whole = whole


class Never(Exception):
    """This recipient or message is refused for good; ``code`` for the record."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Delivery(Protocol):
    async def deliver(self, notice: Claimed) -> None:
        """Hand the notice over to who carries it. Raises `Later` or `Never`."""
