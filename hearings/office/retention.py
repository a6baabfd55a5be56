"""For how long a court keeps the documents of an application (Rules ¶3)."""

from __future__ import annotations

from typing import Final

from hearings.office.policies import Policies
from hearings.office.terms import DocumentKind
from hearings.times import iso, seconds

_DAY_S: Final = 86_400
_POLICY: Final[dict[DocumentKind, str]] = {
    "photo": "photo_days",
    "identity": "identity_document_days",
    "authority": "identity_document_days",
}


def destroy_at(kind: DocumentKind, ended_at: str, policies: Policies) -> str:
    """When a document is destroyed that was needed until ``ended_at`` (ISO 8601): the refusal, the withdrawal or the
    hearing."""
    return iso(seconds(ended_at) + policies.number(_POLICY[kind]) * _DAY_S)
