"""Two kinds of mistake: theirs (`Refused`, told to the person in words) and ours (`BrokenLog`, never shown)."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """What was asked for may not be done now.

    ``code`` is a problem code of ``docs/protocol.md``; ``paragraph`` the paragraph of the Rules that the refusal
    rests on, such as ``"9"`` or ``"28-1"``, empty where none does; ``params`` fill the problem's text.
    """

    def __init__(self, code: str, paragraph: str = "", **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.paragraph = paragraph
        self.params: dict[str, Any] = {**params, "paragraph": paragraph} if paragraph else params


class BrokenLog(Exception):
    """An event log that no hearing could have made: damage, or a newer program's events."""
