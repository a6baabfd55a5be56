"""HTML pages of papers: one template a kind, in every language. All that is filled in is text and is escaped."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from hearings.documents.drafts import Draft
from hearings.documents.language import Phrases, phrases

STYLE: Final = (files("hearings.documents") / "templates" / "paper.css").read_text("utf-8")


def page(draft: Draft) -> str:
    """A whole HTML document: the draft as it stands, marked as a draft until all have signed."""
    words = phrases(draft.language)
    template = _environment().get_template(f"{draft.kind}.html")
    return template.render(
        words=words,
        phrase=_phrase(words),
        page_of=_page_of(words),
        draft=draft,
        form=draft.form,
        style=Markup(STYLE),  # noqa: S704 our own file
        **draft.sections,
    )


def sheet(template: str, **fields: Any) -> str:
    """What goes with the record and is no paper that somebody signs."""
    return _environment().get_template(template).render(**fields)


def _phrase(words: Phrases) -> Callable[..., Markup]:
    """``phrase(key, name=value)``: the phrase with each value in its blank, or an empty blank to write on."""

    def phrase(key: str, **values: Any) -> Markup:
        return Markup(words[key]).format(**{name: _blank(value) for name, value in values.items()})  # noqa: S704

    return phrase


def _page_of(words: Phrases) -> Markup:
    counters = {
        "page": Markup('<span class="page-number"></span>'),
        "pages": Markup('<span class="page-count"></span>'),
    }
    return Markup(words["page"]).format(**counters)  # noqa: S704 ours, too


def _blank(value: str) -> Markup:
    return Markup('<span class="blank">{}</span>').format(value or "\N{NO-BREAK SPACE}" * 24)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("hearings.documents"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
