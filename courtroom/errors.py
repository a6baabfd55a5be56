"""Mistakes of the person at the command line, told in words and without a stack trace."""

from __future__ import annotations

from hearings.problems import Refused


class Mistake(Exception):
    """What was asked for cannot be done; the text says why."""


_FIELDS = {
    "number": "the hearing's number is empty, too long or taken",
    "court": "the court's name is empty or too long",
    "seat": "a seat's code is of small Latin letters, digits and hyphens, such as party-1",
    "seats": "two seats have the same code",
    "role": "there is no such role",
    "name": "the name is empty, too long or taken",
    "photo": "a photo is a JPEG or PNG file of at most 5 MB",
    "title": "the title is too long",
    "capacity": "the capacity is too small for the judge and one other",
}


def in_words(refused: Refused) -> str:
    """What the domain refuses, for somebody at a terminal."""
    field = str(refused.params.get("field", ""))
    return _FIELDS.get(field, f"not possible: {refused.code} {field}".rstrip())
