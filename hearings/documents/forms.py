"""Which fields each paper has, who owns its draft, and who signs it off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from hearings.problems import Refused
from hearings.texts import is_text

Kind = Literal["application", "answer", "act", "minutes"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

Rows = tuple[tuple[str, ...], ...]
Section = str | Rows
Sections = Mapping[str, Section]
"""A field's text, or the rows of its table, by the field's name. All of it is plain text."""

LONGEST: Final = 20_000
"""Characters of one text or cell."""
MOST_ROWS: Final = 2_000
LARGEST: Final = 400_000
"""Characters of a whole paper: about 200 pages."""


@dataclass(frozen=True, slots=True)
class Form:
    """``fields`` are texts, or tables where columns are named. ``owner`` is the role that may edit the draft;
    ``signatories`` the roles that sign it off, each once; ``paragraph`` is where the Rules ask for the paper."""

    paragraph: str
    owner: str
    signatories: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]]

    @property
    def empty(self) -> dict[str, Section]:
        """What a section says that a paper was drawn up without, as when the form had fewer."""
        return {name: () if columns else "" for name, columns in self.fields.items()}

    def checked(self, sections: Mapping[str, Any]) -> dict[str, Section]:
        """Some of the form's sections as they came from outside; `Refused` with the field that is wrong."""
        return {name: self._section(name, value) for name, value in sections.items()}

    def _section(self, name: str, value: Any) -> Section:
        columns = self.fields.get(name)
        if columns is None:
            raise self._wrong(name)
        if not columns:
            return self._text(name, value)
        if not isinstance(value, list | tuple) or len(value) > MOST_ROWS:
            raise self._wrong(name)
        return tuple(self._row(name, row, len(columns)) for row in value)

    def _row(self, name: str, row: Any, width: int) -> tuple[str, ...]:
        if not isinstance(row, list | tuple) or len(row) != width:
            raise self._wrong(name)
        return tuple(self._text(name, cell) for cell in row)

    def _text(self, name: str, value: Any) -> str:
        if not isinstance(value, str) or len(value) > LONGEST or not is_text(value):
            raise self._wrong(name)
        return value

    def _wrong(self, name: str) -> Refused:
        field = name if name in self.fields else "sections"  # what came from outside is not sent back
        return Refused("bad-request", self.paragraph, field=field)


def size(sections: Sections) -> int:
    """How many characters a paper has."""
    return sum(len(cell) for section in sections.values() for cell in _cells(section))


def _cells(section: Section) -> list[str]:
    return [section] if isinstance(section, str) else [cell for row in section for cell in row]


_TEXT: Final[tuple[str, ...]] = ()
_ADDRESSEES: Final = ("name", "address")

FORMS: Final[Mapping[Kind, Form]] = {
    "application": Form("12", "clerk", ("clerk",), {
        "addressees": _ADDRESSEES,
        **dict.fromkeys((
            "court", "case_number", "action", "participant", "providing", "at", "clerk", "organiser", "judge",
        ), _TEXT),
    }),
    "answer": Form("15", "organiser", ("organiser",), {
        "addressees": _ADDRESSEES,
        **dict.fromkeys((
            "court", "subject", "case_number", "answer", "reason", "at", "providing", "clerk", "courtroom", "organiser",
            "judge",
        ), _TEXT),
    }),
    # Rules ¶18: signed by the clerk and the head of the court's administrator, an office; the organiser is one of its
    # employees and the head the one who appoints them (Rules ¶2), which the role `administrator` does.
    "act": Form("18", "clerk", ("administrator", "clerk"), {
        **dict.fromkeys((
            "court", "courtroom", "case_number", "scheduled_at", "drawn_up_at", "judge", "administrator", "clerk",
        ), _TEXT),
        "problems": ("at", "who", "place", "what"),
        "measurements": ("at", "who", "figure", "value"),
        **dict.fromkeys(("informed", "measures", "decision"), _TEXT),
    }),
    "minutes": Form("32", "clerk", ("clerk", "judge"), {
        **dict.fromkeys((
            "court", "courtroom", "case_number", "title", "day", "held", "judge", "panel", "clerk", "conferencing",
        ), _TEXT),
        "participants": ("name", "status", "place", "identified", "checked", "present"),
        "entries": ("at", "who", "text"),
        "rulings": ("at", "text"),
        "pauses": ("kind", "span", "reason"),
        "outages": ("who", "span", "measured"),
        "permissions": ("who", "asked_at", "opinions", "ruling"),
        "audibility": ("speaker", "listener", "speech", "share", "longest", "contradictions"),
        "recording": _TEXT,
    }),
}  # fmt: skip
