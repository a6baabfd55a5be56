"""Results that are kept: JSON files in ``bench/results`` with what the machine was; ``bench.plots`` draws them."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("results")
PROGRAMS = {"chromium": ("chromium", "--version"), "janus": ("janus", "--version")}


def facts() -> dict[str, Any]:
    """Day, cores and versions."""
    versions = {name: _version(*command) for name, command in PROGRAMS.items()}
    return {"date": f"{datetime.now(UTC):%Y-%m-%d}", "cores": os.cpu_count(), "python": platform.python_version(),
            **versions}  # fmt: skip


def save(name: str, result: Any, folder: Path = FOLDER) -> Path:
    path = folder / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"facts": facts(), "result": result}, indent=1) + "\n")
    return path


def load(name: str, folder: Path = FOLDER) -> Any:
    """None if it was never measured."""
    path = folder / f"{name}.json"
    return json.loads(path.read_text())["result"] if path.exists() else None


def _version(program: str, option: str) -> str | None:
    if shutil.which(program) is None:
        return None
    said = subprocess.run([program, option], capture_output=True, text=True, check=False).stdout
    return said.strip().splitlines()[0] if said.strip() else None
