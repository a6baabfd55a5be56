"""The language tables: complete, alike, and nothing said that is not in them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from gateway.messages import Picture
from hearings.documents.forms import FORMS
from hearings.entry_check import PARTS, Mode
from hearings.model import Item
from hearings.office.application_states import TABLE as APPLICATION_TABLE
from hearings.office.calendar import KINDS as DAYS
from hearings.office.courtrooms import NEEDED as EQUIPMENT
from hearings.office.policies import POLICIES
from hearings.office.terms import ACTS as APPLICATION_ACTS
from hearings.office.terms import DOCUMENT_KINDS, MEANS, Addressee
from hearings.office.terms import STATES as APPLICATION_STATES
from hearings.procedure.faults import KINDS as KINDS_OF_FAULT
from hearings.procedure.recordings import OPINIONS
from hearings.staff_roles import STAFF_ROLES
from hearings.store.staff_acts import TABLE as STAFF_ACTS
from hearings.terms import ACTS, ROLES, STATES, Standing
from quality import light, noise
from quality.cause import CAUSES
from signaling.alerts import KINDS as ALERTS
from signaling.company import Sign
from signaling.linkwatch import FIGURES, Span
from signaling.problems import KINDS
from signaling.requests import DEVICE_STATES as TOLD_DEVICES
from signaling.situation import PHASES

STATIC = Path(__file__).parents[2] / "static"
PROTOCOL = Path(__file__).parents[2] / "docs" / "protocol.md"
LANGUAGES = ("kk", "ru", "en")
TABLES = {code: json.loads((STATIC / "languages" / f"{code}.json").read_text()) for code in LANGUAGES}
SOURCES = {path.name: path.read_text() for path in STATIC.rglob("*.js")}

# Keys that the code puts together, by their beginning, and what they are put together from.
DEVICES = ("microphone", "camera")
DEVICE_STATES = ("asking", "on", "off", "muted", "denied", "missing", "busy", "unsupported")
ANSWERS = ("hears", "sees", "asks", "answers")
SEEN_AND_HEARD = {*get_args(light.Cause), *get_args(noise.Cause)} - {
    "none", "too-short", "no-model", "no-sound", "no-picture",
}  # fmt: skip
"""What of light and noise there is something to say about."""
ENDS = (
    "refused", "removed", "dismissed", "postponed", "replaced", "ended", "left", "hearing-full", "not-yet-open",
    "device-refused", "overloaded",
    "token", "other",
)  # fmt: skip
ASKED = (
    "conclude", "adjourn", "recess", "end_test", "start", "close_session", "reopen", "postpone", "permit_recording",
    "refuse_recording",
)  # fmt: skip
MADE = {
    **{f"{device}.": DEVICE_STATES for device in DEVICES},
    **{f"control.{device}-": ("asking", "on", "off", "muted", "none") for device in DEVICES},
    **{f"notice.{device}-": ("found", "taken", "returned") for device in DEVICES},
    **{f"{kind}.": ("title", "text", "next") for kind in ("unsupported", "insecure", "too-old")},
    **{f"{act}.": ("title", "text") for act in (*ASKED, "admit", "refuse", "remove")},
    "devices.": DEVICES,
    "layer.": get_args(Picture),
    "advice.": ("denied", "missing", "busy", "unsupported"),
    "waiting.step-": ("1", "2", "3"),
    "reason.admit-": ("1", "2", "3"),
    "reason.refuse-": ("1", "2", "3", "4"),
    "reason.remove-": ("1", "2", "3"),
    "reason.start-": ("1", "2"),
    "reason.close_session-": ("1",),
    "reason.reopen-": ("1",),
    "reason.postpone-": ("1", "2"),
    "reason.permit_recording-": ("1",),
    "reason.refuse_recording-": ("1", "2"),
    "item.": get_args(Item),
    "kind.": KINDS_OF_FAULT,
    "check.not-": ANSWERS,
    "answer.": ANSWERS,
    "site.": ("attended", "identity", "credentials"),
    "opinion.": OPINIONS,
    "opinion.do-": OPINIONS,
    "waiting.": ("waiting", "claiming", "held", "closed"),
    "entry.": ("in_person", "under_sixteens", "recording"),
    "audibility.": ("muted", "blocked", "uplink", "downlink"),
    "link.": ("good", "poor", "bad"),
    "sign.": get_args(Sign),
    "entry-check.": ("devices", "touch", "running", "judging", "tones", "asking", "failed"),
    "check-part.": PARTS,
    "check-verdict.": get_args(light.Verdict),
    "check-cause.": (*SEEN_AND_HEARD, "denied", "missing", "busy", "frozen", "unheard", "older", "http"),
    "check-help.": (*SEEN_AND_HEARD, "frozen", *PARTS),
    "policy.is-": get_args(Mode),
    "link.own-": ("good", "poor", "bad"),
    "cause.": tuple(cause for cause in CAUSES if cause != "none"),
    "alert.": ALERTS,
    "phase-word.": PHASES,
    "direction.": ("up", "down"),
    "measure.": FIGURES,
    "span.": get_args(Span),
    "device-state.": tuple(sorted(TOLD_DEVICES - {"on"})),
    "end.": ENDS,
    "next.": ENDS,
    "recording.failed-": ("disk-full", "disk-slow", "disk-error", "unsteady", "error", "policy"),
    "act.": ACTS,
    "admin.act-": tuple(STAFF_ACTS),
    "staffevent.": (
        *STAFF_ACTS, "added", "granted", "password", "policy", "second_factor", "recovery_code", "recovery_codes",
        "signed_in",
    ),
    "role.": tuple(sorted({*ROLES, *STAFF_ROLES})),
    "state.": STATES,
    "phase.": tuple(state for state in STATES if state != "in_session"),
    "phase-next.": tuple(state for state in STATES if state not in ("in_session", "concluded")),
    "standing.": get_args(Standing),
    "means.": MEANS,
    "application.is-": APPLICATION_STATES,
    "application.next-": APPLICATION_STATES,
    "receipt.step-": ("1", "2", "3"),
    "apply.strength-": ("weak", "fair", "good"),
    **{f"apply.{kind}": ("", "-hint") for kind in DOCUMENT_KINDS},
    "apply.": ("case", "provider", "reason", "name", "phone", "email"),
    "office.": (
        "applications", "papers", "presiding", "hearing_at", "scheduled_at", "number", "clerk", "organiser",
        "technician", "courtroom", "courtrooms", "calendar", "policies", "destructions",
        "cases",
    ),
    "enclosed.": DOCUMENT_KINDS,
    "destroyed.": DOCUMENT_KINDS,
    "equipment.": tuple(EQUIPMENT),
    "cases.": ("amend", "close", "reopen"),
    "cases.was-": ("registered", "amended", "closed", "reopened"),
    "courtrooms.is-": ("equipped", "not_equipped", "withdrawn"),
    "calendar.": DAYS,
    "policy.": tuple(POLICIES),
    **{f"office.{kind}-": APPLICATION_ACTS for kind in ("act", "text")},
    "office.todo-": tuple(state for state in APPLICATION_STATES if APPLICATION_TABLE[state].inbox),
    **{f"office.{what}-": ("hearing", "receiving") for what in ("side", "answer", "informed")},
    "office.to-": get_args(Addressee),
    "office.mail-": ("unsigned", "waiting", "delivered", "failed", "expired", "superseded"),
    "papers.kind-": tuple(FORMS),
    "papers.is-": ("draft", "signed", "signed_off"),
    "papers.in-": LANGUAGES,
    "papers.draw-": ("application", "answer"),
    "section.": tuple({name for form in FORMS.values() for name in form.fields}),
    "column.": tuple({one for form in FORMS.values() for columns in form.fields.values() for one in columns}),
    "problem.": (*KINDS, "network", "client-error"),
}  # fmt: skip
MADE_KEYS = {f"{beginning}{end}" for beginning, ends in MADE.items() for end in ends}


def literal_keys() -> set[str]:
    quoted = re.compile(r'"([a-z][a-z-]*\.[a-z][a-z0-9_-]*)"')
    return {key for text in SOURCES.values() for key in quoted.findall(text) if not key.endswith((".js", ".json"))}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_table_has_the_same_keys_in_the_same_order(code: str) -> None:
    assert list(TABLES[code]) == list(TABLES["en"])


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_text_is_empty(code: str) -> None:
    assert [key for key, text in TABLES[code].items() if not text.strip()] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_text_has_the_same_gaps_in_every_language(code: str) -> None:
    def gaps(text: str) -> list[str]:
        return sorted(re.findall(r"\{(\w+)\}", text))

    assert [key for key, text in TABLES["en"].items() if gaps(text) != gaps(TABLES[code][key])] == []


def test_kazakh_and_russian_are_written_in_cyrillic() -> None:
    def words(code: str) -> dict[str, str]:
        return {key: text for key, text in TABLES[code].items() if not re.search("[а-яәғқңөұүһі]", text, re.IGNORECASE)}

    assert words("kk") == {}
    assert words("ru") == {}


def test_every_problem_of_the_protocol_has_a_text() -> None:
    section = PROTOCOL.read_text().partition("## Problems")[2]
    rows = re.findall(r"^\| (`[^|]+`) \|", section, re.MULTILINE)
    codes = [code for row in rows for code in re.findall(r"`([a-z-]+)`", row)]
    assert "entry-refused" in codes
    assert [code for code in codes if f"problem.{code}" not in TABLES["en"]] == []


def test_every_key_in_the_code_has_a_text() -> None:
    assert sorted((literal_keys() | MADE_KEYS) - TABLES["en"].keys()) == []


def test_every_text_is_used() -> None:
    assert sorted(TABLES["en"].keys() - literal_keys() - MADE_KEYS) == []


def test_no_text_stands_in_the_code() -> None:
    """Letters beyond ASCII are a text of the interface; the languages' own names are the same in each of them."""
    found = {
        name: re.findall(r'"[^"\n]*[а-яёәғқңөұүһі][^"\n]*"', text, re.IGNORECASE) for name, text in SOURCES.items()
    }
    assert {name for name, texts in found.items() if texts} == {"language.js"}


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_text_for_browsers_without_modules_is_the_tables(code: str) -> None:
    paragraph = re.search(rf'<p lang="{code}">([^<]+)</p>', (STATIC / "index.html").read_text())
    assert paragraph
    assert paragraph[1] == f"{TABLES[code]['unsupported.title']}. {TABLES[code]['unsupported.next']}"


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_button_for_a_page_that_has_not_loaded_is_the_tables(code: str) -> None:
    assert (
        f'<a lang="{code}" class="button primary" href="">{TABLES[code]["common.try-again"]}</a>'
        in (STATIC / "index.html").read_text()
    )
