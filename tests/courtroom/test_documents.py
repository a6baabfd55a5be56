"""What the documents say about the tree is true of it."""

from __future__ import annotations

import ast
import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest

from courtroom import cli, demo, texts
from courtroom.settings import load
from recorder.chapters import TITLES

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


def test_every_chapter_of_the_record_is_named() -> None:
    named = set(re.findall(r"`(\w+)`", (ROOT / "docs/record.md").read_text("utf-8")))
    assert set(TITLES) <= named


def first_column(document: str) -> set[str]:
    rows = re.findall(r"^\| ([\w-]+(?: \(npm\))?) \|", document, re.MULTILINE)
    return set(rows) - {"package"}


def package(requirement: str) -> str:
    return re.split(r"\[|==", requirement)[0]


def test_every_direct_dependency_is_explained_and_nothing_else() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    groups = (PROJECT["project"]["dependencies"], *extras.values())
    direct = {package(line) for group in groups for line in group}
    npm = json.loads((ROOT / "package.json").read_text("utf-8"))["devDependencies"]
    explained = first_column((ROOT / "docs/dependencies.md").read_text("utf-8"))
    assert explained == direct | {f"{name} (npm)" for name in npm}


def test_direct_dependencies_are_exact_and_locked() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    runtime = [*PROJECT["project"]["dependencies"], *extras["build"]]
    for lock, wanted in (("requirements.lock", runtime), ("requirements-dev.lock", runtime + extras["dev"])):
        locked = set(re.findall(r"^(\S+==\S+)", (ROOT / lock).read_text("utf-8"), re.MULTILINE))
        assert {re.sub(r"\[.*\]", "", requirement) for requirement in wanted} <= locked, lock


def test_the_project_is_built_with_the_locked_setuptools() -> None:
    assert set(PROJECT["build-system"]["requires"]) <= set(PROJECT["project"]["optional-dependencies"]["build"])


def test_the_locks_have_hashes_and_name_no_host() -> None:
    for path in (ROOT / "requirements.lock", ROOT / "requirements-dev.lock", ROOT / "package-lock.json"):
        text = path.read_text("utf-8")
        assert "sha256:" in text or "sha512-" in text
        assert not re.search(r"--(index|extra|find)|https?://", text), path


def existing_tests() -> set[str]:
    found = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                found.add(f"{path.relative_to(ROOT / 'tests').as_posix()}::{node.name}")
    return found


def test_every_test_that_the_threat_model_names_exists() -> None:
    named = set(re.findall(r"`([\w/]+\.py::\w+)`", (ROOT / "THREAT_MODEL.md").read_text("utf-8")))
    assert named
    assert named <= existing_tests()


@pytest.mark.parametrize(
    "way_in",
    ["entry", "web", "websocket", "staff_sign_in", "staff_oidc", "admin", "office_bounds", "documents_api", "feed"],
)
def test_the_threat_model_names_a_test_of_every_way_in(way_in: str) -> None:
    assert f"`signaling/test_{way_in}.py::" in (ROOT / "THREAT_MODEL.md").read_text("utf-8")


def test_links_between_documents_lead_somewhere() -> None:
    links = [
        (document, link)
        for document in DOCUMENTS
        for link in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", document.read_text("utf-8"))
    ]
    assert links
    assert [link for document, link in links if not (document.parent / link).exists()] == []


def test_every_make_target_that_the_documents_name_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {name for document in DOCUMENTS for name in re.findall(r"`make ([a-z]+)", document.read_text("utf-8"))}
    assert named <= targets


def examples(text: str) -> list[str]:
    """The lines of a document, or a help text, that call the program or set its environment."""
    lines = text.replace("\\\n", " ").splitlines()
    return [line.strip() for line in lines if re.match(r" *(courtroom [a-z-]|export COURTROOM_)", line)]


HELP = [text for name, text in vars(texts).items() if name.isupper()]


@pytest.mark.parametrize("text", [*HELP, *(path.read_text("utf-8") for path in DOCUMENTS)])
def test_the_program_knows_every_command_that_the_documents_give(text: str) -> None:
    for line in examples(text):
        words = shlex.split(line, comments=True)
        if words[0] == "courtroom" and "--help" not in words:
            assert cli.parser().parse_args(words[1:]).function


@pytest.mark.parametrize("text", [(ROOT / "README.md").read_text("utf-8"), texts.MAIN])
def test_the_settings_are_named_before_the_commands_that_need_them(text: str) -> None:
    """A command that reads other settings than the server writes into another data folder."""
    lines = [line for line in examples(text) if not line.startswith("courtroom demo")]
    assert lines[0].startswith("export COURTROOM_CONFIG=")
    assert not any("--config" in line for line in lines)


def test_the_readme_names_the_ports_of_the_demonstration() -> None:
    given = load(defaults=demo.DEFAULTS)
    text = (ROOT / "README.md").read_text("utf-8")
    for port, kind in ((given.http.port, "TCP"), (given.http.localhost_port, "TCP"), (given.media.port, "UDP")):
        assert f"{port} ({kind}" in text
    (options,) = re.findall(r'make run DATA=\S+ ARGS="([^"]+)"', text)
    assert cli.parser().parse_args(["demo", *shlex.split(options)]).no_qr
