"""Notices in words: Jinja2 templates, a file of them per language in `texts/`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, Template

from hearings.notices.notice import KINDS, LANGUAGES, Kind, Language

ZONE: Final = ZoneInfo("Asia/Almaty")
"""The whole country's time since 1 March 2024."""
_FOLDER: Final = Path(__file__).parent / "texts"
_PARTS: Final = ("subject", "body", "sms")


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail's words: ``text`` and ``html`` say the same."""

    subject: str
    text: str
    html: str


class Texts:
    """``link`` is the address at which participants enter, such as ``https://hearings.court.example``; may be empty.

    The templates know a notice's ``data`` (`reminders.facts`; for an application ``application``, its number, and
    ``reason``), ``link``, and ``date`` and ``time`` of ``at``.
    """

    def __init__(self, link: str = "") -> None:
        self._link = link
        plain = Environment(trim_blocks=True, lstrip_blocks=True, autoescape=False)  # noqa: S701 - plain text
        page = Environment(trim_blocks=True, lstrip_blocks=True, autoescape=True, loader=FileSystemLoader(_FOLDER))
        self._html = page.get_template("letter.html.j2")
        self._templates = {language: _templates(plain, language) for language in LANGUAGES}

    def letter(self, kind: Kind, language: Language, data: Mapping[str, Any]) -> Letter:
        values = self._values(data)
        templates = self._templates[language]
        subject = " ".join(templates[kind, "subject"].render(values).split())
        body = [templates[kind, "body"].render(values), templates["letter", "foot"].render(values)]
        paragraphs = [" ".join(part.split()) for part in "\n\n".join(body).split("\n\n") if part.strip()]
        html = self._html.render(language=language, subject=subject, paragraphs=paragraphs, link=self._link)
        return Letter(subject, "\n\n".join(paragraphs) + "\n", html)

    def sms(self, kind: Kind, language: Language, data: Mapping[str, Any]) -> str:
        return " ".join(self._templates[language][kind, "sms"].render(self._values(data)).split())

    def _values(self, data: Mapping[str, Any]) -> dict[str, Any]:
        values = {"link": self._link, **data}
        if data.get("at"):
            values["date"], values["time"] = local(data["at"])
        return values


def local(at: str) -> tuple[str, str]:
    """Date and time in court, in figures, as all of the country writes them."""
    moment = datetime.fromisoformat(at)
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(ZONE)
    return moment.strftime("%d.%m.%Y"), moment.strftime("%H:%M")


def _templates(environment: Environment, language: Language) -> dict[tuple[str, str], Template]:
    table = tomllib.loads((_FOLDER / f"{language}.toml").read_text("utf-8"))
    found: dict[tuple[str, str], Template] = {
        (kind, part): environment.from_string(table[kind][part]) for kind in KINDS for part in _PARTS
    }
    return {**found, ("letter", "foot"): environment.from_string(table["letter"]["foot"])}
