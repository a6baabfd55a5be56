"""Pictures as a camera would give them: the same person in good light, in the dark, before a window …

Light is reckoned where it adds up (linear), with the camera's grain; what comes out is coded again (about gamma 2.2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.quality.people import Person, Picture

HEIGHT, WIDTH = 360, 640
"""Of the low layer that a participant sends (static/media/publish.js)."""
GAMMA = 2.2

Random = np.random.Generator
Linear = NDArray[np.float32]


@dataclass(frozen=True)
class Scene:
    """A person in a room, 0…1 linear: ``person`` is where the person is (0…1), ``across`` goes from −1 at the face's
    left to 1 at its right and on, ``head`` is the face's height in pixels, ``brighter`` the side (−1, 1) from which the
    photograph's own light comes."""

    light: Linear
    person: Linear
    across: Linear
    head: float
    brighter: int


@dataclass(frozen=True)
class Exposure:
    """``linear`` is what falls on the sensor, ``grain`` the noise of a mean pixel in steps of 255."""

    linear: Linear
    grain: float


@dataclass(frozen=True)
class Case:
    person: Person
    name: str
    bad: bool
    share: float
    exposure: Exposure


def scene(person: Person, share: float, random: Random) -> Scene:
    """The face is ``share`` of the height; beyond the photograph its edges go on, blurred."""
    face = person.face
    factor = share * HEIGHT / face.height
    x, y = WIDTH * random.uniform(0.4, 0.6), HEIGHT * max(random.uniform(0.38, 0.5), share * 0.6)
    matrix = np.array([[factor, 0, x - factor * (face.x + face.width / 2)],
                       [0, factor, y - factor * (face.y + face.height / 2)]], np.float32)  # fmt: skip
    shown, inside = shrunk(person.picture, factor, matrix)
    coded = shown * inside[..., None] + blurred(shown, 20) * (1 - inside[..., None])
    rows, columns = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    head = share * HEIGHT
    across = (columns - x) / (0.36 * head)
    skull = ((columns - x) / (0.50 * head)) ** 2 + ((rows - y + 0.08 * head) / (0.68 * head)) ** 2 <= 1
    trunk = (rows > y + 0.55 * head) & (np.abs(columns - x) < 0.45 * head + 0.9 * (rows - y - 0.55 * head))
    mask = cv2.GaussianBlur((skull | trunk).astype(np.float32), (0, 0), head / 30)
    cheeks = (np.abs(across) < 0.9) & (np.abs(rows - y) < 0.25 * head)
    left, right = (np.median(coded[cheeks & side].mean(axis=-1)) for side in (across < 0, across > 0))
    return Scene(((coded / 255) ** GAMMA).astype(np.float32), mask, across, head, 1 if right > left else -1)


def shrunk(picture: Picture, factor: float, matrix: Linear) -> tuple[Linear, Linear]:
    """The photograph in its place, its edges drawn out, and where it is (0…1, softly); shrunk in steps: no moiré."""
    while factor < 0.5:
        picture = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA).astype(np.uint8)
        factor, matrix = factor * 2, np.hstack([matrix[:, :2] * 2, matrix[:, 2:]])
    placed = cv2.warpAffine(picture, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    height, width = picture.shape[:2]
    edge = np.zeros((height, width), np.float32)
    rim = max(2, round(0.04 * min(height, width)))
    edge[rim:, rim:-rim] = 1
    inside = cv2.warpAffine(cv2.blur(edge, (rim, rim)), matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
    return placed.astype(np.float32), np.asarray(inside, np.float32)


def as_it_is(scene: Scene, random: Random) -> Exposure:
    return Exposure(scene.light, random.uniform(1, 3))


def a_bit_darker(scene: Scene, random: Random) -> Exposure:
    return Exposure(scene.light * random.uniform(0.7, 0.85), random.uniform(1.5, 4))


def a_bit_brighter(scene: Scene, random: Random) -> Exposure:
    return Exposure(scene.light * random.uniform(1.1, 1.25), random.uniform(1, 2))


def lit_from_aside(scene: Scene, random: Random) -> Exposure:
    """A window to one side of a bright room: the farther cheek gets 60 to 80 % of the light."""
    return Exposure(
        scene.light * falling(scene, random.uniform(0.6, 0.8), random.choice([-1, 1])), random.uniform(1, 3)
    )


def before_a_wall(scene: Scene, random: Random) -> Exposure:
    """White or dark, evenly lit."""
    wall = np.float32(random.choice([0.02, 0.6, 0.8]))
    return Exposure(behind(scene, np.full_like(scene.light, wall)), random.uniform(1, 3))


def in_the_dark(scene: Scene, random: Random) -> Exposure:
    """A twentieth of the light, and a camera that does not make up for it."""
    return Exposure(scene.light * random.uniform(0.03, 0.06), random.uniform(2, 5))


def in_the_dark_with_gain(scene: Scene, random: Random) -> Exposure:
    """The camera makes up for some of it, and its grain with it."""
    return Exposure(scene.light * random.uniform(0.12, 0.25), random.uniform(18, 30))


def too_bright(scene: Scene, random: Random) -> Exposure:
    """A lamp or the sun into the face."""
    return Exposure(scene.light * random.uniform(5, 8) + 0.05, 1)


def lamp_aside(scene: Scene, random: Random) -> Exposure:
    """In an otherwise dark room: the farther cheek gets 2 to 5 % of the light. It stands where the
    photograph's own light comes from: from the other side the two would cancel each other."""
    return Exposure(scene.light * falling(scene, random.uniform(0.02, 0.05), scene.brighter), random.uniform(2, 5))


def before_a_window(scene: Scene, random: Random) -> Exposure:
    """The camera measures the window: the person is left with 3 to 8 % of the light, and some glare."""
    window = 1.2 + 0.5 * random.random() - 0.3 * np.sin(scene.across[..., None] * random.uniform(1, 3)) ** 8
    lit = behind(scene, np.broadcast_to(window, scene.light.shape), random.uniform(0.03, 0.08))
    glare = blurred(np.clip(lit, 0, 1), 40)
    return Exposure(np.asarray(lit + 0.01 * glare, np.float32), random.uniform(2, 4))


def nobody(scene: Scene, random: Random) -> Exposure:
    """The wall alone."""
    return Exposure(blurred(scene.light, scene.head / 2), random.uniform(1, 3))


def falling(scene: Scene, far: float, side: int) -> Linear:
    """Light from one side (−1 left, 1 right): 1 on the nearer cheek, ``far`` on the farther."""
    slope = np.clip(scene.across * side, -1.2, 1.2)
    near = 1 / (1 + np.exp(-4 * slope))
    return np.asarray(far + (1 - far) * near, np.float32)[..., None]


def blurred(picture: Linear, by: float) -> Linear:
    """By so many pixels, at least eight: an eighth of the size does."""
    small = cv2.resize(picture, (WIDTH // 8, HEIGHT // 8), interpolation=cv2.INTER_AREA)
    smooth = cv2.GaussianBlur(small, (0, 0), by / 8)
    return np.asarray(cv2.resize(smooth, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), np.float32).clip(0)


def behind(scene: Scene, wall: NDArray[np.floating], person: float = 1.0) -> Linear:
    mask = scene.person[..., None]
    return np.asarray(scene.light * person * mask + wall * (1 - mask), np.float32)


GOOD: dict[str, Callable[[Scene, Random], Exposure]] = {
    "as-it-is": as_it_is, "darker": a_bit_darker, "brighter": a_bit_brighter, "from-aside": lit_from_aside,
    "wall": before_a_wall,
}  # fmt: skip
BAD: dict[str, Callable[[Scene, Random], Exposure]] = {
    "dark": in_the_dark, "grainy": in_the_dark_with_gain, "bright": too_bright, "side-light": lamp_aside,
    "backlight": before_a_window, "no-face": nobody,
}  # fmt: skip
"""By the cause that would be right."""
SHARES = (0.25, 0.35, 0.5)


def cases(person: Person, seed: int) -> Iterator[Case]:
    """Each exposure at each size of the face."""
    for share in SHARES:
        random = np.random.default_rng([seed, round(share * 100), *map(ord, person.name)])
        place = scene(person, share, random)
        for name, expose in {**GOOD, **BAD}.items():
            yield Case(person, name, name in BAD, share, expose(place, random))


def shots(exposure: Exposure, count: int, random: Random) -> Iterator[Picture]:
    """Pictures one after the other, each with grain of its own."""
    coded = np.clip(exposure.linear, 0, 1) ** (1 / GAMMA) * 255
    for _ in range(count):
        moved = np.roll(_grain(), (random.integers(HEIGHT), random.integers(WIDTH)), (0, 1))
        yield np.clip(coded + moved * exposure.grain, 0, 255).astype(np.uint8)


@lru_cache(maxsize=1)
def _grain() -> Linear:
    """A little over one pixel wide, as cameras interpolate their colours; its deviation is 1."""
    grain = cv2.GaussianBlur(np.random.default_rng(1).standard_normal((HEIGHT, WIDTH, 3), np.float32), (0, 0), 0.6)
    return np.asarray(grain / grain.std(), np.float32)
