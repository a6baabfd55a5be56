"""Mistakes of the person at the command line, told in words and without a stack trace."""

from __future__ import annotations

from typing import get_args

from hearings.creation import SEATS
from hearings.problems import Refused
from hearings.terms import Place, Role


class Mistake(Exception):
    """What was asked for cannot be done; the text says why."""


_FIELDS = {
    "number": "the hearing's number is empty or longer than 64 letters",
    "court": "the court's name is empty or too long",
    "seat": "a seat's code is of small Latin letters, digits and hyphens, such as party-1",
    "seats": "two seats have the same code",
    "role": f"there is no such role; roles are {', '.join(get_args(Role))}",
    "place": f"there is no such place; places are {', '.join(get_args(Place))}",
    "name": "the name is empty, too long or has letters that cannot be kept",
    "photo": "a photo is a JPEG or PNG file of at most 10 MB",
    "title": "the title is too long or has letters that cannot be kept",
    "capacity": f"the capacity must be between 1 and {SEATS}",
}


def in_words(refused: Refused) -> str:
    """What the domain refuses, for somebody at a terminal."""
    field = str(refused.params.get("field", ""))
    return _FIELDS.get(field, f"not possible: {refused.code} {field}".rstrip())
