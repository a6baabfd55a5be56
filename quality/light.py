"""Is a place lit well enough to see the person's face? (Rules ¶28, ¶35)

What is judged is one decoded picture. Nothing is said of who the face belongs to, and nothing of the picture is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from quality.face import Face, Picture, find

Verdict = Literal["good", "poor", "bad", "unmeasured"]
Cause = Literal[
    "none", "black", "covered", "no-face", "far", "dark", "bright", "grainy", "backlight", "side-light", "no-model",
    "no-picture",
]  # fmt: skip

SIDE: Final = 320
"""The longer side of what is looked at, in pixels."""

Luma = NDArray[np.float32]


@dataclass(frozen=True)
class Light:
    """``cause`` says what is wrong: ``black`` nothing but black comes from the camera, ``covered`` nothing but one
    colour, ``no-face`` nobody is seen, ``far`` the face is small. ``unmeasured`` has ``no-picture`` or ``no-model``.
    ``face_share`` is the largest face's height by the picture's, ``luma`` the median brightness (0–255) of that face,
    or of the picture where there is none."""

    verdict: Verdict
    cause: Cause
    faces: int = 0
    face_share: float = 0.0
    luma: float = 0.0


def judge(picture: Picture, face_expected: bool = True) -> Light:
    """``picture`` is H×W×3 RGB, 0–255; a grey one (H×W) will do. It never raises. ``face_expected`` is false for a
    camera that shows hands or documents: then no face is not held against it."""
    small = scaled(picture)
    if small is None:
        return Light("unmeasured", "no-picture")
    luma = brightness(small)
    middle = float(np.median(luma))
    blank = _blank(luma)
    if blank is not None:
        return Light("bad", blank, luma=middle)
    faces = find(small)
    if faces is None:
        return Light("unmeasured", "no-model", luma=middle)
    if not faces:
        verdict, cause = _scene(luma) if not face_expected else ("bad", _why_nobody(luma))
        return Light(verdict, cause, luma=middle)
    face = faces[0]
    share = face.height / small.shape[0]
    inside = ellipse(face, luma.shape)
    verdict, cause = _face(luma, face, inside)
    return Light(verdict, cause, len(faces), share, float(np.median(luma[inside])) if inside.any() else middle)


def scaled(picture: Picture) -> Picture | None:
    """At most ``SIDE`` on its longer side, three channels; None where there is nothing to look at."""
    shape = np.shape(picture)
    if len(shape) not in (2, 3) or 0 in shape or (len(shape) == 3 and shape[2] not in (1, 3, 4)):
        return None
    whole = np.asarray(picture)
    if whole.dtype != np.uint8:
        whole = np.clip(np.nan_to_num(whole.astype(np.float32)), 0, 255).astype(np.uint8)
    if whole.ndim == 2 or whole.shape[2] == 1:
        whole = np.repeat(whole.reshape(*whole.shape[:2], 1), 3, axis=2)
    whole = whole[:, :, :3]
    import cv2

    factor = SIDE / max(whole.shape[:2])
    if factor < 1:
        size = (max(1, round(whole.shape[1] * factor)), max(1, round(whole.shape[0] * factor)))
        whole = cv2.resize(whole, size, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(whole)


def brightness(picture: Picture) -> Luma:
    """Y' of ITU-R BT.601, 0–255."""
    return picture.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)


def ellipse(face: Face, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """The skin of a face: within its box, without hair and ears."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    x, y = face.x + face.width / 2, face.y + face.height * 0.52
    return np.asarray(((columns - x) / (face.width * 0.42)) ** 2 + ((rows - y) / (face.height * 0.44)) ** 2 <= 1)


def _blank(luma: Luma) -> Cause | None:
    if np.percentile(luma, 99) < 20:
        return "black"
    return "covered" if luma.std() < 4 else None


def _why_nobody(luma: Luma) -> Cause:
    return "dark" if np.percentile(luma, 90) < 50 else "no-face"


def _scene(luma: Luma) -> tuple[Verdict, Cause]:
    if np.percentile(luma, 90) < 60:
        return "bad", "dark"
    return ("bad", "bright") if np.mean(luma >= 250) > 0.6 else ("good", "none")


def _face(luma: Luma, face: Face, inside: NDArray[np.bool_]) -> tuple[Verdict, Cause]:
    skin = luma[inside]
    if skin.size < 30:
        return "bad", "far"
    if np.mean(skin >= 250) > 0.25:
        return "bad", "bright"
    if np.median(skin) < 60:
        return "bad", "dark"
    one, other = halves(luma, face, inside)
    if min(one, other) < 0.4 * max(one, other):
        return "bad", "side-light"
    return "good", "none"


def halves(luma: Luma, face: Face, inside: NDArray[np.bool_]) -> tuple[float, float]:
    """Mean brightness on both sides of the line from between the eyes to the mouth."""
    (x0, y0), (x1, y1) = face.eyes, face.mouth
    rows, columns = np.nonzero(inside)
    right = (columns - x0) * (y1 - y0) - (rows - y0) * (x1 - x0) > 0
    skin = luma[inside]
    if right.all() or not right.any():
        return 1.0, 1.0
    return float(skin[~right].mean()), float(skin[right].mean())
