"""What a test session measures of each seat, until its end makes an event of it (Rules ¶15). No I/O, no clock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from gateway.messages import Link
from hearings.hearing import Hearing

_VERSION: Final = re.compile(r"[0-9][0-9A-Za-z.+-]{0,39}")
Arriving = Mapping[str, tuple[bool, bool]]


class Rehearsal:
    """By seat: the last ``link``, whether ``audio`` and ``video`` ever arrived, the client's ``version``."""

    def __init__(self) -> None:
        self._of = 0
        self._seats: dict[str, dict[str, Any]] = {}

    def note(
        self, hearing: Hearing, links: Mapping[str, Link], arriving: Arriving, versions: Mapping[str, str]
    ) -> None:
        """``versions`` by attendance. Outside a test session nothing is kept."""
        if hearing.state != "test_session":
            return
        if self._of != hearing.state_changed:
            self._of, self._seats = hearing.state_changed, {}
        for seat in hearing.seats.values():
            if seat.taken:
                self._measure(seat.code, links.get(seat.code), *arriving.get(seat.code, (False, False)))
                self._seats[seat.code]["version"] = _version(versions.get(seat.attendance or ""))

    def _measure(self, seat: str, link: Link | None, audio: bool, video: bool) -> None:
        one = self._seats.setdefault(seat, {"link": None, "audio": False, "video": False})
        one["link"] = _figures(link) if link else one["link"]
        one["audio"], one["video"] = one["audio"] or audio, one["video"] or video

    def measured(self, hearing: Hearing) -> dict[str, dict[str, Any]]:
        """Of the test session that the hearing is in."""
        return {seat: dict(one) for seat, one in self._seats.items()} if self._of == hearing.state_changed else {}


def _version(told: str | None) -> str | None:
    """What a client says of itself is kept only where it looks like a version."""
    return told if told and _VERSION.fullmatch(told) else None


def _figures(link: Link) -> dict[str, Any]:
    """Without what changes from second to second and names others."""
    return {
        way: {name: value for name, value in figures.items() if name != "layers"}
        for way, figures in (("up", link.get("up")), ("down", link.get("down")))
        if figures
    }
