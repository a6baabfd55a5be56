"""What people type, as far as it can be kept."""

from __future__ import annotations

import re
from typing import Final

# As much of RFC 5321 §4.1.2 as keeps an address from being anything else; whether it exists, the mail server says.
_EMAIL: Final = re.compile(r"[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]{1,64}@[\w-]+(\.[\w-]+)*")
_LONGEST: Final = 254


def is_text(value: str) -> bool:
    """Whether every program after us can keep it: no NUL, and no half of a surrogate pair, which JSON can carry
    (RFC 8259 §8.2) and UTF-8 cannot."""
    return "\x00" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)


def is_email(value: str) -> bool:
    return len(value) <= _LONGEST and _EMAIL.fullmatch(value) is not None
