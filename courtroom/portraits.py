"""Drawn photos for the demonstration hearing: passport-like, each face its own, nobody real."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Colour = tuple[int, int, int]

WIDTH, HEIGHT = 480, 600
_SKIN: tuple[Colour, ...] = ((132, 168, 214), (112, 148, 198), (150, 184, 226), (88, 122, 170))
_HAIR: tuple[Colour, ...] = ((28, 24, 24), (44, 52, 70), (120, 124, 130), (24, 30, 44))
_CLOTHES: tuple[Colour, ...] = ((96, 60, 36), (70, 70, 74), (60, 84, 46), (72, 48, 110))
_LINE: Colour = (48, 44, 52)


def portrait(seed: int, long_hair: bool | None = None) -> bytes:
    """A JPEG of 480 × 600 pixels; the same seed is the same face. Every second has long hair unless told otherwise."""
    random = np.random.default_rng(seed)
    skin, hair, clothes = _SKIN[seed % 4], _HAIR[(seed // 2) % 4], _CLOTHES[seed % 4]
    width, height = int(random.integers(98, 116)), int(random.integers(134, 150))
    long_hair = seed % 2 == 0 if long_hair is None else long_hair
    image = _background(random)
    centre = (WIDTH // 2, 265)
    if long_hair:
        _ellipse(image, (centre[0], centre[1] + 45), (width + 30, height + 65), hair)
    _shoulders(image, clothes, skin)
    _ellipse(image, (centre[0], centre[1] - 24), (width + 12, height + 4), hair)
    for side in (-1, 1):
        _ellipse(image, (centre[0] + side * width, centre[1] + 8), (15, 28), _darker(skin, 0.92))
    _ellipse(image, centre, (width, height), skin)
    _fringe(image, centre, (width, height), hair)
    _features(image, centre, width, skin, hair, random)
    ok, encoded = cv2.imencode(".jpg", cv2.GaussianBlur(image, (3, 3), 0), [cv2.IMWRITE_JPEG_QUALITY, 88])
    if not ok:
        raise RuntimeError("the portrait could not be encoded")
    return bytes(encoded)


def _background(random: np.random.Generator) -> Image:
    top = random.integers(196, 226, 3)
    shade = np.linspace(1.0, 0.86, HEIGHT)[:, None, None]
    return np.ascontiguousarray(np.broadcast_to(top * shade, (HEIGHT, WIDTH, 3)), dtype=np.uint8)


def _shoulders(image: Image, clothes: Colour, skin: Colour) -> None:
    _ellipse(image, (WIDTH // 2, HEIGHT + 40), (208, 170), clothes)
    cv2.rectangle(image, (WIDTH // 2 - 42, 370), (WIDTH // 2 + 42, 462), _darker(skin, 0.86), -1, cv2.LINE_AA)
    _ellipse(image, (WIDTH // 2, 460), (42, 24), _darker(skin, 0.86))
    for side in (-1, 1):
        collar = np.array([(240 + side * 40, 436), (240 + side * 86, 470), (240 + side * 4, 516)], np.int32)
        cv2.fillPoly(image, [collar], (236, 236, 236), cv2.LINE_AA)


def _fringe(image: Image, centre: tuple[int, int], axes: tuple[int, int], hair: Colour) -> None:
    arc = cv2.ellipse2Poly(centre, (axes[0] + 4, axes[1] + 4), 0, 212, 328, 2)
    cv2.fillPoly(image, [np.array(arc, np.int32)], hair, cv2.LINE_AA)


def _features(
    image: Image, centre: tuple[int, int], width: int, skin: Colour, hair: Colour, random: np.random.Generator
) -> None:
    x, y = centre
    apart = int(width * 0.44)
    for side in (-1, 1):
        eye = (x + side * apart, y - 2)
        _ellipse(image, eye, (19, 9), (245, 245, 245))
        _ellipse(image, eye, (9, 9), (50, 62, 84))
        _ellipse(image, eye, (4, 4), (16, 16, 18))
        cv2.ellipse(image, (eye[0], eye[1] - 20), (26, 8), 0, 190, 350, _darker(hair, 0.9), 6, cv2.LINE_AA)
    cv2.ellipse(image, (x + 2, y + 42), (12, 8), 0, 10, 170, _darker(skin, 0.72), 4, cv2.LINE_AA)
    smile = int(random.integers(5, 13))
    cv2.ellipse(image, (x, y + 80), (32, smile), 0, 8, 172, (88, 84, 168), 6, cv2.LINE_AA)
    if random.random() < 0.4:
        for side in (-1, 1):
            cv2.circle(image, (x + side * apart, y), 31, _LINE, 3, cv2.LINE_AA)
        cv2.line(image, (x - apart + 31, y - 4), (x + apart - 31, y - 4), _LINE, 3, cv2.LINE_AA)


def _ellipse(image: Image, centre: tuple[int, int], axes: tuple[int, int], colour: Colour) -> None:
    cv2.ellipse(image, centre, axes, 0, 0, 360, colour, -1, cv2.LINE_AA)


def _darker(colour: Colour, share: float) -> Colour:
    blue, green, red = (int(part * share) for part in colour)
    return blue, green, red
