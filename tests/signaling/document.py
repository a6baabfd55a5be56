"""docs/protocol.md as tables and examples."""

from __future__ import annotations

import json
import re
from pathlib import Path

TEXT = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text()


def section(heading: str) -> str:
    """The text between a heading and the next one of the same or a higher level."""
    level = len(heading) - len(heading.lstrip("#"))
    return re.split(rf"^#{{1,{level}}} ", TEXT.split(f"\n{heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of a part's table rows, without its heads."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in re.split(r" \|(?= |$)", line[1:])] for line in lines if "`" in line]


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def examples(heading: str) -> list[dict]:
    """A section's JSON examples."""
    blocks = re.findall(r"```json\n(.*?)```", section(heading), flags=re.DOTALL)
    return [json.loads(block.replace("…", "...")) for block in blocks]


def _fields(text: str) -> tuple[set[str], set[str]]:
    """Required and optional names at the first level of ``session, last?, slots: [{mid}], staff?: {name}``."""
    inner = ""
    while text != inner:
        inner, text = text, re.sub(r"[\[{][^\[\]{}]*[\]}]", "", text)
    names = [part.split(":")[0].strip() for part in text.split(",") if part.strip()]
    return {name for name in names if not name.endswith("?")}, {name[:-1] for name in names if name.endswith("?")}


def _answers() -> dict[str, tuple[set[str], set[str]]]:
    """By route; those of which the table names the fields of the answer."""
    found = {}
    for route, told, *_ in rows(section("## HTTP").split("\n### ")[0]):
        if answer := re.match(r"(?:\d+,? )?`{([^`]*)}`", told.partition("→ ")[2]):
            found[codes(route)[0]] = _fields(answer[1])
    return found


_WEBSOCKET = section("## WebSocket `/api/v1/ws`").split("\nClient:\n")[1].split("\n### ")[0].split("\nServer:\n")
CLIENT = {codes(row[0])[0]: _fields(", ".join(codes(row[1]))) for row in rows(_WEBSOCKET[0])}
SERVER = {codes(row[0])[0]: _fields(", ".join(codes(row[1]))) for row in rows(_WEBSOCKET[1])}
ANSWERS = _answers()
PROBLEMS = {code: int(row[1]) for row in rows(section("## Problems")) for code in codes(row[0])}


def check(message: dict) -> None:
    """A server message has the documented fields, no more and no fewer."""
    required, optional = SERVER[message["type"]]
    fields = set(message) - {"type", "seq"}
    assert required <= fields <= required | optional, message
    if "problem" in message:
        assert PROBLEMS[message["problem"]["code"]] == message["problem"]["status"]


def differences(route: str, status: int, body: dict) -> str:
    """What an answer over HTTP has otherwise than documented; nothing where all is well or no fields are named."""
    if status >= 400:
        return "" if PROBLEMS.get(body["code"]) == status else f"{route}: {body['code']} with {status}"
    required, optional = ANSWERS.get(route, (set(body), set()))
    missing, more = required - {"…"} - set(body), set(body) - required - optional
    if "…" in required:  # the rest stands elsewhere, for each act
        more = set()
    return f"{route}: without {missing}, with {more}" if missing or more else ""
