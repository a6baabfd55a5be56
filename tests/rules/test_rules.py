"""docs/rules.md, the guards and the tests speak of the same."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARAGRAPHS = [*map(str, range(5, 29)), "28-1", *map(str, range(29, 39))]
GUARDS = tomllib.loads((ROOT / "tests/rules/guards.toml").read_text())["guard"]
SECTIONS = dict(re.findall(r"^## ¶(\S+) .*\n(?s:(.*?))(?=^## |\Z)", (ROOT / "docs/rules.md").read_text(), re.MULTILINE))


@cache
def names_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in tree.body if isinstance(node, kinds) and node.name.startswith("test_"))


def named(text: str) -> set[tuple[str, str]]:
    return set(re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", text))


def test_every_paragraph_has_its_section() -> None:
    assert list(SECTIONS) == PARAGRAPHS


@pytest.mark.parametrize("paragraph", PARAGRAPHS)
def test_a_section_names_tests_that_exist(paragraph: str) -> None:
    tests = named(SECTIONS[paragraph])
    assert tests
    assert [(path, test) for path, test in sorted(tests) if test not in names_in(path)] == []


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: f"{guard['paragraph']} {guard['file']}")
def test_a_guard_stands_once_and_its_tests_exist(guard: dict[str, str]) -> None:
    assert (ROOT / guard["file"]).read_text().count(guard["find"]) == 1
    assert guard["replace"] != guard["find"]
    tests = [test.split("::") for test in guard["tests"]]
    assert tests
    assert [test for path, test in tests if test not in names_in(path)] == []


@pytest.mark.parametrize("paragraph", PARAGRAPHS)
def test_a_section_names_its_guards_and_their_tests(paragraph: str) -> None:
    guards = [guard for guard in GUARDS if guard["paragraph"] == paragraph]
    section = SECTIONS[paragraph]
    assert guards
    assert {guard["file"] for guard in guards} <= set(re.findall(r"`([\w/.]+)`", section))
    proving = {tuple(test.split("::")) for guard in guards for test in guard["tests"]}
    assert proving <= named(section)


def test_every_guard_is_of_a_paragraph() -> None:
    assert {guard["paragraph"] for guard in GUARDS} == set(PARAGRAPHS)


def test_the_head_counts_what_was_shown() -> None:
    tests = {test for guard in GUARDS for test in guard["tests"]}
    told = f"All shown: {len(GUARDS)} guards of {len(PARAGRAPHS)} paragraphs, {len(tests)} tests"
    assert told in (ROOT / "docs/rules.md").read_text()
