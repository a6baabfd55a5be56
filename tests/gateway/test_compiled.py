"""The gateway as its users run it: compiled, wherever there is a compiler."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import gateway

PROJECT = Path(gateway.__file__).parent.parent


def python(*arguments: str, interpreted: str = "0") -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"GATEWAY_INTERPRETED": interpreted}
    return subprocess.run(
        [sys.executable, *arguments], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )


def imported(interpreted: str = "0") -> str:
    return python("-c", "import gateway.slot as it; print(it.__file__)", interpreted=interpreted).stdout.strip()


CAN_COMPILE = bool(shutil.which("cc")) and Path(sysconfig.get_path("include"), "Python.h").exists()
pytestmark = pytest.mark.skipif(not CAN_COMPILE, reason="no C compiler, or no headers of Python")


def test_compiled_modules_are_used_unless_told_otherwise():
    assert imported().endswith(".so"), "compile first: make test does, or .venv/bin/python scripts/compile.py"
    assert imported(interpreted="1").endswith("slot.py")


def test_the_gateway_does_the_same_when_it_is_compiled():
    run = python(
        "-m", "pytest", "tests/gateway", "tests/recorder", "-m", "not interpreted and not soak", f"--ignore={__file__}"
    )
    assert run.returncode == 0, run.stdout[-4000:]


@pytest.mark.parametrize("said", [{"gateway/sdp": "0" * 64}, {"python": "cpython-0"}, {"gateway/gone": ""}, None])
def test_what_was_compiled_of_other_sources_is_passed_over(
    said: dict[str, str] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(gateway, "COMPILED", tmp_path)
    file = tmp_path / gateway.MADE_OF
    assert not gateway._usable()
    file.write_text(json.dumps(gateway.made_of()))
    assert gateway._usable()
    file.write_text(json.dumps(gateway.made_of() | said) if said else "damaged")
    assert not gateway._usable()
