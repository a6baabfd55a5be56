"""Prometheus's own judgement of rules, settings and metrics."""

from __future__ import annotations

import shutil
import subprocess

import pytest

needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="no promtool on this machine: scripts/system-packages test"
)


def promtool(*command: object, given: str = "") -> None:
    """Fails with what it says."""
    done = subprocess.run(["promtool", *map(str, command)], input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
