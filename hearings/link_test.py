"""Whether a link that was tried before entry does (Rules ¶38). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from hearings.entry_check import Part
from hearings.model import Finding
from hearings.office.policies import Policies

Verdict = Literal["good", "bad"]
Path = Literal["media", "http"]
FASTEST: Final = 10_000_000_000


@dataclass(frozen=True, slots=True)
class LinkTried:
    """What a device measured of its own link, in bit/s each way; ``mobile_4g``: it says that it is on a mobile network
    of the fourth generation or later, None where it cannot tell. ``down_path`` and ``up_path``: over the media
    connections, or over HTTP where they could not be asked."""

    down_bps: int
    up_bps: int
    mobile_4g: bool | None
    down_path: Path = "http"
    up_path: Path = "http"

    def verdict(self, policies: Policies) -> Verdict:
        return self._way(min(self.down_bps, self.up_bps), policies)

    def findings(self, policies: Policies) -> dict[Part, Finding]:
        """Each way by itself, with the path that it was measured on. What HTTP makes of a link says nothing of media,
        which go another way; it holds nobody, and only that it is slow is worth a word."""
        ways: tuple[tuple[Part, int, Path], ...] = (
            ("up", self.up_bps, self.up_path), ("down", self.down_bps, self.down_path),
        )  # fmt: skip
        return {part: self._finding(self._way(bps, policies), path) for part, bps, path in ways}

    @staticmethod
    def _finding(verdict: Verdict, path: Path) -> Finding:
        if path == "http":
            return Finding("poor" if verdict == "bad" else "unmeasured", path)
        return Finding(verdict, path)

    def _way(self, bps: int, policies: Policies) -> Verdict:
        """By its rate; where the court has said that 4G is enough, such a link is not bad for its rate alone."""
        if self.mobile_4g and policies["mobile_4g_enough"]:
            return "good"
        return "good" if bps >= policies.number("link_threshold_bps") else "bad"

    def view(self, policies: Policies) -> dict[str, Any]:
        return {
            "down_bps": self.down_bps, "up_bps": self.up_bps, "mobile_4g": self.mobile_4g,
            "down_path": self.down_path, "up_path": self.up_path,
            "asked_bps": policies.number("link_threshold_bps"), "verdict": self.verdict(policies),
        }  # fmt: skip
