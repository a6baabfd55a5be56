"""What people type, as far as it can be kept."""

from __future__ import annotations


def is_text(value: str) -> bool:
    """Whether every program after us can keep it: no NUL, and no half of a surrogate pair, which JSON can carry
    (RFC 8259 §8.2) and UTF-8 cannot."""
    return "\x00" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
