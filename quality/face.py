"""Faces in a picture, by YuNet through OpenCV. For worker processes: the import of OpenCV is made at the first look."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quality.models import YUNET, read

if TYPE_CHECKING:
    from collections.abc import Sequence

SURE: Final = 0.7
"""From this score on it is a face."""

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Face:
    """Pixels of the picture that was looked at. ``eyes`` and ``mouth`` are the middles between their two corners."""

    x: float
    y: float
    width: float
    height: float
    eyes: tuple[float, float]
    mouth: tuple[float, float]


def find(picture: Picture) -> Sequence[Face] | None:
    """The largest first; None where the model is missing. ``picture`` is H×W×3 RGB."""
    detector = _detector()
    if detector is None:
        return None
    height, width = picture.shape[:2]
    detector.setInputSize((width, height))
    _, found = detector.detect(np.ascontiguousarray(picture[:, :, ::-1]))
    faces = [_face(row) for row in found] if found is not None else []
    return sorted(faces, key=lambda face: -face.width * face.height)


def _face(row: NDArray[np.float32]) -> Face:
    """A row of ``FaceDetectorYN.detect``: box, right eye, left eye, nose, both corners of the mouth, score."""
    x, y, width, height, *points = (float(value) for value in row[:14])
    middle = [((points[i] + points[i + 2]) / 2, (points[i + 1] + points[i + 3]) / 2) for i in (0, 6)]
    return Face(x, y, width, height, *middle)


@lru_cache(maxsize=1)
def _detector() -> Any:
    model = read(YUNET)
    if model is None:
        return None
    import cv2

    cv2.setNumThreads(1)
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    return cv2.FaceDetectorYN.create("onnx", np.frombuffer(model, np.uint8), np.empty(0, np.uint8), (320, 240), SURE)
