"""A language's phrases (phrases/*.json) and how it writes dates and times."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files

from hearings.documents.model import Language, Span


class Phrases(Mapping[str, str]):
    """The phrases by key. A key that is not there is our mistake: KeyError."""

    def __init__(self, language: Language) -> None:
        self.language = language
        source = files("hearings.documents") / "phrases" / f"{language}.json"
        self._phrases: dict[str, str] = json.loads(source.read_text("utf-8"))

    def __getitem__(self, key: str) -> str:
        return self._phrases[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._phrases)

    def __len__(self) -> int:
        return len(self._phrases)

    def day(self, day: date) -> str:
        """``21 November 2026``"""
        return self["date"].format(day=day.day, month=self[f"month.{day.month}"], year=day.year)

    def moment(self, moment: datetime) -> str:
        """``21 November 2026, 09:00``"""
        return f"{self.day(moment)}, {moment:%H:%M}"

    def clock(self, moment: datetime) -> str:
        """``09:00:03``, as the minutes count"""
        return f"{moment:%H:%M:%S}"

    def span(self, span: Span) -> str:
        """``09:00:03–09:14:50``, or the open end in words"""
        dash, until = ("–", self.clock(span.until)) if span.until else (" – ", self["span.open"])
        return f"{self.clock(span.since)}{dash}{until}"


@cache
def phrases(language: Language) -> Phrases:
    return Phrases(language)
