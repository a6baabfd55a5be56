"""What the demonstration prints: a card for each person, with a QR code where a terminal can show one."""

from __future__ import annotations

import io
from dataclasses import dataclass

import segno


@dataclass(frozen=True, slots=True)
class Card:
    """``secret`` is the code word or password; it stands beside the links and never in them."""

    who: str
    here: str
    there: str
    secret_name: str
    secret: str


def text(card: Card, with_qr: bool) -> str:
    lines = [
        f"── {card.who} ".ljust(79, "─"),
        f"   on this computer   {card.here}",
        f"   from elsewhere     {card.there}",
        f"   {card.secret_name:<18} {card.secret}",
    ]
    return "\n".join(lines) + ("\n" + qr_code(card.there) if with_qr else "")


def qr_code(link: str) -> str:
    """Two rows of the code in a line of text."""
    out = io.StringIO()
    segno.make(link, micro=False, error="l").terminal(out, border=2, compact=True)
    return out.getvalue()
