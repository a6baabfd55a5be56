"""What the minutes say of an event of the hearing, in the court's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hearings.documents.language import phrases
from hearings.documents.model import Language


def sentence(kind: str, data: Mapping[str, Any], names: Mapping[str, str], language: Language) -> str | None:
    """The line for an event of this kind with this data; None where minutes have none. ``names`` are by seat.

    Who was admitted after a failed check before entry (Rules ¶37) is told with what failed and with the reason."""
    words = phrases(language)
    phrase = words.get(f"entry.{kind}")
    if phrase is None:
        return None
    seat = str(data.get("seat", ""))
    said = [_ended(phrase.format(name=names.get(seat, seat)))]
    if failing := data.get("failing"):
        parts = ", ".join(words[f"failing.{part}"] for part in failing)
        said.append(_ended(words["entry-failing"].format(parts=parts)))
    if data.get("reason"):
        said.append(_ended(words["entry-reason"].format(reason=data["reason"])))
    if data.get("text"):
        said.append(f"«{data['text']}»")
    return " ".join(said)


def _ended(line: str) -> str:
    """Names may end with an initial's full stop, reasons with their own."""
    return line if line.endswith((".", "!", "?", "…")) else f"{line}."
