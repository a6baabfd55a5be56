"""Is a place lit well enough to see the person's face? (Rules ¶28, ¶35)

What is judged is one decoded picture. Nothing is said of who the face belongs to, and nothing of the picture is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final, Literal

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

BLACK: Final = 20.0
"""Nothing but the brightest hundredth is above it: no light falls on the sensor."""
PLAIN: Final = 4.0
"""A picture that differs less from its mean (standard deviation) shows nothing."""
CLIPPED: Final = (245.0, 0.22)
"""More than this share of the face at the end of the scale (coded white is a little below 255): too bright."""
DARK: Final = 75.0
"""A face whose brightest tenth stays below it is not seen. Not its mean: well-lit dark skin has glints."""
DIM: Final = (100.0, 125.0)
"""A face whose brightest tenth stays below the first is dimly lit; from the second on it needs no look at its grain."""
DIM_SCENE: Final = (125.0, 138.0)
"""The same of the picture's brightest fiftieth: where it is brighter there was light, whatever the face's skin."""
GRAIN: Final = 0.6
"""Standard deviation between neighbours, in the plainest quarter of a dim picture: a camera's gain in the dark."""
BEHIND: Final = (150.0, 2.5)
"""What is around the head is as bright as this, and so many times as bright as the face: a window behind."""
SIDEWAYS: Final = (0.42, 0.3)
"""From one cheek to the other brightness falls to less than the first part: poor; than the second: bad …"""
SHADED: Final = 0.6
"""… and the darker one is nowhere as bright as this part of the brighter one: beard, hair and nose leave it some light,
a lamp at the other side does not."""
FAR: Final = 0.12
"""A face of less than this share of the picture's height is too small to read."""
DOCUMENT: Final = 0.2
"""Where no face is expected, a smaller one is taken for a photograph in a document."""

STRIPS: Final = 8
CHEEK: Final = 3
"""Strips of one."""
DIMMEST: Final = 4.0
"""What is darker counts as this: nothing is told apart there."""
TILE: Final = 12
"""Pixels of the picture as it came."""

Luma = NDArray[np.float32]
Inside = NDArray[np.bool_]


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
    whole = cleaned(picture)
    if whole is None:
        return Light("unmeasured", "no-picture")
    small = scaled(whole)
    luma = brightness(small)
    middle = float(np.median(luma))
    blank = _blank(luma)
    if blank is not None:
        return Light("bad", blank, luma=middle)
    faces = find(small)
    if faces is None:
        return Light("unmeasured", "no-model", luma=middle)
    share = faces[0].height / small.shape[0] if faces else 0.0
    if not face_expected and share < DOCUMENT:
        return Light(*_scene(luma), len(faces), share, middle)
    if not faces:
        return Light("bad", _why_nobody(luma), luma=middle)
    inside = ellipse(faces[0], luma.shape)
    if share < FAR or not inside.any():
        return Light("poor", "far", len(faces), share, middle)
    verdict, cause = _face(whole, luma, faces[0], inside)
    return Light(verdict, cause, len(faces), share, float(np.median(luma[inside])))


def cleaned(picture: Picture) -> Picture | None:
    """Three channels of 0–255, whatever came; None where there is nothing to look at."""
    shape = np.shape(picture)
    if len(shape) not in (2, 3) or 0 in shape or (len(shape) == 3 and shape[2] not in (1, 3, 4)):
        return None
    whole: Any = np.asarray(picture)
    if whole.dtype != np.uint8:
        whole = np.clip(np.nan_to_num(whole.astype(np.float32)), 0, 255).astype(np.uint8)
    if whole.ndim == 2 or whole.shape[2] == 1:
        whole = np.repeat(whole.reshape(*whole.shape[:2], 1), 3, axis=2)
    return np.asarray(whole[:, :, :3], np.uint8)


def scaled(picture: Picture) -> Picture:
    """At most ``SIDE`` on its longer side."""
    height, width = picture.shape[:2]
    factor = SIDE / max(height, width)
    if factor >= 1:
        return np.ascontiguousarray(picture)
    import cv2

    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def brightness(picture: Picture) -> Luma:
    """Y' of ITU-R BT.601, 0–255."""
    return picture.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)


def ellipse(face: Face, shape: tuple[int, ...]) -> Inside:
    """The skin of a face: within its box, without hair and ears."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    x, y = face.x + face.width / 2, face.y + face.height * 0.52
    return np.asarray(((columns - x) / (face.width * 0.42)) ** 2 + ((rows - y) / (face.height * 0.44)) ** 2 <= 1)


def _blank(luma: Luma) -> Cause | None:
    if np.percentile(luma, 99) < BLACK:
        return "black"
    return "covered" if luma.std() < PLAIN else None


def _why_nobody(luma: Luma) -> Cause:
    """Where no face is found it may be the light that hides it."""
    verdict, cause = _scene(luma)
    return "no-face" if verdict == "good" else cause


def _scene(luma: Luma) -> tuple[Verdict, Cause]:
    if np.percentile(luma, 90) < DARK:
        return "bad", "dark"
    return ("bad", "bright") if np.mean(luma >= CLIPPED[0]) > 0.5 else ("good", "none")


def _face(picture: Picture, luma: Luma, face: Face, inside: Inside) -> tuple[Verdict, Cause]:
    skin = luma[inside]
    brightest = float(np.percentile(skin, 90))
    if np.mean(skin >= CLIPPED[0]) > CLIPPED[1]:
        return "bad", "bright"
    if brightest < DARK:
        return "bad", "backlight" if _lit_behind(luma, face, float(np.median(skin))) else "dark"
    scene = float(np.percentile(luma, 98))
    if brightest < DIM[1] and scene < DIM_SCENE[1] and grain(picture) > GRAIN:
        return "bad", "grainy"
    falls, shade = sideways(luma, face, inside)
    if falls < SIDEWAYS[0] and shade < SHADED:
        return "bad" if falls < SIDEWAYS[1] else "poor", "side-light"
    return ("poor", "dark") if brightest < DIM[0] and scene < DIM_SCENE[0] else ("good", "none")


def _lit_behind(luma: Luma, face: Face, skin: float) -> bool:
    """Beside and above the head, not below the chin, where the clothes are."""
    rows, columns = np.ogrid[: luma.shape[0], : luma.shape[1]]
    x, y = face.x + face.width / 2, face.y + face.height * 0.45
    head = ((columns - x) / (face.width * 0.75)) ** 2 + ((rows - y) / (face.height * 0.85)) ** 2 <= 1
    around = luma[~head & (rows < face.y + face.height)]
    return around.size > 0 and bool(np.median(around) >= max(BEHIND[0], BEHIND[1] * skin))


def sideways(luma: Luma, face: Face, inside: Inside) -> tuple[float, float]:
    """How far brightness falls from one cheek to the other, and the darker cheek's brightest strip by the brighter
    one's; 0…1. Strips of the face go from eyes to mouth: a turned head turns their middle. The fall is by the median
    of all slopes between them, so that neither nose nor a strand of hair decides."""
    rows, columns = np.nonzero(inside)
    down = np.subtract(face.mouth, face.eyes)
    length = max(float(np.hypot(*down)), 1.0)
    x, y = columns - face.eyes[0], rows - face.eyes[1]
    across, along = (x * down[1] - y * down[0]) / length / face.width, (x * down[0] + y * down[1]) / length**2
    cheeks = (along > 0.1) & (along < 1.1) & (np.abs(across) < 0.5)
    if cheeks.sum() < 5 * STRIPS:
        return 1.0, 1.0
    order = np.argsort(across[cheeks], kind="stable")
    places, lights = (np.array_split(values[cheeks][order], STRIPS) for values in (across, luma[inside]))
    points = [
        (float(np.mean(place)), float(np.log(max(np.median(light), DIMMEST))))
        for place, light in zip(places, lights, strict=True)
    ]
    slopes = [(b - a) / (q - p) for (p, a), (q, b) in combinations(points, 2) if q - p > 0.1]
    brightest = [max(float(np.percentile(light, 75)), DIMMEST) for light in lights]
    left, right = max(brightest[:CHEEK]), max(brightest[-CHEEK:])
    falls = float(np.exp(-0.6 * abs(np.median(slopes)))) if slopes else 1.0
    return falls, min(left, right) / max(left, right)


def grain(picture: Picture) -> float:
    """How unquiet the plainest quarter of a picture is, in steps of 255: what a coder leaves of a camera's grain is
    blotches of some pixels."""
    import cv2

    luma = brightness(picture)
    blotches = cv2.GaussianBlur(luma, (0, 0), 1.2) - cv2.GaussianBlur(luma, (0, 0), 5)
    height, width = (size // TILE * TILE for size in blotches.shape)
    if not height or not width:
        return 0.0
    tiles = blotches[:height, :width].reshape(height // TILE, TILE, width // TILE, TILE)
    return float(np.percentile(tiles.std(axis=(1, 3)), 25))
