"""The office's words, as the Rules use them."""

from __future__ import annotations

from typing import Final, Literal, get_args

Initiator = Literal["court", "participant"]
"""Who asked for the link (Rules ¶7)."""
Means = Literal["other_court", "institution", "personal_device"]
"""A courtroom of another court, a room of an institution, or one's own device (Rules ¶2)."""
ApplicantRole = Literal[
    "party", "representative", "witness", "expert", "specialist", "interpreter",
]  # fmt: skip
Side = Literal["hearing", "receiving"]
"""The court considering the case, and the court or institution that provides the link (Rules ¶15, ¶21)."""
OfficeRole = Literal["applicant", "judge", "clerk", "organiser"]
DocumentKind = Literal["identity", "authority", "photo"]
"""Copy of an identity document, a representative's proof of authority (Rules ¶8), a photo (Rules ¶9)."""
Addressee = Literal["administration", "provider", "provider_administration"]
"""The judicial administration where the case is considered; the court or institution that provides the link; the
administration of its region (Rules ¶12)."""
State = Literal[
    "submitted", "granted", "refused", "sent", "feasible", "infeasible", "acknowledged", "scheduled", "withdrawn",
]  # fmt: skip
Act = Literal[
    "grant", "refuse", "send", "answer", "inform_technician", "acknowledge", "schedule", "issue_credentials",
    "withdraw",
]  # fmt: skip

MEANS: Final[tuple[Means, ...]] = get_args(Means)
APPLICANT_ROLES: Final[tuple[ApplicantRole, ...]] = get_args(ApplicantRole)
DOCUMENT_KINDS: Final[tuple[DocumentKind, ...]] = get_args(DocumentKind)
STATES: Final[tuple[State, ...]] = get_args(State)
ACTS: Final[tuple[Act, ...]] = get_args(Act)
