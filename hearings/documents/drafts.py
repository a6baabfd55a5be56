"""A paper's draft: filled from data, edited by its owner, signed off; then nothing changes (Rules ¶12, ¶15, ¶18, ¶32).

The truth is a list of events, as for a hearing. What the data said stays in the first of them, whatever is edited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from hearings.documents.forms import FORMS, LARGEST, Form, Kind, Section, Sections, size
from hearings.documents.model import LANGUAGES, Language
from hearings.hearing import Event
from hearings.office.streams import Projection
from hearings.problems import BrokenLog, Refused
from hearings.texts import is_text

_NAME: Final = 300
_HASH: Final = 64


@dataclass(frozen=True, slots=True)
class Signature:
    """``role`` is one of the form's signatories, ``name`` theirs in full, ``at`` ISO 8601 in UTC, ``by`` the actor."""

    role: str
    name: str
    at: str
    by: str


@dataclass(frozen=True, slots=True)
class Draft:
    """``original`` is what was filled from data, ``sections`` what stands there now, ``sections_version`` the version
    that last edited them; ``sha256`` is of the PDF file that was kept, in hexadecimal, once there is one; ``about`` is
    the application or hearing whose paper it is, empty where that is not known; ``at`` when it was drawn up."""

    id: str
    court: str
    kind: Kind
    language: Language
    version: int
    original: Sections
    sections: Sections
    sections_version: int = 1
    signatures: tuple[Signature, ...] = ()
    sha256: str | None = None
    about: str = ""
    at: str = ""

    @property
    def form(self) -> Form:
        return FORMS[self.kind]

    @property
    def signed_off(self) -> bool:
        """Whether all who must have signed."""
        return {each.role for each in self.signatures} == set(self.form.signatories)

    @property
    def signed_at(self) -> str:
        """When the last who signed did."""
        return max((each.at for each in self.signatures), default="")

    @property
    def edited(self) -> frozenset[str]:
        """The fields that say something else than the data did."""
        return frozenset(name for name in self.sections if self.sections[name] != self.original[name])


def draw_up(
    draft: str, court: str, kind: Kind, language: Language, sections: Sections, at: str, actor: str, about: str = ""
) -> list[Event]:
    """The first event of a draft, from all sections that its form has; ``about``: an application or hearing."""
    form = FORMS[kind]
    if language not in LANGUAGES or set(sections) != set(form.fields):
        raise Refused("bad-request", form.paragraph, field="sections")
    data = {
        "draft": draft, "court": court, "kind": kind, "language": language, "about": about,
        "sections": _plain(_within(form, form.checked(sections))),
    }  # fmt: skip
    return [Event("drawn_up", 1, at, actor, data)]


def edit(draft: Draft, role: str, sections: Mapping[str, Any], version: int, at: str, actor: str) -> list[Event]:
    """Put other text into some sections; ``version`` is the draft's version that the owner saw.

    Raises `Refused`: ``not-permitted`` for anybody but the owner, ``signed-off`` once somebody has signed, ``changed``
    when the draft was edited in the meantime.
    """
    form = draft.form
    if role != form.owner:
        raise Refused("not-permitted", form.paragraph, act="edit")
    if draft.signatures:
        raise Refused("signed-off", form.paragraph)
    _require_seen(draft, version)
    changed = {name: value for name, value in form.checked(sections).items() if value != draft.sections[name]}
    _within(form, {**draft.sections, **changed})
    return [Event("edited", draft.version + 1, at, actor, {"sections": _plain(changed)})] if changed else []


def sign(draft: Draft, role: str, name: str, version: int, at: str, actor: str) -> list[Event]:
    """Sign what stood there at ``version``. The act needs two signatories (Rules ¶18), in either order, and nobody
    signs for both."""
    form = draft.form
    if role not in form.signatories or any(each.by == actor for each in draft.signatures):
        raise Refused("not-permitted", form.paragraph, act="sign")
    if any(each.role == role for each in draft.signatures):
        raise Refused("signed-off", form.paragraph)
    _require_seen(draft, version)
    if not 0 < len(name.strip()) <= _NAME or not is_text(name):
        raise Refused("bad-request", form.paragraph, field="name")
    return [Event("signed", draft.version + 1, at, actor, {"role": role, "name": name.strip()})]


def withdraw(draft: Draft, role: str, at: str, actor: str) -> list[Event]:
    """Take one's signature back while another is still missing, so that the owner can edit again."""
    if draft.signed_off or all(each.role != role for each in draft.signatures):
        raise Refused("signed-off" if draft.signed_off else "not-permitted", draft.form.paragraph, act="withdraw")
    return [Event("withdrawn", draft.version + 1, at, actor, {"role": role})]


def keep(draft: Draft, sha256: str, at: str, actor: str) -> list[Event]:
    """Note the SHA-256 of the PDF file of what was signed off, once."""
    if len(sha256) != _HASH or set(sha256) - set("0123456789abcdef"):
        raise ValueError("a SHA-256 in hexadecimal is needed")
    if not draft.signed_off:
        raise ValueError("only what was signed off is kept")
    if draft.sha256 is not None:
        raise Refused("signed-off", draft.form.paragraph)
    return [Event("kept", draft.version + 1, at, actor, {"sha256": sha256})]


def fold(events: Iterable[Event], draft: Draft | None = None) -> Draft:
    """The draft after ``events``, from nothing or from an earlier state. Raises `BrokenLog`."""
    for event in events:
        draft = _apply(draft, event)
    if draft is None:
        raise BrokenLog("no events")
    return draft


def _apply(draft: Draft | None, event: Event) -> Draft:
    expected = draft.version + 1 if draft else 1
    if event.version != expected or (draft is None) != (event.kind == "drawn_up"):
        raise BrokenLog(f"event {event.kind} has version {event.version} where {expected} was due")
    if draft is None:
        return _drawn_up(event)
    if event.kind not in _ON:
        raise BrokenLog(f"unknown kind of event {event.kind}")
    return _ON[event.kind](replace(draft, version=event.version), event)


def _drawn_up(event: Event) -> Draft:
    data = event.data
    form = FORMS[data["kind"]]
    sections = MappingProxyType({**form.empty, **form.checked(data["sections"])})
    return Draft(
        data["draft"], data["court"], data["kind"], data["language"], event.version, sections, sections,
        about=data.get("about", ""), at=event.at,
    )  # fmt: skip


def _on_edited(draft: Draft, event: Event) -> Draft:
    sections = MappingProxyType({**draft.sections, **draft.form.checked(event.data["sections"])})
    return replace(draft, sections=sections, sections_version=event.version)


def _on_signed(draft: Draft, event: Event) -> Draft:
    signature = Signature(event.data["role"], event.data["name"], event.at, event.actor)
    return replace(draft, signatures=(*draft.signatures, signature))


def _on_withdrawn(draft: Draft, event: Event) -> Draft:
    return replace(draft, signatures=tuple(each for each in draft.signatures if each.role != event.data["role"]))


def _on_kept(draft: Draft, event: Event) -> Draft:
    return replace(draft, sha256=event.data["sha256"])


_ON: Final[Mapping[str, Callable[[Draft, Event], Draft]]] = {
    "edited": _on_edited,
    "signed": _on_signed,
    "withdrawn": _on_withdrawn,
    "kept": _on_kept,
}


def _require_seen(draft: Draft, version: int) -> None:
    """What was seen must be what is edited or signed."""
    if not draft.sections_version <= version <= draft.version:
        raise Refused("changed", draft.form.paragraph)


def _within(form: Form, sections: dict[str, Section]) -> dict[str, Section]:
    if size(sections) > LARGEST:
        raise Refused("bad-request", form.paragraph, field="sections")
    return sections


def _plain(sections: Sections) -> dict[str, Any]:
    """As JSON keeps it, so that an event is the same before and after it was stored."""
    return {name: value if isinstance(value, str) else [list(row) for row in value] for name, value in sections.items()}


def state(draft: Draft) -> str:
    """``draft``, ``signed`` where another signature is missing, ``signed_off``."""
    if draft.signed_off:
        return "signed_off"
    return "signed" if draft.signatures else "draft"


def projection(draft: Draft) -> Projection:
    return Projection(
        state(draft),
        about=draft.about or None,
        summary={
            "document": draft.id, "kind": draft.kind, "language": draft.language, "state": state(draft),
            "case": draft.sections["case_number"], "version": draft.version, "about": draft.about,
        },
    )  # fmt: skip
