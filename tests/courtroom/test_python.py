"""The Python that the set-up takes."""

from __future__ import annotations

import subprocess
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def test_the_python_that_is_named_is_new_enough_and_makes_environments() -> None:
    named = subprocess.run([PROJECT / "scripts" / "python"], capture_output=True, text=True, check=True).stdout.strip()
    will_do = "import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))"
    assert subprocess.run([named, "-c", will_do], check=False).returncode == 0
