"""The gateway as its users run it: compiled, wherever there is a compiler."""

from __future__ import annotations

import json
import os
import subprocess
import sys
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


@pytest.fixture
def compiled() -> None:
    if not imported().endswith(".so"):
        pytest.skip("not compiled here: python scripts/compile.py says why")


@pytest.mark.usefixtures("compiled")
def test_the_gateway_does_the_same_when_it_is_compiled():
    run = python(
        "-m", "pytest", "tests/gateway", "tests/recorder", "-m", "not interpreted and not soak", f"--ignore={__file__}"
    )
    assert run.returncode == 0, run.stdout[-4000:]


@pytest.mark.usefixtures("compiled")
def test_compiled_modules_are_used_unless_told_otherwise():
    assert imported(interpreted="1").endswith("slot.py")


@pytest.mark.parametrize("stale", [{"gateway/rtp": "0" * 64}, {"python": "cpython-0"}, {"gone": ""}, {}, [], ""])
def test_what_was_compiled_of_other_sources_is_passed_over(
    stale: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(gateway, "COMPILED", tmp_path)
    made_of = gateway.made_of(["gateway/rtp"])
    (tmp_path / gateway.MADE_OF).write_text(json.dumps(made_of))
    assert gateway._usable()
    (tmp_path / gateway.MADE_OF).write_text(json.dumps(made_of | stale if isinstance(stale, dict) and stale else stale))
    assert not gateway._usable()
