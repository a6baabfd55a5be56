"""What makes the client installable and keeps it current and closed to foreign code."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
NOT_SHELL = {"service-worker.js", "debug.js", "types.js", "schedule.js", "schedule.css"}
SUFFIXES = {".js", ".css", ".json", ".svg", ".webmanifest"}


def test_the_service_worker_knows_every_file_of_the_shell_and_nothing_else() -> None:
    listed = re.search(r"const SHELL = \[(.*?)\];", (STATIC / "service-worker.js").read_text(), re.DOTALL)
    assert listed
    files = [path for path in STATIC.rglob("*") if path.suffix in SUFFIXES and path.name not in NOT_SHELL]
    assert sorted(re.findall(r'"([^"]+)"', listed[1])) == sorted(
        ["/", *(f"/{path.relative_to(STATIC)}" for path in files)]
    )


def test_the_client_has_the_program_s_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert f'VERSION = "{project["version"]}"' in (STATIC / "version.js").read_text()


def test_the_manifest_names_icons_that_are_there() -> None:
    manifest = json.loads((STATIC / "manifest.webmanifest").read_text())
    assert {icon["sizes"] for icon in manifest["icons"]} >= {"192x192", "512x512"}
    assert all((STATIC / icon["src"].lstrip("/")).is_file() for icon in manifest["icons"])


def test_the_page_has_no_inline_script_or_style() -> None:
    page = (STATIC / "index.html").read_text()
    assert re.findall(r"<script(?![^>]* src=)|<style| on\w+=| style=", page) == []


def test_the_code_evaluates_no_text() -> None:
    code = "\n".join(path.read_text() for path in STATIC.rglob("*.js"))
    assert re.findall(r"\beval\(|new Function|innerHTML|insertAdjacentHTML|document\.write", code) == []


def test_what_only_this_tab_may_know_is_stored_nowhere_else() -> None:
    """Tokens live in sessionStorage; localStorage has the language and the switch for support."""
    code = "\n".join(path.read_text() for path in STATIC.rglob("*.js"))
    assert set(re.findall(r"localStorage\.\w+\(([^,)]+)", code)) == {"KEY", '"debug"'}
