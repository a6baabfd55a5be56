"""An application comes in (Rules ¶7-¶9)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from hearings.creation import normal_number
from hearings.hearing import Event
from hearings.office.streams import REASON, a_text, one_of, optional_text, require
from hearings.office.terms import APPLICANT_ROLES, DOCUMENT_KINDS, MEANS, DocumentKind, Initiator
from hearings.problems import Refused

LANGUAGES: Final = ("kk", "ru", "en")
RECEIPT_LETTERS: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Apart when read aloud or written by hand."""
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_PHONE: Final = re.compile(r"\+?[0-9 ()-]{5,30}")


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What came with the application: vault ids by kind, and the hash of its code word."""

    documents: Mapping[DocumentKind, str]
    word_hash: str | None


def receipt(year: int, random: bytes) -> str:
    """Such as ``A-2026-K7QMX3RB``: eight letters of 30, 39 bits."""
    letters = "".join(RECEIPT_LETTERS[byte % len(RECEIPT_LETTERS)] for byte in random[:8])
    return f"A-{year}-{letters}"


def normal_receipt(typed: str) -> str:
    return normal_number(typed)


def check(data: Mapping[str, Any], initiator: Initiator, documents: frozenset[DocumentKind], word: bool) -> None:
    """Raises `Refused` where an application of these fields, documents and code word would be refused: before anything
    is kept."""
    _fields(data, initiator)
    if initiator == "participant":
        _require_documents(data, documents, word)


def submit(
    application: str, court: str, receipt: str, data: Mapping[str, Any], enclosed: Enclosed, actor: str, at: str,
    initiator: Initiator,
) -> list[Event]:  # fmt: skip
    """The first event of an application. ``data``: ``case``, ``means``, ``name``, ``role``, ``phone``, ``email``,
    ``language``, ``reason``, ``receiver``, ``provider``. Raises `Refused`."""
    check(data, initiator, frozenset(enclosed.documents), enclosed.word_hash is not None)
    head = {"application": application, "court": court, "receipt": receipt, "initiator": initiator}
    kept = {"documents": dict(enclosed.documents), "word_hash": enclosed.word_hash}
    return [Event("submitted", 1, at, actor, {**head, **_fields(data, initiator), **kept})]


def _fields(data: Mapping[str, Any], initiator: Initiator) -> dict[str, Any]:
    means = one_of(data, "means", MEANS, "7")
    receiver = optional_text(data, "receiver", 36, "12") or None
    provider = optional_text(data, "provider", paragraph="12")
    require(means == "personal_device" or bool(provider), "provider", "12")
    require(means == "other_court" or receiver is None, "receiver", "12")
    number = normal_number(a_text(data, "case", 64, "12"))
    require(number.isprintable(), "case", "12")
    return {
        "case": number, "means": means, "applicant": _applicant(data, initiator),
        "reason": a_text(data, "reason", REASON, "7"), "receiver": receiver, "provider": provider,
    }  # fmt: skip


def _applicant(data: Mapping[str, Any], initiator: Initiator) -> dict[str, str]:
    phone, email = optional_text(data, "phone", 30, "10"), optional_text(data, "email", 254, "10")
    require(not phone or _PHONE.fullmatch(phone) is not None, "phone", "10")
    require(not email or _EMAIL.fullmatch(email) is not None, "email", "10")
    require(initiator == "court" or bool(phone or email), "phone", "10")
    return {
        "name": a_text(data, "name", paragraph="8"), "role": one_of(data, "role", APPLICANT_ROLES, "2"),
        "phone": phone, "email": email, "language": one_of({"language": "kk", **data}, "language", LANGUAGES),
    }  # fmt: skip


def _require_documents(data: Mapping[str, Any], documents: frozenset[DocumentKind], word: bool) -> None:
    require(documents <= frozenset(DOCUMENT_KINDS), "documents", "8")
    require("identity" in documents, "identity", "8")
    require(data["role"] != "representative" or "authority" in documents, "authority", "8")
    require(data["means"] != "personal_device" or "photo" in documents, "photo", "9")
    require(word, "code_word", "9")


def document_kind(name: str) -> DocumentKind:
    """Raises `Refused`."""
    if name not in DOCUMENT_KINDS:
        raise Refused("bad-request", "8", field=name[:40])
    return name
